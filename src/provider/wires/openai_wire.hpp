// OpenAI's chat completions on the wire: requests out, answers in. Pure: no sockets, no clock.
#pragma once

#include "provider/wires/sse.hpp"
#include "provider/wires/stream_decoder.hpp"
#include "provider/wires/wire.hpp"

#include <sambung/provider/completion.hpp>
#include <sambung/provider/embedding.hpp>
#include <sambung/provider/openai_dialect.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sambung {

// Whether an answer's own JSON is kept beside what is decoded, while it is as OpenAI's own.
enum class vendor_form { dropped, kept };

// The body of POST /chat/completions: request.verbatim if there is one, with what the dialect calls otherwise, else the
// members. A member of request.extra that this writes already is left out, except for stream_options, into which
// include_usage is put unless it is there; where usage comes unasked, include_usage is left out.
std::string encode_openai_request(completion_request const& request, answer_mode mode,
                                  openai_dialect const& dialect = openai_dialect());

// The body of a 2xx answer that was not streamed. errc::provider_error when it is none, or as its `error` member says.
result<completion> decode_openai_answer(std::string_view body, std::string_view secret,
                                        vendor_form form = vendor_form::dropped);

// The body of GET /models: {"data":[...]}, {"models":[...]} or a bare array. `prefix` is left out of the ids.
result<std::vector<model_info>> decode_openai_models(std::string_view body, std::string_view secret,
                                                     std::string_view prefix = {});

// The body of POST /embeddings, and of its 2xx answer. A vector for each of `texts` texts, or errc::provider_error.
std::string encode_openai_embedding_request(embedding_request const& request);
result<embedding_batch> decode_openai_embeddings(std::string_view body, std::size_t texts, std::string_view secret);

namespace openai {

// Members of answers and of chunks, shared by both decoders.
// Some vendors call it a stop when the model calls tools.
wire::ending ending_of(std::string_view raw, std::size_t calls);
token_usage usage_of(boost::json::object const& usage);
// Whether it is as OpenAI's own, so that a client of OpenAI reads it as it is: every member that clients rely on is
// there, and no other member is in their place.
bool is_own_chunk(boost::json::object const& chunk);
bool is_own_answer(boost::json::object const& answer);
// Text of `content`, which is a string, or a list of parts from some vendors.
struct content_text {
  std::string text;
  std::string reasoning;
};
content_text content_of(boost::json::value const* content);
// The members of a tool call that no other field holds; empty if there are none.
std::optional<boost::json::object> tool_call_extras(boost::json::object const& call);
// reasoning_details, which must be sent back; empty if there are none.
std::optional<boost::json::object> reasoning_extras(boost::json::object const& message);
// What the model thought, under any of the names vendors use.
std::string_view reasoning_at(boost::json::object const& message);

}  // namespace openai

// Recognises chunks that differ from one seen before in nothing but the text of delta.content (and of `obfuscation`,
// OpenAI's padding), and reads the text without building a DOM.
//
// Why it is equivalent to parsing: the rest of the chunk is compared byte for byte with a chunk that was parsed, and
// what stands in the holes is checked to be the inside of a valid JSON string. That each hole is the member it is taken
// for is itself proven by parsing, with other texts put in the holes, when the chunk is learnt.
class chunk_template {
 public:
  // The escaped inside of delta.content; empty when `chunk` does not fit.
  std::optional<std::string_view> match(std::string_view chunk) const;

  // Takes `chunk`, whose parse gave one text delta, `decoded`, and nothing else, for the pattern if that can be proven.
  // Gives up learning on a stream whose chunks are never alike.
  void learn(std::string_view chunk, std::string_view decoded);
  void matched() { misses_ = 0; }

 private:
  bool proven() const;

  std::string before_;
  std::string between_;
  std::string after_;
  bool padded_ = false;
  bool learnt_ = false;
  int misses_ = 0;
};

// A stream of chunks. `[DONE]` ends the answer at once; so does the end of the connection once there was a finish
// reason.
class openai_stream_decoder final : public stream_decoder {
 public:
  enum class fast_path { on, off };

  openai_stream_decoder(secret_string secret, std::size_t max_line_bytes, vendor_form form = vendor_form::dropped,
                        fast_path fast = fast_path::on)
      : stream_decoder(std::move(secret)), sse_(max_line_bytes), form_(form), fast_(fast) {}

  void push(std::string_view bytes) override;
  void end(failure why) override;

 private:
  struct tool_call {
    std::optional<std::int64_t> vendor_index;
    std::string id;
    std::string name;
    std::string arguments;  // held back until the name is known
    std::optional<boost::json::object> extras;
    bool announced = false;
    std::int32_t index = 0;  // in the order of announcement
  };

  bool on_event(sse_event const& event);
  void on_chunk(std::string_view chunk);
  void on_object(boost::json::object const& chunk, std::string_view raw);
  void keep(boost::json::object const& chunk, std::string_view raw);
  void on_choice(boost::json::object const& choice);
  void on_delta(boost::json::object const& delta);
  void on_tool_calls(boost::json::array const& calls);
  void on_tool_call(boost::json::object const& call, std::size_t position, std::size_t count);
  std::size_t slot_of(boost::json::object const& call, std::size_t position, std::size_t count);
  std::size_t new_slot();
  void announce(std::size_t slot);
  void complete();

  sse_decoder sse_;
  vendor_form form_;  // dropped from the first chunk on that is not as OpenAI's own
  fast_path fast_;
  chunk_template template_;
  std::vector<tool_call> calls_;
  // The newest call with an id, or an index of the vendor's.
  std::map<std::string, std::size_t, std::less<>> by_id_;
  std::map<std::int64_t, std::size_t, std::less<>> by_index_;
  std::int32_t announced_ = 0;
};

}  // namespace sambung
