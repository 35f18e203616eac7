// chunk_writer: one answer as a stream of chunks, as OpenAI's clients read it. Pure.
#pragma once

#include "carriers/openai/completions_wire.hpp"

#include <sambung/core/error.hpp>
#include <sambung/provider/completion.hpp>
#include <sambung/services/turns/turns.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace sambung::openai_server {

// Every chunk has one id, one time and one model: the id and the time are the vendor's if it speaks OpenAI's protocol,
// the model is the one that was asked for. A tool call's index is made contiguous, its id and name are written once.
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
  void append_vendor_chunk(std::string& out, vendor_chunk const& chunk);
  void append_said(std::string& out, std::string_view text);
  void append_tool_call(std::string& out, tool_call_delta const& call);
  void append_call(std::string& out, tool_call_delta const& call);
  void append_finish(std::string& out, finish_reason reason, std::string_view raw);
  void append_turn_end(std::string& out, turn_finished const& event);
  void begin_event(std::string& out);
  void begin_chunk(std::string& out);
  void begin_delta(std::string& out);
  void end_chunk(std::string& out);

  answer_head head_;
  std::string prefix_;  // of every chunk, up to the members of its own; empty before the first
  usage wanted_;
  bool role_sent_ = false;
  bool covered_ = false;  // the vendor's chunks say everything
  bool finish_sent_ = false;
  bool failed_ = false;
  bool said_ = false;                           // some text of a turn
  bool new_step_ = false;                       // of a turn: tools ran behind that text
  std::map<std::int32_t, std::int32_t> calls_;  // the position that is sent of each of the model's indexes
  std::set<std::int32_t> without_arguments_;    // by that position
  std::optional<token_usage> reported_;
  std::string usage_;  // the members of the vendor's chunk with it
};

inline constexpr std::string_view keep_alive = ": keep-alive\n\n";

}  // namespace sambung::openai_server
