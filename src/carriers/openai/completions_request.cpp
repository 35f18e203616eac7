#include "carriers/openai/completions_wire.hpp"

#include "provider/openai_words.hpp"

#include <algorithm>

namespace sambung::openai_server {
namespace {

namespace json = boost::json;

constexpr std::size_t max_messages = 10'000;
constexpr std::size_t max_parts = 1'000;

field long_text() {
  field limits;
  limits.max_bytes = 64 * 1'048'576;
  return limits;
}

field named(std::size_t max_bytes, std::size_t min_bytes = 1) {
  field limits;
  limits.min_bytes = min_bytes;
  limits.max_bytes = max_bytes;
  return limits;
}

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
    if (key == "messages") return messages(value);
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
    auto const* object = value.if_object();
    auto const* type = object ? object->if_contains("type") : nullptr;
    if (type && *type == "json_object") {
      out_.completion.format.emplace();
      return true;
    }
    auto const* name = text_in(value, "json_schema", "name");
    auto const* schema = name ? object->at("json_schema").get_object().if_contains("schema") : nullptr;
    if (!schema || !schema->is_object()) return false;
    in_.check_opaque(value, long_text());
    out_.completion.format = output_format::schema_of(std::string(*name), schema->get_object());
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

  void messages(json::value const& value) {
    if (!value.is_array()) return in_.fault("must be an array");
    auto const& array = value.get_array();
    if (array.empty()) return in_.fault("must not be empty");
    if (array.size() > max_messages) return in_.fault("at most " + std::to_string(max_messages) + " items");
    out_.completion.messages.reserve(array.size());
    for (std::size_t i = 0; i < array.size(); ++i) in_.inside(i, [&] { one_message(array[i]); });
  }

  void one_message(json::value const& value) {
    auto const* object = in_.object(value);
    if (!object) return;
    require(*object, "role");
    prompt_message message(role::user, std::vector<part>());
    if (auto const* who = object->if_contains("role")) in_.inside("role", [&] { read_role(*who, message.who); });
    if (auto const* thought = object->if_contains("reasoning_content"); thought && thought->is_string())
      in_.inside("reasoning_content", [&] { reasoning(*thought, message.parts); });
    auto const* content = object->if_contains("content");
    if (message.who == role::tool) tool_result(*object, content, message.parts);
    else if (content) in_.inside("content", [&] { read_content(*content, message.parts); });
    if (auto const* calls = object->if_contains("tool_calls"); calls && !calls->is_null())
      in_.inside("tool_calls", [&] { tool_calls(*calls, message.parts); });
    out_.completion.messages.push_back(std::move(message));
  }

  void read_role(json::value const& value, role& out) {
    std::string name;
    in_.read(value, name, named(20));
    if (name == "system" || name == "developer") out = role::system;
    else if (name == "user") out = role::user;
    else if (name == "assistant") out = role::assistant;
    else if (name == "tool") out = role::tool;
    else if (!name.empty()) in_.fault("must be developer, system, user, assistant or tool");
  }

  void reasoning(json::value const& value, std::vector<part>& parts) {
    reasoning_part made;
    in_.read(value, made.text, long_text());
    if (!made.text.empty()) parts.push_back(std::move(made));
  }

  void read_content(json::value const& value, std::vector<part>& parts) {
    if (value.is_null()) return;
    if (value.is_string()) {
      text_part made;
      in_.read(value, made.text, long_text());
      parts.push_back(std::move(made));
      return;
    }
    if (!value.is_array()) return in_.fault("must be a string, an array of parts or null");
    auto const& array = value.get_array();
    if (array.size() > max_parts) return in_.fault("at most " + std::to_string(max_parts) + " items");
    for (std::size_t i = 0; i < array.size(); ++i) in_.inside(i, [&] { content_part(array[i], parts); });
  }

  void content_part(json::value const& value, std::vector<part>& parts) {
    auto const* object = in_.object(value);
    if (!object) return;
    std::string type;
    read_member(*object, "type", type, named(50));
    if (type == "text" || type == "refusal") {
      text_part made;
      read_member(*object, type, made.text, long_text());
      parts.push_back(std::move(made));
    } else if (type == "image_url") {
      nested(*object, "image_url", [&](json::object const& image) { image_content(image, parts); });
    } else if (type == "file") {
      nested(*object, "file", [&](json::object const& file) { file_content(file, parts); });
    } else if (type == "input_audio") {
      nested(*object, "input_audio", [&](json::object const& audio) { audio_content(audio, parts); });
    } else if (!type.empty()) {
      in_.inside("type", [&] { in_.fault("must be text, refusal, image_url, file or input_audio"); });
    }
  }

  void image_content(json::object const& image, std::vector<part>& parts) {
    image_part made;
    read_member(image, "url", made.url, long_text());
    if (auto const* detail = image.if_contains("detail"); detail && detail->is_string())
      made.provider_data.emplace().emplace("detail", *detail);
    parts.push_back(std::move(made));
  }

  void file_content(json::object const& file, std::vector<part>& parts) {
    file_part made;
    if (file.contains("filename")) read_member(file, "filename", made.name, named(1'000, 0));
    if (auto const* id = file.if_contains("file_id"); id && id->is_string() && !file.contains("file_data"))
      made.provider_data.emplace().emplace("file_id", *id);  // of a file that the vendor has
    else read_member(file, "file_data", made.url, long_text());
    made.media_type = media_type_of(made.url);
    parts.push_back(std::move(made));
  }

  void audio_content(json::object const& audio, std::vector<part>& parts) {
    file_part made;
    std::string format;
    std::string data;
    read_member(audio, "format", format, named(20));
    read_member(audio, "data", data, long_text());
    made.name = "audio." + format;
    made.media_type = "audio/" + format;
    made.url = "data:" + made.media_type + ";base64," + data;
    parts.push_back(std::move(made));
  }

  static std::string media_type_of(std::string_view url) {
    if (url.substr(0, 5) != "data:") return "application/octet-stream";
    return std::string(url.substr(5, std::min(url.find_first_of(";,"), url.size()) - 5));
  }

  void tool_result(json::object const& object, json::value const* content, std::vector<part>& parts) {
    tool_result_part made;
    read_member(object, "tool_call_id", made.call_id, named(500));
    std::vector<part> read;
    if (content) in_.inside("content", [&] { read_content(*content, read); });
    for (auto const& p : read)
      if (auto const* text = std::get_if<text_part>(&p)) made.text += text->text;
    parts.push_back(std::move(made));
  }

  void tool_calls(json::value const& value, std::vector<part>& parts) {
    if (!value.is_array()) return in_.fault("must be an array");
    auto const& array = value.get_array();
    if (array.size() > max_parts) return in_.fault("at most " + std::to_string(max_parts) + " items");
    for (std::size_t i = 0; i < array.size(); ++i) in_.inside(i, [&] { one_tool_call(array[i], parts); });
  }

  void one_tool_call(json::value const& value, std::vector<part>& parts) {
    auto const* object = in_.object(value);
    if (!object) return;
    tool_call_part made;
    read_member(*object, "id", made.id, named(500));
    nested(*object, "function", [&](json::object const& function) {
      read_member(function, "name", made.name, named(500));
      read_member(function, "arguments", made.arguments, long_text());
    });
    if (auto const* extra = object->if_contains("extra_content"); extra && extra->is_object())
      made.provider_data.emplace().emplace("extra_content", *extra);
    parts.push_back(std::move(made));
  }

  void read_member(json::object const& object, std::string_view key, std::string& out, field const& limits) {
    in_.inside(key, [&] {
      if (auto const* value = object.if_contains(key)) in_.read(*value, out, limits);
      else in_.fault("required");
    });
  }

  template <class F>
  void nested(json::object const& object, std::string_view key, F&& f) {
    in_.inside(key, [&] {
      auto const* value = object.if_contains(key);
      if (!value) return in_.fault("required");
      if (auto const* inner = in_.object(*value)) f(*inner);
    });
  }

  json_reader in_;
  chat_request out_;
};

}  // namespace

result<chat_request> decode_chat_request(std::string_view body) {
  json_limits limits;
  limits.max_bytes = body.size();  // who read the body has bounded it
  auto parsed = parse_json(body, limits);
  if (!parsed) return parsed.error();
  auto request = request_reader().read(*parsed);
  if (request && !request->chat) request->completion.verbatim = std::make_shared<std::string const>(body);
  return request;
}

}  // namespace sambung::openai_server
