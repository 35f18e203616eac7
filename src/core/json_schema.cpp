#include <sambung/core/json_schema.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cmath>

namespace sambung {
namespace detail {

namespace json = boost::json;

json::object schema_of_type(char const* type, char const* format) {
  json::object schema;
  schema.emplace("type", type);
  if (format) schema.emplace("format", format);
  return schema;
}

// Limits of text count bytes, those of a schema characters, of which there are at most as many.
json::object schema_of_text(field const& limits) {
  auto schema = schema_of_type("string");
  if (limits.min_bytes > 0) schema.emplace("minLength", 1);
  if (limits.max_bytes != any_text().max_bytes) schema.emplace("maxLength", limits.max_bytes);
  return schema;
}

// "format" for those who read OpenAPI 3.0, "contentEncoding" for those of 3.1 (JSON Schema 2020-12, validation, section
// 8).
json::object schema_of_bytes(field const& limits) {
  constexpr auto base64_size = [](std::size_t bytes) { return (bytes + 2) / 3 * 4; };
  auto schema = schema_of_type("string", "byte");
  schema.emplace("contentEncoding", "base64");
  if (limits.min_bytes > 0) schema.emplace("minLength", base64_size(limits.min_bytes));
  schema.emplace("maxLength", base64_size(limits.max_bytes));
  return schema;
}

json::object schema_of_integer(field const& limits) {
  auto schema = schema_of_type("integer");
  if (limits.minimum != any_text().minimum) schema.emplace("minimum", limits.minimum);
  if (limits.maximum != any_text().maximum) schema.emplace("maximum", limits.maximum);
  return schema;
}

json::object schema_of_list(json::object items, field const& limits) {
  auto schema = schema_of_type("array");
  schema.emplace("items", std::move(items));
  if (limits.max_items != any_text().max_items) schema.emplace("maxItems", limits.max_items);
  return schema;
}

json::object schema_of_enum(json::array names) {
  auto schema = schema_of_type("string");
  schema.emplace("enum", std::move(names));
  return schema;
}

json::object schema_of_object(json::object properties, json::array required) {
  auto schema = schema_of_type("object");
  schema.emplace("properties", std::move(properties));
  if (!required.empty()) schema.emplace("required", std::move(required));
  schema.emplace("additionalProperties", false);
  return schema;
}

json::object schema_of_any(json::array alternatives) {
  json::object schema;
  schema.emplace("anyOf", std::move(alternatives));
  return schema;
}

}  // namespace detail

namespace {

namespace json = boost::json;

constexpr std::size_t most_issues = 100;

bool is_integer(json::value const& value) {
  if (value.is_int64() || value.is_uint64()) return true;
  return value.is_double() && std::floor(value.get_double()) == value.get_double();
}

bool is_of(json::value const& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_bool();
  if (type == "null") return value.is_null();
  if (type == "number") return value.is_number();
  if (type == "integer") return is_integer(value);
  return true;
}

// One name or a list of them.
bool is_of(json::value const& value, json::value const& types) {
  if (auto const* one = types.if_string()) return is_of(value, std::string_view(*one));
  auto const* list = types.if_array();
  if (!list) return true;
  return std::any_of(list->begin(), list->end(), [&](json::value const& each) {
    return each.is_string() && is_of(value, std::string_view(each.get_string()));
  });
}

std::string names_of(json::value const& types) {
  if (auto const* one = types.if_string()) return std::string(*one);
  std::string names;
  for (auto const& each : types.get_array())
    if (each.is_string()) names += (names.empty() ? "" : " or ") + std::string(each.get_string());
  return names;
}

// Numbers are the same whatever form they are written in.
bool same(json::value const& a, json::value const& b) {
  if (a.is_number() && b.is_number() && (a.is_double() || b.is_double()))
    return a.to_number<double>() == b.to_number<double>();
  return a == b;
}

std::int64_t characters_of(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

class checker {
 public:
  void check(json::value const& value, json::object const& schema) {
    if (auto const* types = schema.if_contains("type"); types && !is_of(value, *types))
      return fault("must be of type " + names_of(*types));
    check_listed(value, schema);
    check_combined(value, schema);
    if (auto const* object = value.if_object()) check_object(*object, schema);
    else if (auto const* array = value.if_array()) check_array(*array, schema);
    else if (auto const* text = value.if_string()) check_length(characters_of(*text), schema, "Length", "characters");
    else if (value.is_number()) check_number(value.to_number<double>(), schema);
  }
  std::vector<issue> take() { return std::move(issues_); }

 private:
  void fault(std::string message) {
    if (issues_.size() < most_issues) issues_.push_back({path_, std::move(message)});
  }

  template <class F>
  void inside(std::string const& step, F&& f) {
    auto const size = path_.size();
    path_ += step;
    f();
    path_.resize(size);
  }
  std::string member(std::string_view name) const { return (path_.empty() ? "" : ".") + std::string(name); }

  void check_listed(json::value const& value, json::object const& schema) {
    if (auto const* fixed = schema.if_contains("const"); fixed && !same(value, *fixed))
      fault("must be " + json::serialize(*fixed));
    auto const* found = schema.if_contains("enum");
    auto const* list = found ? found->if_array() : nullptr;
    if (list && std::none_of(list->begin(), list->end(), [&](json::value const& each) { return same(value, each); }))
      fault("must be one of " + json::serialize(*list));
  }

  static bool fits(json::value const& value, json::value const& schema) {
    checker inner;
    if (schema.is_object()) inner.check(value, schema.get_object());
    return inner.issues_.empty() && schema != json::value(false);
  }

  void check_combined(json::value const& value, json::object const& schema) {
    for (auto const* name : {"anyOf", "oneOf"}) {
      auto const* found = schema.if_contains(name);
      auto const* list = found ? found->if_array() : nullptr;
      if (list && std::none_of(list->begin(), list->end(), [&](json::value const& each) { return fits(value, each); }))
        fault("fits none of the forms it may have");
    }
    auto const* found = schema.if_contains("allOf");
    if (auto const* list = found ? found->if_array() : nullptr)
      for (auto const& each : *list)
        if (each.is_object()) check(value, each.get_object());
  }

  void check_object(json::object const& object, json::object const& schema) {
    auto const* known = schema.if_contains("properties");
    auto const* properties = known ? known->if_object() : nullptr;
    auto const* others = schema.if_contains("additionalProperties");
    for (auto const& item : object) {
      auto const* found = properties ? properties->if_contains(item.key()) : nullptr;
      auto const* by = found ? found : others;
      if (!by) continue;
      inside(member(item.key()), [&] {
        if (by->is_object()) check(item.value(), by->get_object());
        else if (*by == json::value(false)) fault("unknown field");
      });
    }
    auto const* required = schema.if_contains("required");
    if (auto const* list = required ? required->if_array() : nullptr)
      for (auto const& name : *list)
        if (name.is_string() && !object.contains(name.get_string()))
          inside(member(name.get_string()), [&] { fault("required"); });
  }

  void check_array(json::array const& array, json::object const& schema) {
    check_length(static_cast<std::int64_t>(array.size()), schema, "Items", "items");
    auto const* items = schema.if_contains("items");
    if (!items || !items->is_object()) return;
    for (std::size_t i = 0; i < array.size(); ++i)
      inside('[' + std::to_string(i) + ']', [&] { check(array[i], items->get_object()); });
  }

  void check_length(std::int64_t length, json::object const& schema, char const* what, char const* unit) {
    auto const* least = schema.if_contains(std::string("min") + what);
    auto const* most = schema.if_contains(std::string("max") + what);
    if (least && least->is_int64() && length < least->get_int64())
      fault("at least " + std::to_string(least->get_int64()) + ' ' + unit);
    if (most && most->is_int64() && length > most->get_int64())
      fault("at most " + std::to_string(most->get_int64()) + ' ' + unit);
  }

  void check_number(double value, json::object const& schema) {
    auto const* least = schema.if_contains("minimum");
    auto const* most = schema.if_contains("maximum");
    if (least && least->is_number() && value < least->to_number<double>())
      fault("must be at least " + json::serialize(*least));
    if (most && most->is_number() && value > most->to_number<double>())
      fault("must be at most " + json::serialize(*most));
  }

  std::string path_;
  std::vector<issue> issues_;
};

}  // namespace

std::vector<issue> check_json(json::value const& value, json::object const& schema) {
  checker one;
  one.check(value, schema);
  return one.take();
}

}  // namespace sambung
