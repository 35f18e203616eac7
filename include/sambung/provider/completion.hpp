// What is asked of a model, and what comes back: messages of parts in, a sequence of completion events out.
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/records/part.hpp>
#include <sambung/records/price.hpp>
#include <sambung/telemetry/trace_context.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sambung {

struct provider_credential;

struct SAMBUNG_API prompt_message {
  prompt_message() = default;
  prompt_message(role who_, std::vector<part> parts_);
  prompt_message(role who_, std::string text);

  role who = role::user;
  std::vector<part> parts;
};
SAMBUNG_DESCRIBE_STRUCT(prompt_message, (), (who, parts))

enum class tool_choice_kind { automatic, none, required, named };
SAMBUNG_DESCRIBE_ENUM(tool_choice_kind, automatic, none, required, named)

// Whether the model calls tools.
struct SAMBUNG_API tool_choice {
  using kind = tool_choice_kind;

  tool_choice() = default;
  explicit tool_choice(kind how_) : how(how_) {}
  static tool_choice of(std::string name);

  kind how = kind::automatic;
  std::string name;  // of named
};
SAMBUNG_DESCRIBE_STRUCT(tool_choice, (), (how, name))

enum class output_format_kind { json_object, json_schema };
SAMBUNG_DESCRIBE_ENUM(output_format_kind, json_object, json_schema)

// The form of the answer's text.
struct SAMBUNG_API output_format {
  using kind = output_format_kind;

  output_format() = default;
  static output_format schema_of(std::string name, boost::json::object schema);

  kind how = kind::json_object;
  std::string name;            // of json_schema: what the vendor calls it; up to 200 bytes
  boost::json::object schema;  // of json_schema
};
SAMBUNG_DESCRIBE_STRUCT(output_format, (), (how, name, schema))
SAMBUNG_API record_description describe_record(record_of<output_format>);

enum class reasoning_effort { none, minimal, low, medium, high };
SAMBUNG_DESCRIBE_ENUM(reasoning_effort, none, minimal, low, medium, high)

struct model_capabilities;

// What becomes of members that the model is known not to support.
enum class unsupported_policy {
  refuse,  // the call: errc::unsupported with an issue for each
  drop,    // the members, each of them a warning of the answer
};
SAMBUNG_DESCRIBE_ENUM(unsupported_policy, refuse, drop)

// One call of a model.
struct SAMBUNG_API completion_request {
  completion_request();
  completion_request(std::string model_, std::vector<prompt_message> messages_);

  std::string model;  // the provider's own name, without "provider/"
  std::vector<prompt_message> messages;
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::optional<std::int64_t> max_tokens;
  std::optional<std::int64_t> seed;
  std::vector<std::string> stop;
  std::optional<double> presence_penalty;
  std::optional<double> frequency_penalty;
  boost::json::array tools;  // OpenAI's form: {"type":"function","function":{...}}
  std::optional<tool_choice> choice;
  std::optional<bool> parallel_tool_calls;
  std::optional<output_format> format;
  std::optional<reasoning_effort> effort;
  boost::json::object extra;  // further members of the vendor's request body, passed through untouched
  // The whole request as a client wrote it in OpenAI's form, a JSON object without duplicate names. A provider that
  // speaks that form sends it as it is, but for the model, the usage of streams, and what its dialect calls otherwise,
  // and gives the answer in OpenAI's form beside what it decodes: see vendor_chunk and completion::verbatim. Whoever
  // changes another member takes it away.
  std::shared_ptr<std::string const> verbatim;
  // Instead of the provider's own key; never part of what is encoded, stored or logged.
  std::shared_ptr<provider_credential const> credential;
  // What the vendor is told of the trace that the call is a part of; none: nothing.
  std::optional<trace_context> trace;

  unsupported_policy on_unsupported = unsupported_policy::refuse;
  // What the model can do, from one who knows better than provider::capabilities().
  std::shared_ptr<model_capabilities const> capabilities;

  // For decorators; no vendor sees them.
  std::string cache_scope;  // who may share a stored answer, such as one user in one tenant; empty: never stored
  std::string budget_key;   // whose retries are counted together, such as one tenant's; empty: those of all without one
  // Told of each candidate of a fallback that fails, by its name (fallback_candidate::name), also when the next one
  // answers. As a provider_event_sink.
  std::function<void(std::string_view candidate, failure const& why)> candidate_failed;
  // Told before a call is made again because of `why`: see retrying(). As a provider_event_sink.
  std::function<void(failure const& why)> repeated;
};
SAMBUNG_DESCRIBE_STRUCT(completion_request, (),
                        (model, messages, temperature, top_p, max_tokens, seed, stop, presence_penalty,
                         frequency_penalty, tools, choice, parallel_tool_calls, format, effort, extra, on_unsupported))
SAMBUNG_API record_description describe_record(record_of<completion_request>);

enum class finish_reason { stop, length, tool_calls, content_filter, other };
SAMBUNG_DESCRIBE_ENUM(finish_reason, stop, length, tool_calls, content_filter, other)

// The events of a completion, in the order the model made them. Text is valid UTF-8 and never empty.
struct text_delta {
  static constexpr std::string_view type_name = "text";
  std::string text;
  friend bool operator==(text_delta const&, text_delta const&) = default;
};
// With provider_data (signatures and the like, kept in the part) the text may be empty.
struct reasoning_delta {
  static constexpr std::string_view type_name = "reasoning";
  std::string text;
  std::optional<boost::json::object> provider_data = std::nullopt;
  friend bool operator==(reasoning_delta const&, reasoning_delta const&) = default;
};
// `index` counts the calls of one answer from 0; id and name come with the first fragment of a call only.
struct tool_call_delta {
  static constexpr std::string_view type_name = "toolCall";
  std::int32_t index = 0;
  std::string id;
  std::string name;
  std::string arguments;
  std::optional<boost::json::object> provider_data = std::nullopt;
  friend bool operator==(tool_call_delta const&, tool_call_delta const&) = default;
};
// What clients see of a delta: what a vendor adds is for that vendor.
SAMBUNG_DESCRIBE_STRUCT(text_delta, (), (text))
SAMBUNG_DESCRIBE_STRUCT(reasoning_delta, (), (text))
SAMBUNG_DESCRIBE_STRUCT(tool_call_delta, (), (index, id, name, arguments))
// The last one counts. `raw` is the vendor's JSON text.
struct usage_report {
  static constexpr std::string_view type_name = "usage";
  token_usage usage;
  std::string raw;
  friend bool operator==(usage_report const&, usage_report const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(usage_report, (), (usage, raw))
// The last event. Its absence means that the answer broke off.
struct completion_finished {
  static constexpr std::string_view type_name = "finished";
  finish_reason reason = finish_reason::stop;
  std::string raw_reason;  // the vendor's word; empty when it gave none
  friend bool operator==(completion_finished const&, completion_finished const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(completion_finished, (), (reason, raw_reason))
// One chunk of the vendor's stream as a client of OpenAI is to read it, for requests with `verbatim`: what it says is
// what its events say, which follow it, and what OpenAI does not know is as the vendor wrote it. A stream that has one
// says everything in them; usage, once, in one of its own behind all that is said.
struct vendor_chunk {
  static constexpr std::string_view type_name = "vendorChunk";
  std::string members;       // of a JSON object, on one line: all but id, object, created and model
  std::string id;            // the vendor's for the answer, in the first chunk once it is known; else empty
  std::int64_t created = 0;  // UNIX seconds, likewise
  bool with_choices = true;
  bool with_usage = false;
  bool ends = false;  // it has the finish reason
  friend bool operator==(vendor_chunk const&, vendor_chunk const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(vendor_chunk, (), (members, id, created, with_choices, with_usage, ends))
using completion_event =
    std::variant<text_delta, reasoning_delta, tool_call_delta, usage_report, completion_finished, vendor_chunk>;

// A whole answer.
struct completion {
  std::string id;     // the vendor's; empty when it gave none
  std::string model;  // as the vendor names what answered
  std::vector<part> parts;
  finish_reason reason = finish_reason::stop;
  std::string raw_reason;
  std::optional<token_usage> usage;
  std::string raw_usage;     // the vendor's JSON text; empty when it gave none
  std::int64_t created = 0;  // UNIX seconds, as the vendor says; 0 when it does not
  // For requests with `verbatim`: the whole answer as a client of OpenAI is to read it, without id, object, created and
  // model; members of a JSON object as in vendor_chunk.
  std::string verbatim;
  std::vector<issue> warnings;  // what was left out of the request, by unsupported_policy::drop
  std::string billed_as;        // as completion_stream::billed_as()
};
SAMBUNG_DESCRIBE_STRUCT(completion, (),
                        (id, model, parts, reason, raw_reason, usage, raw_usage, created, warnings, billed_as))

// The bytes of text and arguments that an event adds to an answer, or that a part of it has.
SAMBUNG_API std::size_t size_of(completion_event const& event);
SAMBUNG_API std::size_t size_of(part const& said);

// An estimate that needs no vocabulary: one token for every four bytes of UTF-8, rounded up.
SAMBUNG_API std::int64_t tokens_of_bytes(std::size_t bytes) noexcept;
// What a message takes beside its text.
inline constexpr std::int64_t tokens_per_message = 4;

// Builds parts from events: neighbouring deltas of a kind join into one part, the fragments of a tool call by index.
// A member of provider_data that comes again replaces the one before; a list is appended to it.
class SAMBUNG_API part_builder {
 public:
  void add(completion_event const& event);
  // A tool's result, which no event of a provider is.
  void add(tool_result_part result);
  std::vector<part> const& parts() const { return parts_; }
  // Leaves the builder empty.
  std::vector<part> take();

 private:
  void add_reasoning(reasoning_delta const& delta);
  void add_tool_call(tool_call_delta const& delta);

  std::vector<part> parts_;
  std::vector<std::size_t> calls_;  // where in parts_ each tool call is
};

struct model_info {
  std::string id;  // with "provider/" in front when it comes from the engine
  std::string owned_by;
  std::int64_t created = 0;                         // UNIX seconds; 0 when unknown
  std::optional<std::int64_t> context_tokens{};     // of prompt and answer together
  std::optional<std::int64_t> max_output_tokens{};  // of an answer
  std::optional<sambung::price> price{};            // today, in completions::models(): providers know none
};
SAMBUNG_DESCRIBE_STRUCT(model_info, (), (id, owned_by, created, context_tokens, max_output_tokens, price))

}  // namespace sambung
