// Anthropic's Messages API on the wire (version 2023-06-01): requests out, answers in. Pure: no sockets, no clock.
#pragma once

#include "provider/wires/sse.hpp"
#include "provider/wires/stream_decoder.hpp"
#include "provider/wires/wire.hpp"

#include <sambung/provider/anthropic_model.hpp>
#include <sambung/provider/completion.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sambung {

// The body of POST /v1/messages. A member of request.extra that this writes already is left out, except for
// output_config, into which the form and the effort are put.
// Neighbouring messages of one side become one, with the results of tools in front, as the API wants it. Reasoning is
// sent back only with the signature of this API, and not to a model that is told not to think and would refuse it.
// Texts of nothing but white space, which the API refuses, are left out; where the model speaks first, a user's words
// come before. What the API has not is left out: seed, penalties other than 0, JSON without a schema, files other than
// PDF and text, media in what the system or the model says, and what only OpenAI has. Errors: errc::unsupported with
// all of that as issues, unless the request allows dropping; errc::invalid_argument when max_tokens leaves a thinking
// model no room.
result<encoded_request> encode_anthropic_request(completion_request const& request, answer_mode mode,
                                                 anthropic_model const& model = anthropic_model());

// Whether signed reasoning goes back to a model that holds it against all that came before it. Of a chat some of that
// may be left out by then: the body asks the API to leave such reasoning out as well instead of refusing the request,
// which takes the header below. A request that says "thinking" in its own words is left alone.
bool replays_bound_reasoning(completion_request const& request);
inline constexpr std::pair<char const*, char const*> bound_reasoning_header{"anthropic-beta",
                                                                            "thinking-binding-controls-2026-08-01"};

// What is known about Anthropic's own models, by the beginnings of their names; `own` is asked first. A model nobody
// knows is taken for a newer one.
using anthropic_models = std::vector<std::pair<std::string, anthropic_model>>;
anthropic_model anthropic_model_named(std::string_view name, anthropic_models const& own = anthropic_models());

// The body of a 2xx answer that was not streamed. errc::provider_error when it is none, or as its `error` member says.
result<completion> decode_anthropic_answer(std::string_view body, std::string_view secret);

// One page of GET /v1/models. `next`, when there is more, goes into the next call as ?after_id=.
struct anthropic_models_page {
  std::vector<model_info> models;
  std::optional<std::string> next;
};
result<anthropic_models_page> decode_anthropic_models(std::string_view body, std::string_view secret);

// A stream of events. It ends with message_stop; a connection that ends before breaks the answer off. Pings, and
// events, blocks and deltas of unknown kinds are passed over.
//
// Signatures and redacted blocks come as the list `anthropic_thinking` of provider_data, one entry for each block, in
// their order: {"bytes":n,"signature":s} for the next n bytes of the reasoning's text, {"redacted":data} for none.
class anthropic_stream_decoder final : public stream_decoder {
 public:
  anthropic_stream_decoder(secret_string secret, std::size_t max_line_bytes)
      : stream_decoder(std::move(secret)), sse_(max_line_bytes) {}

  void push(std::string_view bytes) override;
  void end(failure why) override;

  // A whole message instead of a stream.
  void digest(boost::json::object const& message);

 private:
  enum class block_kind { unknown, text, thinking, tool_call };

  // A content block that has begun and not ended.
  struct block {
    block_kind kind = block_kind::unknown;
    std::size_t thought_bytes = 0;
    std::string signature;
    std::int32_t call = 0;
    std::string input;  // of a tool call; empty once fragments of it came
  };

  bool on_event(sse_event const& event);
  void on_object(std::string_view kind, boost::json::object const& event, std::string_view raw);
  void on_message_start(boost::json::object const& message);
  void on_message_delta(boost::json::object const& event);
  void on_message_stop();
  void start_block(std::int64_t place, boost::json::object const& content);
  void on_delta(std::int64_t place, boost::json::object const& delta);
  void stop_block(std::int64_t place);
  void close(block& ending);
  void begin_call(block& begun, boost::json::object const& content);
  void add_text(std::string_view text);
  void add_thought(block& of, std::string_view text);
  void add_usage(boost::json::object const& usage);
  void note_thinking(boost::json::object entry);

  sse_decoder sse_;
  std::map<std::int64_t, block> blocks_;  // that are open, by the vendor's index
  std::int32_t calls_ = 0;
  boost::json::object usage_;
};

namespace anthropic {

wire::ending ending_of(std::string_view raw);
token_usage usage_of(boost::json::object const& usage);

// The member of provider_data that signs reasoning.
inline constexpr std::string_view thinking_member = "anthropic_thinking";

}  // namespace anthropic
}  // namespace sambung
