// What is asked of a model, and what comes back: messages of parts in, a sequence of completion events out.
#pragma once

#include <sambung/core/json_codec.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sambung {

// The parts of a message. `provider_data` is a vendor's opaque addition (signatures and the like): stored, and
// replayed to the same provider only.
struct text_part {
  static constexpr std::string_view type_name = "text";
  std::string text;
  std::optional<boost::json::object> provider_data;
};
struct reasoning_part {
  static constexpr std::string_view type_name = "reasoning";
  std::string text;
  std::optional<boost::json::object> provider_data;
};
struct tool_call_part {
  static constexpr std::string_view type_name = "tool_call";
  std::string id;
  std::string name;
  std::string arguments;  // JSON text, as the model wrote it
  std::optional<boost::json::object> provider_data;
};
struct tool_result_part {
  static constexpr std::string_view type_name = "tool_result";
  std::string call_id;
  std::string text;
  std::optional<boost::json::object> provider_data;
};
struct image_part {
  static constexpr std::string_view type_name = "image";
  std::string url;  // https: or data:
  std::optional<boost::json::object> provider_data;
};
struct file_part {
  static constexpr std::string_view type_name = "file";
  std::string name;
  std::string media_type;
  std::string url;  // https: or data:
  std::optional<boost::json::object> provider_data;
};
struct error_part {
  static constexpr std::string_view type_name = "error";
  std::string code;     // the name of an errc
  std::string message;  // safe to show
  std::optional<boost::json::object> provider_data;
};
using part =
    std::variant<text_part, reasoning_part, tool_call_part, tool_result_part, image_part, file_part, error_part>;

BOOST_DESCRIBE_STRUCT(text_part, (), (text, provider_data))
BOOST_DESCRIBE_STRUCT(reasoning_part, (), (text, provider_data))
BOOST_DESCRIBE_STRUCT(tool_call_part, (), (id, name, arguments, provider_data))
BOOST_DESCRIBE_STRUCT(tool_result_part, (), (call_id, text, provider_data))
BOOST_DESCRIBE_STRUCT(image_part, (), (url, provider_data))
BOOST_DESCRIBE_STRUCT(file_part, (), (name, media_type, url, provider_data))
BOOST_DESCRIBE_STRUCT(error_part, (), (code, message, provider_data))

// All text parts joined.
std::string text_of(std::vector<part> const& parts);

enum class role { system, user, assistant, tool };
BOOST_DESCRIBE_ENUM(role, system, user, assistant, tool)

struct prompt_message {
  prompt_message(role who_, std::vector<part> parts_) : who(who_), parts(std::move(parts_)) {}
  prompt_message(role who_, std::string text) : who(who_) { parts.push_back(text_part{std::move(text), {}}); }

  role who;
  std::vector<part> parts;
};

// One call of a model.
struct completion_request {
  completion_request() = default;
  completion_request(std::string model_, std::vector<prompt_message> messages_)
      : model(std::move(model_)), messages(std::move(messages_)) {}

  std::string model;  // the provider's own name, without "provider/"
  std::vector<prompt_message> messages;
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::optional<std::int64_t> max_tokens;
  std::optional<std::int64_t> seed;
  std::vector<std::string> stop;
  boost::json::array tools;   // OpenAI's form: {"type":"function","function":{...}}
  boost::json::object extra;  // further members of the vendor's request body, passed through untouched
};

struct token_usage {
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  std::int64_t cached_input_tokens = 0;  // part of input_tokens
  std::int64_t reasoning_tokens = 0;     // part of output_tokens
  friend bool operator==(token_usage const&, token_usage const&) = default;
};
BOOST_DESCRIBE_STRUCT(token_usage, (), (input_tokens, output_tokens, cached_input_tokens, reasoning_tokens))

enum class finish_reason { stop, length, tool_calls, content_filter, other };
BOOST_DESCRIBE_ENUM(finish_reason, stop, length, tool_calls, content_filter, other)

// The events of a completion, in the order the model made them. Text is valid UTF-8 and never empty.
struct text_delta {
  std::string text;
  friend bool operator==(text_delta const&, text_delta const&) = default;
};
// With provider_data (signatures and the like, kept in the part) the text may be empty.
struct reasoning_delta {
  std::string text;
  std::optional<boost::json::object> provider_data = std::nullopt;
  friend bool operator==(reasoning_delta const&, reasoning_delta const&) = default;
};
// `index` counts the calls of one answer from 0; id and name come with the first fragment of a call only.
struct tool_call_delta {
  std::int32_t index = 0;
  std::string id;
  std::string name;
  std::string arguments;
  std::optional<boost::json::object> provider_data = std::nullopt;
  friend bool operator==(tool_call_delta const&, tool_call_delta const&) = default;
};
// The last one counts. `raw` is the vendor's JSON text.
struct usage_report {
  token_usage usage;
  std::string raw;
  friend bool operator==(usage_report const&, usage_report const&) = default;
};
// The last event. Its absence means that the answer broke off.
struct completion_finished {
  finish_reason reason = finish_reason::stop;
  std::string raw_reason;  // the vendor's word; empty when it gave none
  friend bool operator==(completion_finished const&, completion_finished const&) = default;
};
using completion_event = std::variant<text_delta, reasoning_delta, tool_call_delta, usage_report, completion_finished>;

// A whole answer.
struct completion {
  std::string id;     // the vendor's; empty when it gave none
  std::string model;  // as the vendor names what answered
  std::vector<part> parts;
  finish_reason reason = finish_reason::stop;
  std::string raw_reason;
  std::optional<token_usage> usage;
  std::string raw_usage;  // the vendor's JSON text; empty when it gave none
};

// The bytes of text and arguments that an event adds to an answer.
std::size_t size_of(completion_event const& event);

// Builds parts from events: neighbouring deltas of a kind join into one part, the fragments of a tool call by index.
// A member of provider_data that comes again replaces the one before; a list is appended to it.
class part_builder {
 public:
  void add(completion_event const& event);
  std::vector<part> const& parts() const { return parts_; }
  // Leaves the builder empty.
  std::vector<part> take();

 private:
  void add(reasoning_delta const& delta);
  void add(tool_call_delta const& delta);

  std::vector<part> parts_;
  std::vector<std::size_t> calls_;  // where in parts_ each tool call is
};

struct model_info {
  std::string id;  // with "provider/" in front when it comes from the engine
  std::string owned_by;
  std::int64_t created = 0;  // UNIX seconds; 0 when unknown
};
BOOST_DESCRIBE_STRUCT(model_info, (), (id, owned_by, created))

}  // namespace sambung
