#include <sambung/core/schema_book.hpp>

namespace sambung {
namespace {

namespace json = boost::json;

constexpr std::string_view input_ending = "Input";

// "list_output" as "ListOutput".
std::string type_word(std::string_view snake) {
  auto word = camel_case(snake);
  if (!word.empty() && word[0] >= 'a' && word[0] <= 'z') word[0] = static_cast<char>(word[0] - ('a' - 'A'));
  return word;
}

// "sambung::list_output<sambung::chat>" as "ListOutputOfChat".
std::string type_words(std::string_view spelling) {
  auto const open = spelling.find('<');
  auto outer = spelling.substr(0, open);
  if (auto const colon = outer.rfind(':'); colon != outer.npos) outer.remove_prefix(colon + 1);
  auto words = type_word(outer);
  if (open == spelling.npos) return words;
  return words + "Of" + type_words(spelling.substr(open + 1, spelling.rfind('>') - open - 1));
}

}  // namespace

json::object detail::schema_or_null(json::object schema) {
  json::array both;
  both.emplace_back(std::move(schema));
  both.emplace_back(schema_of_type("null"));
  return schema_of_any(std::move(both));
}

std::string schema_book::name_for(std::string_view key, std::string_view spelling, schema_use use) {
  auto name = type_words(spelling);
  if (use == schema_use::input && !name.ends_with(input_ending)) name += input_ending;
  auto const base = name;
  for (int other = 2; schemas_.contains(name); ++other) name = base + std::to_string(other);
  names_.emplace(key, name);
  schemas_.emplace(name, json::object());  // whatever contains itself refers to it
  return name;
}

json::object schema_book::reference(std::string_view name) const {
  json::object to;
  to.emplace("$ref", where_ + std::string(name));
  return to;
}

json::object schema_book::structure(std::string_view spelling, schema_use use, record_description const& of,
                                    std::span<schema_source const> members, std::string_view type_name) {
  auto const key =
      std::string(use == schema_use::input ? "i " : "o ") + std::string(type_name) + ' ' + std::string(spelling);
  if (auto const known = names_.find(key); known != names_.end()) return reference(known->second);
  auto const name = name_for(key, spelling, use);
  json::object properties;
  json::array required;
  if (!type_name.empty()) {
    properties.emplace("type", detail::schema_of_enum(json::array{json::value(type_name)}));
    required.emplace_back("type");
  }
  for (std::size_t i = 0; i < members.size(); ++i) {
    auto const& one = of.fields[i];
    if (one.internal) continue;
    properties.emplace(one.json_name, members[i](*this, use, one));
    if (one.required || use == schema_use::output) required.emplace_back(one.json_name);
  }
  auto schema = detail::schema_of_object(std::move(properties), std::move(required));
  if (use == schema_use::output) schema.erase("additionalProperties");
  schemas_[name] = std::move(schema);
  return reference(name);
}

json::object schema_book::variant(std::string_view called, schema_use use,
                                  json::object (*alternatives)(schema_book& book, schema_use use)) {
  auto const key = std::string(use == schema_use::input ? "i variant " : "o variant ") + std::string(called);
  if (auto const known = names_.find(key); known != names_.end()) return reference(known->second);
  auto const name = name_for(key, called, use);
  schemas_[name] = alternatives(*this, use);
  return reference(name);
}

}  // namespace sambung
