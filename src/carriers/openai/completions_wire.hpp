// OpenAI's chat completions as a server speaks them: pure functions from bytes to requests and from events to bytes.
// Source: openai-python and @ai-sdk/openai, which read what is written here; see docs/reference/http.md.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/provider/completion.hpp>
#include <sambung/services/turns/turns.hpp>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sambung::openai_server {

// What POST /v1/chat/completions asks for.
struct chat_request {
  chat_request() = default;

  completion_request completion;  // model is "provider/model"; unknown fields are in extra
  bool stream = false;
  bool include_usage = false;            // stream_options.include_usage
  std::optional<sambung::chat_id> chat;  // metadata.chat_id: go on in that chat
};

// Unknown fields are accepted and passed on. errc::invalid_argument with every issue for known ones of a wrong type,
// for no model or messages, and for n other than 1.
result<chat_request> decode_chat_request(std::string_view body);

// What all pieces of one answer have in common.
struct answer_head {
  answer_head(std::string id_, std::int64_t created_, std::string model_)
      : id(std::move(id_)), created(created_), model(std::move(model_)) {}

  std::string id;        // "chatcmpl-..."
  std::int64_t created;  // UNIX seconds
  std::string model;
};

// A whole answer: the vendor's own if it is as OpenAI's own.
std::string encode_completion(answer_head const& head, completion const& answer);

// The answer to a message of a chat as a completion: what was said in all its steps, nothing of its tools.
completion completion_of(message const& answer);

// Writes one answer as a stream of chunks: the vendor's own while they are as OpenAI's own, otherwise ours. A tool
// call's index is made contiguous, its id and name are written once.
class chunk_writer {
 public:
  enum class usage { wanted, not_wanted };

  chunk_writer(answer_head head, usage wanted);

  // Appends nothing for events that have no chunk of their own. Of a turn's tools nothing is written: they are the
  // engine's own, and a client that saw their calls would try to answer them.
  void append(std::string& out, completion_event const& event);
  void append(std::string& out, turn_event const& event);

  // The usage chunk, if it was asked for, and "[DONE]".
  void append_end(std::string& out);

  // An error in place of the rest, and "[DONE]".
  void append_error(std::string& out, failure const& why);

 private:
  void append_text(std::string& out, std::string_view member, std::string_view text);
  void adopt_head(std::string_view chunk);
  void append_vendor_chunk(std::string& out, vendor_chunk const& chunk);
  void append_said(std::string& out, std::string_view text);
  void append_tool_call(std::string& out, tool_call_delta const& call);
  void append_finish(std::string& out, finish_reason reason);
  void append_turn_end(std::string& out, turn_finished const& event);
  void begin_chunk(std::string& out);
  void begin_delta(std::string& out);
  void end_chunk(std::string& out);

  std::string prefix_;  // of every chunk, up to its choices
  usage wanted_;
  bool role_sent_ = false;
  bool covered_ = false;  // what comes is in the vendor's chunk already
  bool finish_sent_ = false;
  bool usage_sent_ = false;
  bool failed_ = false;
  bool said_ = false;                          // some text of a turn
  bool new_step_ = false;                      // of a turn: tools ran behind that text
  std::map<std::int32_t, std::size_t> calls_;  // the position that is sent of each of the model's indexes
  std::optional<token_usage> reported_;
};

inline constexpr std::string_view keep_alive = ": keep-alive\n\n";

// {"error": {"message", "type", "param", "code"}}.
std::string encode_error(failure const& why);

// The same for a fault of HTTP that no errc stands for.
std::string encode_error(std::string_view code, std::string_view message);

std::string encode_models(std::span<model_info const> models);
std::string encode_model(model_info const& model);

}  // namespace sambung::openai_server
