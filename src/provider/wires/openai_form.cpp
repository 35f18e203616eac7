#include "provider/wires/openai_form.hpp"

#include "core/json_text.hpp"
#include "core/json_writer.hpp"
#include "provider/openai_words.hpp"
#include "provider/wires/openai_shape.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>

namespace sambung::openai_form {
namespace {

namespace json = boost::json;

template <std::size_t N>
bool is_among(std::array<std::string_view, N> const& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// What all pieces of an answer share, and an error that is none.
bool is_of_head(std::string_view name) {
  constexpr std::array<std::string_view, 5> names{"id", "object", "created", "model", "error"};
  return is_among(names, name);
}

constexpr std::array<std::string_view, 3> reasoning_names{"reasoning_content", "reasoning", "thinking"};

bool is_text_or_null(std::string_view raw) { return raw.starts_with('"') || raw == "null"; }

// What stands in the place of a member of OpenAI's and is another thing: kept under a name that no client knows.
std::string aside(std::string_view name) { return "x_" + std::string(name); }

bool is_idle(std::string_view raw) { return raw == "null" || raw == "\"\"" || raw == "[]" || raw == "{}"; }

std::string_view item_at(std::string_view array, std::size_t place) {
  std::string_view found;
  for_each_item(array, [&](std::string_view each) {
    if (place-- == 0) found = each;
  });
  return found;
}

// Writes a message or a delta.
class message_writer {
 public:
  message_writer(std::string& out, json::object const& read, call_form calls)
      : object_(out), read_(read), calls_(calls) {}

  object_writer& object() { return object_; }
  bool says_something() const { return says_something_; }

  // All members but the role and the calls.
  void copy(std::string_view raw) {
    for_each_member(raw, [&](std::string const& name, std::string_view value) {
      if (name == "role" || (name == "tool_calls" && calls_ == call_form::ours)) return;
      if (name == "content") return content(value);
      bool const text = name == "refusal" || is_among(reasoning_names, name);
      if (text && !is_text_or_null(value)) return;
      has_refusal_ = has_refusal_ || name == "refusal";
      bool const other = name == "annotations" && !openai_shape::is_annotations(read_.at(name));
      add(other ? aside(name) : name, value);
    });
    auto const* parts = read_.if_contains("content");
    if (parts && parts->is_array() && openai::reasoning_at(read_).empty()) {
      auto const thought = openai::content_of(parts).reasoning;
      if (!thought.empty()) say("reasoning_content", thought);
    }
  }

  // What a whole message has in any case.
  void complete() {
    if (!has_content_) object_.raw("content", "null");
    if (!has_refusal_) object_.raw("refusal", "null");
  }

  void say(std::string_view name, std::string_view text) {
    object_.text(name, text);
    says_something_ = says_something_ || !text.empty();
  }

 private:
  void add(std::string const& name, std::string_view value) {
    object_.raw(name, value);
    says_something_ = says_something_ || !is_idle(value);
  }

  void content(std::string_view value) {
    if (has_content_) return;
    has_content_ = true;
    if (is_text_or_null(value)) add("content", value);
    else if (auto const text = openai::content_of(read_.if_contains("content")).text; !text.empty())
      say("content", text);
    else has_content_ = false;
  }

  object_writer object_;
  json::object const& read_;
  call_form calls_;
  bool has_content_ = false;
  bool has_refusal_ = false;
  bool says_something_ = false;
};

bool add_calls(object_writer& delta, std::span<completion_event const> decoded) {
  std::string list;
  array_writer calls(list);
  for (auto const& event : decoded)
    if (auto const* call = std::get_if<tool_call_delta>(&event))
      openai_words::append_call(calls.next(), *call, openai_words::call_extras::kept);
  calls.end();
  if (calls.empty()) return false;
  delta.raw("tool_calls", list);
  return true;
}

void add_calls(object_writer& message, std::vector<part> const& parts) {
  std::string list;
  array_writer calls(list);
  for (auto const& p : parts)
    if (auto const* call = std::get_if<tool_call_part>(&p))
      openai_words::append_call(calls.next(), *call, openai_words::call_extras::kept);
  calls.end();
  if (!calls.empty()) message.raw("tool_calls", list);
}

// Members of a choice that are not written in another place.
void copy_choice(object_writer& object, std::string_view raw, json::object const& read, std::string_view message_name) {
  for_each_member(raw, [&](std::string const& name, std::string_view value) {
    if (name == "index" || name == "finish_reason" || name == message_name) return;
    bool const other = name == "logprobs" && !openai_shape::is_logprobs(read.at(name));
    object.raw(other ? aside(name) : name, value);
  });
}

std::string_view member(std::string_view object, std::string_view name) {
  std::string_view found;
  for_each_member(object, [&](std::string const& each, std::string_view value) {
    if (each == name) found = value;
  });
  return found;
}

// A choice up to the value of its finish_reason. `raw` and `delta` are empty for one that the vendor did not write.
bool begin_choice(std::string& out, std::string_view raw, json::object const& read,
                  std::span<completion_event const> decoded, role_word role, call_form form) {
  static json::object const nothing;
  auto const* delta = wire::object_at(read, "delta");
  object_writer choice(out);
  choice.raw("index", "0");
  message_writer message(choice.key("delta"), delta ? *delta : nothing, form);
  if (role == role_word::due) message.object().text("role", "assistant");
  if (auto const text = member(raw, "delta"); text.starts_with('{')) message.copy(text);
  bool const calls = form == call_form::ours && add_calls(message.object(), decoded);
  message.object().end();
  copy_choice(choice, raw, read, "delta");
  choice.key("finish_reason");
  return message.says_something() || calls;
}

void append_usage(std::string& out, token_usage const& counts, std::string_view raw) {
  json::error_code fault;
  auto const parsed = json::parse(raw, fault);
  if (!fault && openai_shape::is_usage(parsed)) out += raw;
  else openai_words::append_usage(out, counts);
}

void add_choice(std::string& out, std::string_view raw, json::object const& read, completion const& decoded) {
  object_writer choice(out);
  choice.raw("index", "0");
  auto const& said = *wire::object_at(read, "message");
  auto const form = form_of_calls(said);
  message_writer message(choice.key("message"), said, form);
  message.object().text("role", "assistant");
  message.copy(member(raw, "message"));
  message.complete();
  if (form == call_form::ours) add_calls(message.object(), decoded.parts);
  message.object().end();
  copy_choice(choice, raw, read, "message");
  choice.text("finish_reason", word_of({decoded.reason, decoded.raw_reason}));
  choice.end();
}

// Writes the members of an object without its braces.
template <class F>
std::string members(F&& write) {
  std::string out;
  object_writer object(out);
  write(object);
  return out.substr(1);
}

}  // namespace

call_form form_of_calls(json::object const& message) {
  auto const* calls = wire::array_at(message, "tool_calls");
  auto const is_other = [](json::value const& each) {
    auto const* call = each.if_object();
    auto const type = call ? wire::text_at(*call, "type") : std::string_view();
    return !type.empty() && type != "function";
  };
  return calls && std::ranges::any_of(*calls, is_other) ? call_form::vendors : call_form::ours;
}

chunk of_chunk(std::string_view raw, openai::placed_choice const& choice, std::span<completion_event const> decoded,
               role_word role, call_form calls) {
  chunk made{"\"choices\":[", "}]" + rest_of(raw), false};
  auto const text = item_at(member(raw, "choices"), choice.place);
  made.says_something = begin_choice(made.before, text, *choice.read, decoded, role, calls);
  return made;
}

chunk of_events(std::span<completion_event const> decoded, role_word role) {
  static json::object const nothing;
  chunk made{"\"choices\":[", "}]", false};
  made.says_something = begin_choice(made.before, {}, nothing, decoded, role, call_form::ours);
  return made;
}

std::string rest_of(std::string_view raw) {
  std::string rest;
  for_each_member(raw, [&](std::string const& name, std::string_view value) {
    if (is_of_head(name) || name == "usage" || name == "choices") return;
    append_json_string(rest += ',', name);
    (rest += ':') += value;
  });
  return rest;
}

std::string of_usage(token_usage const& usage, std::string_view raw, std::string_view rest) {
  std::string out = "\"choices\":[],\"usage\":";
  append_usage(out, usage, raw);
  return out += rest;
}

std::string_view usage_in(std::string_view raw) { return member(raw, "usage"); }

std::string of_answer(std::string_view raw, json::object const& choice, completion const& decoded) {
  return members([&](object_writer& answer) {
    for_each_member(raw, [&](std::string const& name, std::string_view value) {
      if (is_of_head(name)) return;
      if (name == "usage") {
        if (decoded.usage) append_usage(answer.key(name), *decoded.usage, value);
        return;
      }
      if (name != "choices") return answer.raw(name, value);
      array_writer choices(answer.key(name));
      add_choice(choices.next(), item_at(value, 0), choice, decoded);
      choices.end();
    });
  });
}

std::string word_of(wire::ending const& ending) {
  bool const own = openai_words::is_own(ending.raw) && openai_words::reason_of(ending.raw) == ending.reason;
  return own ? ending.raw : std::string(openai_words::word_of(ending.reason));
}

}  // namespace sambung::openai_form
