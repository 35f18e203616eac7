#include "services/turns/turn_log.hpp"

#include "core/enum_name.hpp"
#include "core/json_text.hpp"
#include "core/storable.hpp"

#include <boost/describe/enum_from_string.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace sambung {
namespace {

namespace json = boost::json;

void put_provider_data(json::object& object, std::optional<json::object> const& data) {
  if (data) object["provider_data"] = *data;
}

std::optional<json::object> take_provider_data(json::object const& object) {
  auto const* found = object.if_contains("provider_data");
  return found ? std::optional(found->as_object()) : std::nullopt;
}

json::value encode_delta(turn_event const& delta) {
  if (auto const* text = std::get_if<text_delta>(&delta)) return json::value(text->text);
  json::object object;
  if (auto const* reasoning = std::get_if<reasoning_delta>(&delta)) {
    object["reasoning"] = reasoning->text;
    put_provider_data(object, reasoning->provider_data);
  }
  if (auto const* call = std::get_if<tool_call_delta>(&delta)) {
    object["index"] = call->index;
    if (!call->id.empty()) object["id"] = call->id;
    if (!call->name.empty()) object["name"] = call->name;
    object["arguments"] = call->arguments;
    put_provider_data(object, call->provider_data);
  }
  if (auto const* asked = std::get_if<tool_approval>(&delta)) {
    object["approval"] = asked->call_id;
    object["name"] = asked->tool;
    object["arguments"] = asked->arguments;
    if (asked->is_cut) object["cut"] = true;
    object["until"] = asked->until.time_since_epoch().count();
  }
  if (auto const* said = std::get_if<tool_decided>(&delta)) {
    object["decided"] = said->call_id;
    object["verdict"] = name_of(said->verdict);
  }
  if (auto const* result = std::get_if<tool_result>(&delta)) {
    object["result"] = result->call_id;
    object["name"] = result->name;
    object["text"] = result->text;
    if (result->is_error) object["error"] = true;
  }
  return json::value(std::move(object));
}

// A vendor's data may nest as deep as what is opaque may.
json::parse_options deep() {
  json::parse_options options;
  options.max_depth = max_opaque_depth + 8;
  return options;
}

std::string text_member(json::object const& object, char const* name) {
  auto const* found = object.if_contains(name);
  return found ? std::string(found->as_string()) : std::string();
}

approval_verdict verdict_of(json::object const& object) {
  approval_verdict verdict{};
  if (boost::describe::enum_from_string(object.at("verdict").as_string().c_str(), verdict)) return verdict;
  throw error(errc::data_loss, "no such verdict");
}

turn_event decode_delta(json::value const& in) {
  if (auto const* text = in.if_string()) return text_delta{std::string(*text)};
  auto const& object = in.as_object();
  if (object.contains("reasoning"))
    return reasoning_delta{text_member(object, "reasoning"), take_provider_data(object)};
  if (object.contains("approval"))
    return tool_approval{text_member(object, "approval"), text_member(object, "name"), text_member(object, "arguments"),
                         object.contains("cut"), timestamp(std::chrono::milliseconds(object.at("until").as_int64()))};
  if (object.contains("decided")) return tool_decided{text_member(object, "decided"), verdict_of(object)};
  if (object.contains("result"))
    return tool_result{text_member(object, "result"), text_member(object, "name"), text_member(object, "text"),
                       object.contains("error")};
  return tool_call_delta{static_cast<std::int32_t>(object.at("index").as_int64()), text_member(object, "id"),
                         text_member(object, "name"), text_member(object, "arguments"), take_provider_data(object)};
}

}  // namespace

std::optional<turn_event> delta_of(completion_event event) {
  if (auto* text = std::get_if<text_delta>(&event)) return turn_event(std::move(*text));
  if (auto* reasoning = std::get_if<reasoning_delta>(&event)) return turn_event(std::move(*reasoning));
  if (auto* call = std::get_if<tool_call_delta>(&event)) return turn_event(std::move(*call));
  return std::nullopt;
}

result<std::vector<turn_event>> decode_deltas(std::string const& text) {
  try {
    std::vector<turn_event> deltas;
    auto const parsed = json::parse(text, {}, deep());
    for (auto const& item : parsed.as_array()) deltas.push_back(decode_delta(item));
    return deltas;
  } catch (std::exception const&) {
    return failure(errc::data_loss, "a stored piece of an answer is damaged");
  }
}

void add_delta(part_builder& parts, turn_event const& event) {
  if (auto const* text = std::get_if<text_delta>(&event)) parts.add(completion_event(*text));
  if (auto const* reasoning = std::get_if<reasoning_delta>(&event)) parts.add(completion_event(*reasoning));
  if (auto const* call = std::get_if<tool_call_delta>(&event)) parts.add(completion_event(*call));
  if (auto const* result = std::get_if<tool_result>(&event)) {
    tool_result_part stored;
    stored.call_id = result->call_id;
    stored.text = result->text;
    stored.is_error = result->is_error;
    parts.add(std::move(stored));
  }
}

bool turn_log::append(turn_event const& delta) {
  auto const* text = std::get_if<text_delta>(&delta);
  auto const encoded = text ? std::string() : json::serialize(encode_delta(delta));
  auto const stored = 1 + (text ? json_string_size(text->text) : encoded.size());
  {
    std::lock_guard lock(mutex_);
    if (stored > max_stored_bytes - stored_bytes_) return false;
    stored_bytes_ += stored;
    entries_.push_back({bytes_.size(), text ? kind::text : kind::encoded});
    bytes_ += text ? std::string_view(text->text) : std::string_view(encoded);
  }
  level_.raise_by(1);
  return true;
}

void turn_log::finish(turn_finished last) {
  {
    std::lock_guard lock(mutex_);
    finished_ = std::move(last);
    abandoned_.reset();
    ended_ = true;
  }
  level_.raise_to(rising_level::top);
}

void turn_log::abandon(failure why) {
  {
    std::lock_guard lock(mutex_);
    if (ended_) return;
    abandoned_ = std::move(why);
    ended_ = true;
  }
  level_.raise_to(rising_level::top);
}

std::int64_t turn_log::closed_at() const {
  std::lock_guard lock(mutex_);
  return 1 + static_cast<std::int64_t>(entries_.size()) + (finished_ ? 1 : 0);
}

std::size_t turn_log::bytes() const {
  std::lock_guard lock(mutex_);
  return bytes_.size() + entries_.size() * sizeof(entry);
}

std::string_view turn_log::bytes_of(std::size_t position) const {
  auto const begin = entries_[position].offset;
  auto const end = position + 1 < entries_.size() ? entries_[position + 1].offset : bytes_.size();
  return std::string_view(bytes_).substr(begin, end - begin);
}

turn_event turn_log::delta_at(std::size_t position) const {
  auto const bytes = bytes_of(position);
  if (entries_[position].what == kind::text) return text_delta{std::string(bytes)};
  return decode_delta(json::parse(bytes, {}, deep()));
}

turn_event turn_log::at(std::int64_t number) const {
  if (number == 1) return started_;
  std::lock_guard lock(mutex_);
  auto const position = static_cast<std::size_t>(number - 2);
  if (position < entries_.size()) return delta_at(position);
  return *finished_;
}

encoded_deltas turn_log::deltas(std::int64_t after) const {
  std::lock_guard lock(mutex_);
  encoded_deltas found;
  auto const first = static_cast<std::size_t>(after < 1 ? 0 : after - 1);
  for (std::size_t i = first; i < entries_.size(); ++i, ++found.count) {
    found.text += found.count == 0 ? '[' : ',';
    if (entries_[i].what == kind::text) append_json_string(found.text, bytes_of(i));
    else found.text += bytes_of(i);
  }
  if (found.count > 0) found.text += ']';
  return found;
}

bool turn_log::ended() const {
  std::lock_guard lock(mutex_);
  return ended_;
}

std::optional<failure> turn_log::abandoned() const {
  std::lock_guard lock(mutex_);
  return abandoned_;
}

}  // namespace sambung
