#include "carriers/openai/chat_messages.hpp"

#include <algorithm>
#include <iterator>

namespace sambung::openai_server {
namespace {

namespace json = boost::json;

constexpr std::size_t max_messages = 10'000;
constexpr std::size_t max_parts = 1'000;

class message_reader {
 public:
  explicit message_reader(json_reader& in) : in_(in) {}

  void read(json::value const& value) {
    if (!value.is_array()) return in_.fault("must be an array");
    auto const& array = value.get_array();
    if (array.empty()) return in_.fault("must not be empty");
    if (array.size() > max_messages) return in_.fault("at most " + std::to_string(max_messages) + " items");
    out_.reserve(array.size());
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
    out_.push_back(std::move(message));
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
    auto const is_text = [](part const& p) { return std::holds_alternative<text_part>(p); };
    for (auto const& p : read)
      if (auto const* text = std::get_if<text_part>(&p)) made.text += text->text;
    parts.push_back(std::move(made));
    std::erase_if(read, is_text);
    std::ranges::move(read, std::back_inserter(parts));
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

  std::vector<prompt_message> take() { return std::move(out_); }

 private:
  void require(json::object const& object, std::string_view key) {
    if (!object.contains(key)) in_.inside(key, [&] { in_.fault("required"); });
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

  json_reader& in_;
  std::vector<prompt_message> out_;
};

}  // namespace

field long_text() {
  field limits;
  limits.max_bytes = 64 * 1'048'576;
  return limits;
}

field named(std::size_t max_bytes, std::size_t min_bytes) {
  field limits;
  limits.min_bytes = min_bytes;
  limits.max_bytes = max_bytes;
  return limits;
}

std::vector<prompt_message> read_messages(json_reader& in, json::value const& value) {
  message_reader reader(in);
  reader.read(value);
  return reader.take();
}

}  // namespace sambung::openai_server
