#include "carriers/rpc/orpc_wire.hpp"

#include "core/json_issues.hpp"
#include "core/percent.hpp"
#include "core/text.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <functional>

namespace sambung::orpc {
namespace {

namespace json = boost::json;

// The first number of a meta entry.
enum class meta_type { big_int, date, nan, undefined, url, regular_expression, set, map };

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string meta_path(json::array const& entry) {
  std::string path;
  for (std::size_t i = 1; i < entry.size(); ++i) {
    if (entry[i].is_string()) {
      if (!path.empty()) path += '.';
      path += std::string_view(entry[i].get_string());
    } else {
      path += '[' + json::serialize(entry[i]) + ']';
    }
  }
  return path;
}

// Follows one step of a meta path into an own member or item; null when there is none.
json::value* step_into(json::value& at, json::value const& step) {
  if (auto* object = at.if_object(); object && step.is_string()) return object->if_contains(step.get_string());
  if (auto* array = at.if_array(); array && step.is_int64() && step.get_int64() >= 0) {
    auto const position = static_cast<std::size_t>(step.get_int64());
    return position < array->size() ? &(*array)[position] : nullptr;
  }
  return nullptr;
}

// Applies the meta entries of one request to its input.
class meta_reader {
 public:
  explicit meta_reader(json::value& input) : input_(input) {}

  void apply(json::value const& meta) {
    if (!meta.is_array()) return fault("meta", "must be an array");
    auto const& entries = meta.get_array();
    for (std::size_t i = 0; i < entries.size(); ++i) apply_entry(entries[i], i);
    erase_undefined();
  }

  bool input_undefined() const { return undefined_input_; }
  std::vector<issue> take_issues() { return std::move(issues_); }

 private:
  struct member {
    json::object* object;
    std::string key;
    std::size_t depth;
  };

  void fault(std::string path, std::string message) {
    if (issues_.size() < 100) issues_.push_back({std::move(path), std::move(message)});
  }

  void apply_entry(json::value const& entry, std::size_t position) {
    auto const where = "meta[" + std::to_string(position) + "]";
    auto const* steps = entry.if_array();
    if (!steps || steps->empty() || !(*steps)[0].is_int64() || (*steps)[0].get_int64() < 0 ||
        (*steps)[0].get_int64() > static_cast<int>(meta_type::map))
      return fault(where, "must be a type from 0 to 7 and a path");
    json::value* parent = nullptr;
    json::value* at = &input_;
    for (std::size_t i = 1; i < steps->size() && at; ++i) {
      parent = at;
      at = step_into(*at, (*steps)[i]);
    }
    if (!at) return fault(where, "its path names nothing in the input");
    apply_type(static_cast<meta_type>((*steps)[0].get_int64()), *at, parent, *steps);
  }

  void apply_type(meta_type type, json::value& at, json::value* parent, json::array const& steps) {
    switch (type) {
      case meta_type::big_int:
        return big_int(at, steps);
      case meta_type::date:
        if (!at.is_string()) fault(meta_path(steps), "must be a valid date");
        return;
      case meta_type::nan:
        return fault(meta_path(steps), "must not be NaN");
      case meta_type::undefined:
        if (!at.is_null()) return fault(meta_path(steps), "must be null where it is undefined");
        if (!parent) undefined_input_ = true;
        else if (auto* object = parent->if_object())
          undefined_.push_back({object, std::string(steps.back().get_string()), steps.size()});
        return;
      case meta_type::url:
      case meta_type::regular_expression:
        if (!at.is_string()) fault(meta_path(steps), "must be a string");
        return;
      case meta_type::set:
      case meta_type::map:
        if (!at.is_array()) fault(meta_path(steps), "must be an array");
        return;
    }
  }

  void big_int(json::value& at, json::array const& steps) {
    auto const* text = at.if_string();
    auto const number = text ? whole_number<std::int64_t>(*text) : std::nullopt;
    if (!number) return fault(meta_path(steps), "must be an integer of 64 bits");
    at = *number;
  }

  // Last, so that no entry's path changes under it; the deepest first, because erasing moves an object's other members.
  void erase_undefined() {
    if (!issues_.empty()) return;
    std::ranges::sort(undefined_, std::ranges::greater(), &member::depth);
    for (auto const& gone : undefined_) gone.object->erase(gone.key);
  }

  json::value& input_;
  bool undefined_input_ = false;
  std::vector<member> undefined_;
  std::vector<issue> issues_;
};

// The body is the input itself, or nothing like it.
failure no_envelope() { return invalid_json({{"", R"(must be an object with the input in it: {"json": {...}})"}}); }

json::object error_data(failure const& why, std::string_view request_id) {
  json::object data;
  data.emplace("errc", to_string(why.code));
  data.emplace("requestId", request_id);
  if (!why.issues.empty()) {
    auto& issues = data.emplace("issues", json::array()).first->value().get_array();
    for (auto const& i : why.issues) issues.push_back({{"path", i.path}, {"message", i.message}});
  }
  if (why.retry_after) data.emplace("retryAfterMs", why.retry_after->count());
  return data;
}

bool is_defined(errc code) { return code != errc::internal && code != errc::data_loss; }

}  // namespace

std::optional<std::string> decode_path(std::string_view path) {
  if (path.size() < 2 || path.front() != '/') return std::nullopt;
  std::string name;
  bool const several = path.find('/', 1) != path.npos;
  for (std::size_t begin = 1; begin <= path.size();) {
    auto const end = std::min(path.find('/', begin), path.size());
    auto const segment = percent_decode(path.substr(begin, end - begin));
    if (!segment || segment->empty()) return std::nullopt;
    auto const allowed = [&](char c) { return is_name_character(c) || (c == '.' && !several); };
    if (!std::all_of(segment->begin(), segment->end(), allowed)) return std::nullopt;
    if (!name.empty()) name += '.';
    name += *segment;
    begin = end + 1;
  }
  return name;
}

result<json::value> decode_input(std::string_view body) {
  if (body.empty()) return json::value(json::object());
  json_limits limits;
  limits.max_bytes = body.size();  // who read the body has bounded it
  auto parsed = parse_json(body, limits);
  if (!parsed) return parsed.error();
  auto* envelope = parsed->if_object();
  if (!envelope || (!envelope->empty() && !envelope->contains("json") && !envelope->contains("meta")))
    return no_envelope();
  std::vector<issue> issues;
  for (auto const& item : *envelope)
    if (item.key() != "json" && item.key() != "meta") issues.push_back({std::string(item.key()), "unknown field"});
  json::value input(json::object{});
  auto* given = envelope->if_contains("json");
  if (given) input = std::move(*given);
  meta_reader meta(input);
  if (auto const* entries = envelope->if_contains("meta")) meta.apply(*entries);
  for (auto& found : meta.take_issues()) issues.push_back(std::move(found));
  if (!issues.empty()) return invalid_json(std::move(issues));
  if (meta.input_undefined()) return json::value(json::object());
  return input;
}

result<json::value> decode_query(std::string_view query) {
  std::string_view data;
  for (std::size_t begin = 0; begin < query.size();) {
    auto const end = std::min(query.find('&', begin), query.size());
    auto const item = query.substr(begin, end - begin);
    if (item.substr(0, 5) == "data=") data = item.substr(5);
    begin = end + 1;
  }
  std::string spaced(data);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  auto const decoded = percent_decode(spaced);
  if (!decoded) return invalid_json({{"data", "bad percent-encoding"}});
  return decode_input(*decoded);
}

void append_output(std::string& out, encoded_value const& output) {
  out += R"({"json":)";
  out += output.json;
  if (!output.timestamps.empty()) {
    out += R"(,"meta":[)";
    for (std::size_t i = 0; i < output.timestamps.size(); ++i) {
      out += i == 0 ? "[1" : ",[1";
      for (auto const& step : output.timestamps[i].as_array()) (out += ',') += json::serialize(step);
      out += ']';
    }
    out += ']';
  }
  out += '}';
}

std::string encode_output(encoded_value const& output) {
  std::string text;
  append_output(text, output);
  return text;
}

std::string encode_error(failure const& why, std::string_view request_id) {
  auto const& row = info(why.code);
  json::object error;
  error.emplace("defined", is_defined(why.code));
  error.emplace("code", row.orpc_code);
  error.emplace("status", row.http_status);
  error.emplace("message", why.message);
  error.emplace("data", error_data(why, request_id));
  return "{\"json\":" + json::serialize(error) + '}';
}

std::string encode_error(std::string_view code, int status, std::string_view message, std::string_view request_id) {
  json::object error;
  error.emplace("defined", true);
  error.emplace("code", code);
  error.emplace("status", status);
  error.emplace("message", message);
  error.emplace("data", json::object({{"requestId", request_id}}));
  return "{\"json\":" + json::serialize(error) + '}';
}

void append_event(std::string& out, std::int64_t number, encoded_value const& event,
                  std::optional<std::chrono::milliseconds> retry) {
  out += "event: message\n";
  if (retry) (out += "retry: ") += std::to_string(retry->count()) + '\n';
  out += "id: ";
  out += std::to_string(number);
  out += "\ndata: ";
  append_output(out, event);
  out += "\n\n";
}

void append_error(std::string& out, failure const& why, std::string_view request_id) {
  out += "event: error\ndata: ";
  out += encode_error(why, request_id);
  out += "\n\n";
}

void append_done(std::string& out) { out += "event: done\ndata: {}\n\n"; }

}  // namespace sambung::orpc
