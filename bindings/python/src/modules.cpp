#include "modules.hpp"

#include <sambung/core/error.hpp>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <array>

namespace sambung::python {
namespace {

namespace json = boost::json;

[[noreturn]] void refuse(std::string message) {
  throw error(failure(errc::invalid_argument, "a module is described wrongly", {issue{"modules", std::move(message)}}));
}

json::value const* member(json::object const& in, std::string_view name) {
  auto const* found = in.if_contains(name);
  return found && !found->is_null() ? found : nullptr;
}

std::string text(json::value const* in, std::string_view what) {
  if (!in || !in->is_string()) refuse(std::string(what) + " must be text");
  return std::string(in->get_string());
}
std::string text(json::object const& in, std::string_view name) { return text(member(in, name), name); }

bool flag(json::object const& in, std::string_view name) {
  auto const* found = member(in, name);
  return found && found->is_bool() && found->get_bool();
}

template <class T>
void number(json::object const& in, std::string_view name, T& out) {
  auto const* found = member(in, name);
  if (!found) return;
  if (!found->is_int64()) refuse(std::string(name) + " must be an integer");
  out = static_cast<T>(found->get_int64());
}

json::array const& list(json::object const& in, std::string_view name) {
  static json::array const none;
  auto const* found = member(in, name);
  if (!found) return none;
  if (!found->is_array()) refuse(std::string(name) + " must be a list");
  return found->get_array();
}

json::object const& object(json::value const& in) {
  if (!in.is_object()) refuse("must be a dict");
  return in.get_object();
}

std::vector<std::string> texts(json::array const& in) {
  std::vector<std::string> read;
  for (auto const& one : in) read.push_back(text(&one, "a name"));
  return read;
}

column_type type_called(std::string const& name) {
  static constexpr std::array<std::string_view, 8> names{"boolean", "integer",   "real", "text",
                                                         "uuid",    "timestamp", "json", "bytes"};
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<column_type>(i);
  refuse("no type of column is called " + name);
}

field field_from(json::object const& in) {
  field made;
  made.name = text(in, "name");
  made.type = type_called(text(in, "type"));
  made.nullable = flag(in, "nullable");
  made.required = flag(in, "required");
  made.user = flag(in, "user");
  if (made.type == column_type::bytes) made.max_bytes = max_binary_bytes;
  number(in, "min_bytes", made.min_bytes);
  number(in, "max_bytes", made.max_bytes);
  number(in, "minimum", made.minimum);
  number(in, "maximum", made.maximum);
  return made;
}

index index_from(json::object const& in) { return {texts(list(in, "columns")), flag(in, "unique")}; }

void read_ownership(json::object const& in, record_description& of) {
  auto const* found = member(in, "ownership");
  if (!found) return;
  auto const& told = object(*found);
  auto const what = text(told, "kind");
  if (what == "not_personal") {
    of.ownership.personal = false;
  } else if (what == "part_of") {
    of.ownership.parents.push_back({text(told, "column"), text(told, "table")});
  } else if (what == "owned_by") {
    of.ownership.kind = owner_kind::user;
    of.ownership.owner = text(told, "column");
  } else {
    refuse("no ownership is called " + what);
  }
}

record_description table_from(json::object const& in) {
  record_description made;
  made.table = text(in, "table");
  for (auto const& one : list(in, "fields")) made.fields.push_back(field_from(object(one)));
  for (auto const& one : list(in, "indexes")) made.indexes.push_back(index_from(object(one)));
  for (auto const& one : list(in, "references"))
    made.references.push_back({text(object(one), "column"), text(object(one), "table")});
  made.search = texts(list(in, "search"));
  made.searched_by_owner = flag(in, "searched_by_owner");
  read_ownership(in, made);
  return made;
}

migration_step step_from(json::object const& in) {
  if (auto const* added = member(in, "add_table")) return add_table{text(added, "add_table")};
  auto const at = [&](std::string_view name, std::size_t i) -> json::value const* {
    auto const& all = list(in, name);
    return i < all.size() ? &all[i] : nullptr;
  };
  if (member(in, "add_column"))
    return add_column{text(at("add_column", 0), "a table"), text(at("add_column", 1), "a column"),
                      text(at("add_column", 2), "an initial value")};
  if (member(in, "allow_null"))
    return allow_null{text(at("allow_null", 0), "a table"), text(at("allow_null", 1), "a column")};
  auto const* added = at("add_index", 1);
  if (!added) refuse("a step of a migration is none that is known");
  return add_index{text(at("add_index", 0), "a table"), index_from(object(*added))};
}

module_schema module_from(json::object const& in) {
  module_schema made(text(in, "name"));
  for (auto const& one : list(in, "tables")) made.table(table_from(object(one)));
  for (auto const& one : list(in, "migrations")) {
    auto const& told = object(one);
    int version = 0;
    number(told, "version", version);
    std::vector<migration_step> steps;
    for (auto const& step : list(told, "steps")) steps.push_back(step_from(object(step)));
    made.migrate(version, std::move(steps));
  }
  return made;
}

}  // namespace

std::vector<module_schema> modules_from(std::vector<json::object> const& described) {
  std::vector<module_schema> made;
  for (auto const& one : described) made.push_back(module_from(one));
  return made;
}

}  // namespace sambung::python
