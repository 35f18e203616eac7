#include "server/completions_wire.hpp"

#include "provider/json_text.hpp"

#include <boost/json/serialize.hpp>

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
      if (*word == "auto") out.emplace();
      else if (*word == "none") out.emplace(tool_choice::kind::none);
      else if (*word == "required") out.emplace(tool_choice::kind::required);
      return out.has_value();
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

std::string_view name_of(finish_reason reason) {
  switch (reason) {
    case finish_reason::length:
      return "length";
    case finish_reason::tool_calls:
      return "tool_calls";
    case finish_reason::content_filter:
      return "content_filter";
    case finish_reason::stop:
    case finish_reason::other:
      break;
  }
  return "stop";
}

finish_reason reason_from(std::optional<std::string> const& word) {
  finish_reason reason = finish_reason::stop;
  if (word == "max_tokens") return finish_reason::length;
  if (word == "tool_use" || word == "function_call") return finish_reason::tool_calls;
  if (word && !boost::describe::enum_from_string(word->c_str(), reason)) return finish_reason::other;
  return reason;
}

// What a chat's tools did stays between the engine and its model: nobody else could answer their calls.
finish_reason reason_in_chat(std::optional<std::string> const& word) {
  auto const reason = word == "max_steps" ? finish_reason::length : reason_from(word);
  return reason == finish_reason::tool_calls ? finish_reason::stop : reason;
}

constexpr std::string_view between_steps = "\n\n";

// What was said before, between and after calls of tools.
std::string text_of_steps(std::vector<part> const& parts) {
  std::string all;
  bool new_step = false;
  for (auto const& p : parts) {
    if (std::holds_alternative<tool_result_part>(p)) new_step = true;
    auto const* text = std::get_if<text_part>(&p);
    if (!text) continue;
    if (new_step && !all.empty()) all += between_steps;
    new_step = false;
    all += text->text;
  }
  return all;
}

void append_usage(std::string& out, token_usage const& usage) {
  out += "{\"prompt_tokens\":" + std::to_string(usage.input_tokens);
  out += ",\"completion_tokens\":" + std::to_string(usage.output_tokens);
  out += ",\"total_tokens\":" + std::to_string(usage.input_tokens + usage.output_tokens);
  out += ",\"prompt_tokens_details\":{\"cached_tokens\":" + std::to_string(usage.cached_input_tokens);
  out += "},\"completion_tokens_details\":{\"reasoning_tokens\":" + std::to_string(usage.reasoning_tokens);
  out += "}}";
}

void append_head(std::string& out, answer_head const& head, std::string_view object) {
  out += "{\"id\":";
  append_json_string(out, head.id);
  out += ",\"object\":\"";
  out += object;
  out += "\",\"created\":" + std::to_string(head.created);
  out += ",\"model\":";
  append_json_string(out, head.model);
}

void append_tool_calls(std::string& out, std::vector<part> const& parts) {
  std::string_view separator = ",\"tool_calls\":[";
  bool any = false;
  for (auto const& p : parts) {
    auto const* call = std::get_if<tool_call_part>(&p);
    if (!call) continue;
    out += any ? "," : separator;
    any = true;
    out += "{\"id\":";
    append_json_string(out, call->id);
    out += ",\"type\":\"function\",\"function\":{\"name\":";
    append_json_string(out, call->name);
    out += ",\"arguments\":";
    append_json_string(out, call->arguments);
    out += "}}";
  }
  if (any) out += ']';
}

bool has_tool_call(std::vector<part> const& parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [](part const& p) { return std::holds_alternative<tool_call_part>(p); });
}

std::string reasoning_of(std::vector<part> const& parts) {
  std::string text;
  for (auto const& p : parts)
    if (auto const* thought = std::get_if<reasoning_part>(&p)) text += thought->text;
  return text;
}

void append_message(std::string& out, std::vector<part> const& parts) {
  out += "{\"role\":\"assistant\",\"content\":";
  auto const text = text_of(parts);
  if (text.empty() && has_tool_call(parts)) out += "null";
  else append_json_string(out, text);
  if (auto const thoughts = reasoning_of(parts); !thoughts.empty()) {
    out += ",\"reasoning_content\":";
    append_json_string(out, thoughts);
  }
  out += ",\"refusal\":null";
  append_tool_calls(out, parts);
  out += '}';
}

std::string_view error_code(errc code) {
  switch (code) {
    case errc::rate_limited:
      return "rate_limit_exceeded";
    case errc::quota_exceeded:
      return "insufficient_quota";
    case errc::unauthenticated:
      return "invalid_api_key";
    default:
      return to_string(code);
  }
}

void append_error_object(std::string& out, std::string_view message, std::string_view type, std::string_view param,
                         std::string_view code) {
  out += "{\"error\":{\"message\":";
  append_json_string(out, message);
  out += ",\"type\":";
  append_json_string(out, type);
  out += ",\"param\":";
  if (param.empty()) out += "null";
  else append_json_string(out, param);
  out += ",\"code\":";
  append_json_string(out, code);
  out += "}}";
}

void append_error_object(std::string& out, failure const& why) {
  auto const param = why.issues.empty() ? std::string_view() : std::string_view(why.issues.front().path);
  append_error_object(out, why.message, info(why.code).openai_type, param, error_code(why.code));
}

failure failure_of(turn_finished const& event) {
  errc code = errc::provider_error;
  for (auto const& row : errc_table())
    if (event.reason && row.name == *event.reason) code = row.code;
  if (event.state == message_state::incomplete) code = errc::unavailable;
  return failure(code, event.error.value_or("the answer broke off"));
}

bool is_delta(completion_event const& event) {
  return std::holds_alternative<text_delta>(event) || std::holds_alternative<reasoning_delta>(event) ||
         std::holds_alternative<tool_call_delta>(event);
}

void append_without_usage(std::string& out, std::string_view chunk) {
  char separator = '{';
  for_each_member(chunk, [&](std::string const& name, std::string_view value) {
    if (name == "usage") return;
    out += std::exchange(separator, ',');
    append_json_string(out, name);
    out.append(":").append(value);
  });
  out += '}';
}

void append_model(std::string& out, model_info const& model) {
  out += "{\"id\":";
  append_json_string(out, model.id);
  out += ",\"object\":\"model\",\"created\":" + std::to_string(model.created);
  out += ",\"owned_by\":";
  append_json_string(out, model.owned_by);
  out += '}';
}

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

std::string encode_completion(answer_head const& head, completion const& answer) {
  if (!answer.verbatim.empty()) return answer.verbatim;
  std::string out;
  append_head(out, head, "chat.completion");
  out += ",\"choices\":[{\"index\":0,\"message\":";
  append_message(out, answer.parts);
  out += ",\"logprobs\":null,\"finish_reason\":\"";
  out += name_of(answer.reason);
  out += "\"}]";
  if (answer.usage) {
    out += ",\"usage\":";
    append_usage(out, *answer.usage);
  }
  return out + '}';
}

completion completion_of(message const& answer) {
  completion made;
  for (auto const& p : answer.parts)
    if (std::holds_alternative<reasoning_part>(p)) made.parts.push_back(p);
  made.parts.push_back(text_part{text_of_steps(answer.parts), {}});
  made.reason = reason_in_chat(answer.finish_reason);
  made.usage = answer.usage;
  return made;
}

chunk_writer::chunk_writer(answer_head head, usage wanted) : wanted_(wanted) {
  prefix_ = "data: ";
  append_head(prefix_, head, "chat.completion.chunk");
  prefix_ += wanted == usage::wanted ? ",\"usage\":" : ",";
}

void chunk_writer::begin_chunk(std::string& out) {
  out += prefix_;
  out +=
      wanted_ == usage::wanted ? "null,\"choices\":[{\"index\":0,\"delta\":" : "\"choices\":[{\"index\":0,\"delta\":";
}

void chunk_writer::begin_delta(std::string& out) {
  begin_chunk(out);
  out += '{';
  if (!role_sent_) out += "\"role\":\"assistant\",";
  role_sent_ = true;
}

void chunk_writer::end_chunk(std::string& out) { out += "},\"logprobs\":null,\"finish_reason\":null}]}\n\n"; }

void chunk_writer::append_text(std::string& out, std::string_view member, std::string_view text) {
  begin_delta(out);
  out += member;
  append_json_string(out, text);
  end_chunk(out);
}

void chunk_writer::append_tool_call(std::string& out, tool_call_delta const& call) {
  auto const known = std::find(calls_.begin(), calls_.end(), call.index);
  auto const position = known - calls_.begin();
  bool const first = known == calls_.end();
  if (first) calls_.push_back(call.index);
  begin_delta(out);
  out += "\"tool_calls\":[{\"index\":" + std::to_string(position);
  if (first) {
    out += ",\"id\":";
    append_json_string(out, call.id);
    out += ",\"type\":\"function\"";
  }
  out += ",\"function\":{";
  if (first) {
    out += "\"name\":";
    append_json_string(out, call.name);
    out += ',';
  }
  out += "\"arguments\":";
  append_json_string(out, call.arguments);
  out += "}}]";
  end_chunk(out);
}

void chunk_writer::append_finish(std::string& out, finish_reason reason) {
  begin_chunk(out);
  out += role_sent_ ? "{}" : "{\"role\":\"assistant\",\"content\":\"\"}";
  role_sent_ = true;
  out += ",\"logprobs\":null,\"finish_reason\":\"";
  out += name_of(reason);
  out += "\"}]}\n\n";
}

// What is written without a chunk of the vendor's goes on as its chunks did.
void chunk_writer::adopt_head(std::string_view chunk) {
  prefix_ = R"(data: {"object":"chat.completion.chunk")";
  for_each_member(chunk, [&](std::string const& name, std::string_view value) {
    if (name == "id" || name == "created" || name == "model") prefix_.append(",\"" + name + "\":").append(value);
  });
  prefix_ += wanted_ == usage::wanted ? ",\"usage\":" : ",";
}

void chunk_writer::append_vendor_chunk(std::string& out, vendor_chunk const& chunk) {
  covered_ = !chunk.json.empty();
  if (!covered_) return;
  if (!std::exchange(role_sent_, true)) adopt_head(chunk.json);
  finish_sent_ |= chunk.ends;
  bool const too_much = chunk.with_usage && wanted_ == usage::not_wanted;
  usage_sent_ |= chunk.with_usage;
  if (too_much && !chunk.with_choices) return;
  out += "data: ";
  if (too_much) append_without_usage(out, chunk.json);
  else out += chunk.json;
  out += "\n\n";
}

void chunk_writer::append(std::string& out, completion_event const& event) {
  if (auto const* chunk = std::get_if<vendor_chunk>(&event)) return append_vendor_chunk(out, *chunk);
  if (covered_ && is_delta(event)) return;
  if (auto const* text = std::get_if<text_delta>(&event)) append_text(out, "\"content\":", text->text);
  else if (auto const* thought = std::get_if<reasoning_delta>(&event))
    append_text(out, "\"reasoning_content\":", thought->text);
  else if (auto const* call = std::get_if<tool_call_delta>(&event)) append_tool_call(out, *call);
  else if (auto const* report = std::get_if<usage_report>(&event)) reported_ = report->usage;
  else if (auto const* end = std::get_if<completion_finished>(&event); end && !finish_sent_)
    append_finish(out, end->reason);
}

void chunk_writer::append(std::string& out, turn_event const& event) {
  if (auto const* text = std::get_if<text_delta>(&event)) append_said(out, text->text);
  else if (auto const* thought = std::get_if<reasoning_delta>(&event))
    append_text(out, "\"reasoning_content\":", thought->text);
  else if (std::holds_alternative<tool_result>(event)) new_step_ = true;
  else if (auto const* snapshot = std::get_if<turn_snapshot>(&event)) {
    if (auto const all = text_of_steps(snapshot->parts); !all.empty()) append_said(out, all);
  } else if (auto const* end = std::get_if<turn_finished>(&event)) {
    append_turn_end(out, *end);
  }
}

void chunk_writer::append_said(std::string& out, std::string_view text) {
  if (new_step_ && said_) append_text(out, "\"content\":", between_steps);
  new_step_ = false;
  said_ = true;
  append_text(out, "\"content\":", text);
}

void chunk_writer::append_turn_end(std::string& out, turn_finished const& event) {
  reported_ = event.usage;
  if (event.state == message_state::complete || event.state == message_state::cancelled)
    return append_finish(out, reason_in_chat(event.finish_reason));
  append_error(out, failure_of(event));
}

void chunk_writer::append_end(std::string& out) {
  if (failed_) return;
  if (wanted_ == usage::wanted && reported_ && !usage_sent_) {
    out += prefix_;
    append_usage(out, *reported_);
    out += ",\"choices\":[]}\n\n";
  }
  out += "data: [DONE]\n\n";
}

void chunk_writer::append_error(std::string& out, failure const& why) {
  if (failed_) return;
  failed_ = true;
  out += "data: ";
  append_error_object(out, why);
  out += "\n\ndata: [DONE]\n\n";
}

std::string encode_error(failure const& why) {
  std::string out;
  append_error_object(out, why);
  return out;
}

std::string encode_error(std::string_view code, std::string_view message) {
  std::string out;
  append_error_object(out, message, "invalid_request_error", {}, code);
  return out;
}

bool is_permanent(errc code) noexcept {
  return code == errc::conflict || code == errc::already_exists || code == errc::quota_exceeded ||
         code == errc::unsupported || code == errc::data_loss || code == errc::internal;
}

std::string encode_models(std::span<model_info const> models) {
  std::string out = "{\"object\":\"list\",\"data\":[";
  for (std::size_t i = 0; i < models.size(); ++i) {
    if (i) out += ',';
    append_model(out, models[i]);
  }
  return out + "]}";
}

std::string encode_model(model_info const& model) {
  std::string out;
  append_model(out, model);
  return out;
}

}  // namespace sambung::openai_server
