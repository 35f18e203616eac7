#include "carriers/openai/chat_request.hpp"

#include "carriers/openai/chat_messages.hpp"
#include "provider/openai_words.hpp"

#include <algorithm>

namespace sambung::openai_server {
namespace {

namespace json = boost::json;

field counted(std::int64_t minimum, std::int64_t maximum) {
  field limits;
  limits.minimum = minimum;
  limits.maximum = maximum;
  return limits;
}

// Reads a chat completions body; every fault is noted with its path.
class request_reader {
 public:
  result<chat_request> read(json::value const& body) {
    auto const* object = in_.object(body);
    if (!object) return in_.why();
    require(*object, "model");
    require(*object, "messages");
    for (auto const& item : *object)
      in_.inside(std::string_view(item.key()), [&] { member(std::string_view(item.key()), item.value()); });
    if (in_.failed()) return in_.why();
    return std::move(out_);
  }

 private:
  void require(json::object const& object, std::string_view key) {
    if (!object.contains(key)) in_.inside(key, [&] { in_.fault("required"); });
  }

  void member(std::string_view key, json::value const& value) {
    auto& request = out_.completion;
    if (key == "model") return in_.read(value, request.model, named(200));
    if (key == "messages") {
      request.messages = read_messages(in_, value);
      return;
    }
    if (value.is_null()) return;
    if (key == "stream") return in_.read(value, out_.stream);
    if (key == "stream_options") return stream_options(value);
    if (key == "temperature") return in_.read(value, request.temperature.emplace());
    if (key == "top_p") return in_.read(value, request.top_p.emplace());
    if (key == "max_completion_tokens" || key == "max_tokens") return max_tokens(key, value);
    if (key == "seed") return in_.read(value, request.seed.emplace(), field());
    if (key == "stop") return stop(value);
    if (key == "tools") return tools(value);
    if (key == "n") return one_choice(value);
    if (key == "presence_penalty") return in_.read(value, request.presence_penalty.emplace());
    if (key == "frequency_penalty") return in_.read(value, request.frequency_penalty.emplace());
    if (key == "parallel_tool_calls") return in_.read(value, request.parallel_tool_calls.emplace());
    if (key == "reasoning_effort" && effort(value)) return;
    if (key == "tool_choice" && choice(value)) return;
    if (key == "response_format" && format(value)) return;
    if (key == "metadata") return metadata(value);
    in_.check_opaque(value, long_text());
    request.extra.emplace(key, value);
  }

  // max_completion_tokens is the newer name and wins.
  void max_tokens(std::string_view key, json::value const& value) {
    std::int64_t tokens = 0;
    in_.read(value, tokens, counted(1, 10'000'000));
    if (key == "max_completion_tokens" || !out_.completion.max_tokens) out_.completion.max_tokens = tokens;
  }

  void one_choice(json::value const& value) {
    std::int64_t choices = 0;
    in_.read(value, choices, counted(1, 1));
  }

  void stream_options(json::value const& value) {
    auto const* object = in_.object(value);
    if (!object) return;
    if (auto const* wanted = object->if_contains("include_usage"); wanted && !wanted->is_null())
      in_.inside("include_usage", [&] { in_.read(*wanted, out_.include_usage); });
  }

  void stop(json::value const& value) {
    auto& stops = out_.completion.stop;
    if (value.is_string()) return in_.read(value, stops.emplace_back(), named(1'000));
    if (!value.is_array()) return in_.fault("must be a string or an array of strings");
    auto const& array = value.get_array();
    if (array.size() > 16) return in_.fault("at most 16 items");
    for (std::size_t i = 0; i < array.size(); ++i)
      in_.inside(i, [&] { in_.read(array[i], stops.emplace_back(), named(1'000)); });
  }

  void tools(json::value const& value) {
    if (!value.is_array()) return in_.fault("must be an array");
    if (value.get_array().size() > 1'000) return in_.fault("at most 1000 items");
    in_.check_opaque(value, long_text());
    out_.completion.tools = value.get_array();
  }

  // The three below are for vendors whose wire is another one; whether they know what the value says.
  bool effort(json::value const& value) {
    auto const* word = value.if_string();
    auto& out = out_.completion.effort;
    if (word && boost::describe::enum_from_string(word->c_str(), out.emplace())) return true;
    out.reset();
    return false;
  }

  bool choice(json::value const& value) {
    auto& out = out_.completion.choice;
    if (auto const* word = value.if_string()) {
      auto const how = openai_words::choice_of(*word);
      if (how) out.emplace(*how);
      return how.has_value();
    }
    auto const* name = text_in(value, "function", "name");
    in_.check_opaque(value, long_text());
    if (name) out = tool_choice::of(std::string(*name));
    return name;
  }

  bool format(json::value const& value) {
    auto wanted = openai_words::format_of(value);
    if (!wanted) return false;
    if (wanted->how == output_format::kind::json_schema) in_.check_opaque(value, long_text());
    out_.completion.format = std::move(wanted);
    return true;
  }

  // value.member.name, if it is a text.
  static json::string const* text_in(json::value const& value, std::string_view member, std::string_view name) {
    auto const* object = value.if_object();
    auto const* inner = object ? object->if_contains(member) : nullptr;
    auto const* fields = inner ? inner->if_object() : nullptr;
    auto const* text = fields ? fields->if_contains(name) : nullptr;
    return text ? text->if_string() : nullptr;
  }

  // chat_id is ours; the rest is the vendor's.
  void metadata(json::value const& value) {
    auto const* object = in_.object(value);
    if (!object) return;
    in_.check_opaque(value, long_text());
    json::object rest = *object;
    if (auto const* chat = object->if_contains("chat_id")) {
      in_.inside("chat_id", [&] { in_.read(*chat, out_.chat.emplace().value); });
      rest.erase("chat_id");
    }
    if (!rest.empty()) out_.completion.extra.emplace("metadata", std::move(rest));
  }

  json_reader in_;
  chat_request out_;
};

// A NUL in a text is the client's, perhaps out of a file, or a model's: whoever stores and shows texts has U+FFFD for
// it.
std::string without_nul_escapes(std::string_view body) {
  constexpr std::string_view nul = "\\u0000", replaced = "\\ufffd";
  std::string out(body);
  for (auto at = out.find('\\'); at != out.npos; at = out.find('\\', at + 2))
    if (out.compare(at, nul.size(), nul) == 0) out.replace(at, nul.size(), replaced);
  return out;
}

}  // namespace

result<chat_request> decode_chat_request(std::string_view body) {
  json_limits limits;
  limits.max_bytes = body.size();  // who read the body has bounded it
  bool const has_nul = body.find("\\u0000") != body.npos;
  auto parsed = has_nul ? parse_json(without_nul_escapes(body), limits) : parse_json(body, limits);
  if (!parsed) return parsed.error();
  auto request = request_reader().read(*parsed);
  if (request && !request->chat) request->completion.verbatim = std::make_shared<std::string const>(body);
  return request;
}

}  // namespace sambung::openai_server
