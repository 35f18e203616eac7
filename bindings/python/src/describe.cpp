// Prints what Python has to know of the types and verbs, as JSON: see tools/write_types.py. Links nothing of Python's.
#include "options.hpp"
#include "verb_table.hpp"

#include <sambung/core/json_codec.hpp>

#include <boost/json/serialize.hpp>

#include <cstring>
#include <iostream>
#include <set>

namespace sambung::python {
namespace {

namespace json = boost::json;

json::value text(std::string_view in) { return json::value(in); }

// Walks shapes and collects what has a name, each behind what it is made of.
class description {
 public:
  json::object type(shape const& s) {
    json::object told;
    told.emplace("kind", text(kind_of(s)));
    if (s.what == kind::id || s.what == kind::enumeration || s.what == kind::structure || s.what == kind::handle)
      told.emplace("of", text(s.name));
    if (s.what == kind::list || s.what == kind::map || s.what == kind::optional || s.what == kind::page)
      told.emplace("of", s.what == kind::page ? type(*s.of.front()->of.front()) : type(*s.of.front()));
    if (s.what == kind::variant) {
      json::array all;
      for (auto const* one : s.of) all.emplace_back(type(*one));
      told.emplace("of", std::move(all));
    }
    if (s.what == kind::page && !s.fields.empty()) told.emplace("more", fields_of(s, nullptr));
    if (s.from_text) told.emplace("or_text", true);
    note(s);
    return told;
  }

  void verb_of(verb const& one) {
    json::array parameters;
    for (std::size_t i = 0; i < one.takes.size(); ++i) {
      json::object parameter;
      parameter.emplace("name", text(one.parameters[i]));
      mark(*one.takes[i], taken_);
      parameter.emplace("type", type(*one.takes[i]));
      parameters.emplace_back(std::move(parameter));
    }
    mark(*one.gives, given_);
    json::object told;
    told.emplace("name", text(one.name));
    told.emplace("target", text(name_of(one.on)));
    told.emplace("parameters", std::move(parameters));
    told.emplace("result", type(*one.gives));
    verbs_.emplace_back(std::move(told));
  }

  // What only Python's side takes or gives.
  void takes(shape const& s) {
    mark(s, taken_);
    type(s);
  }
  void gives(shape const& s) {
    mark(s, given_);
    type(s);
  }
  // What is told while something goes on.
  void event(shape const& s) {
    for (auto const* one : s.of) events_.insert(one->name);
    mark(s, given_);
    streams_.emplace_back(type(s));
  }

  json::object whole() {
    json::object told;
    told.emplace("version", 1);
    told.emplace("enums", std::move(enums_));
    told.emplace("ids", std::move(ids_));
    for (auto& one : structs_)
      one.as_object().insert_or_assign("kind", text(use_of(one.as_object().at("name").as_string())));
    told.emplace("structs", std::move(structs_));
    told.emplace("streams", std::move(streams_));  // what each event of one is
    told.emplace("verbs", std::move(verbs_));
    told.emplace("errors", errors());
    return told;
  }

 private:
  static std::string_view kind_of(shape const& s) {
    switch (s.what) {
      case kind::nothing:
        return "none";
      case kind::boolean:
        return "bool";
      case kind::integer:
        return "int";
      case kind::real:
        return "float";
      case kind::text:
        return "str";
      case kind::bytes:
        return "bytes";
      case kind::timestamp:
        return "timestamp";
      case kind::duration:
        return "duration";
      case kind::json_value:
        return "json";
      case kind::json_object:
        return "json_object";
      case kind::json_array:
        return "json_array";
      case kind::secret:
      case kind::shown_text:
        return "secret";
      case kind::id:
        return "id";
      case kind::enumeration:
        return "enum";
      case kind::permissions:
        return "permissions";
      case kind::structure:
        return "struct";
      case kind::list:
        return "list";
      case kind::map:
        return "map";
      case kind::optional:
        return "optional";
      case kind::variant:
        return "variant";
      case kind::cell:
        return "any";
      case kind::page:
        return "page";
      case kind::handle:
        return "handle";
    }
    return "json";
  }

  void note(shape const& s) {
    if (s.what != kind::id && s.what != kind::enumeration && s.what != kind::structure) return;
    if (!seen_.insert({static_cast<int>(s.what), s.name}).second) return;
    json::object told;
    told.emplace("name", text(s.name));
    if (s.what == kind::id) return static_cast<void>(ids_.emplace_back(std::move(told)));
    if (s.what == kind::enumeration) {
      json::array names;
      for (auto const& one : s.enumerators) names.emplace_back(text(one.name));
      told.emplace("values", std::move(names));
      return static_cast<void>(enums_.emplace_back(std::move(told)));
    }
    told.emplace("kind", "");
    told.emplace("tag", s.tag.empty() ? json::value(nullptr) : text(s.tag));
    told.emplace("doc", "");
    auto const beginning = s.make ? s.make() : nullptr;
    told.emplace("fields", fields_of(s, beginning.get()));
    structs_.emplace_back(std::move(told));
  }

  json::array fields_of(shape const& s, void* beginning) {
    json::array all;
    for (auto const& f : s.fields) {
      if (f.limits.internal) continue;
      json::object told;
      told.emplace("name", text(f.name));
      told.emplace("json_name", text(f.limits.json_name.empty() ? f.name : f.limits.json_name));
      told.emplace("type", type(*f.type));
      told.emplace("nullable", f.type->what == kind::optional);
      told.emplace("required", f.limits.required);
      told.emplace("internal", false);
      if (beginning)
        if (auto value = default_of(*f.type, static_cast<std::byte*>(beginning) + f.offset))
          told.emplace("default", std::move(*value));
      all.emplace_back(std::move(told));
    }
    return all;
  }

  // Of what is told in a word.
  static std::optional<json::value> default_of(shape const& s, void* value) {
    switch (s.what) {
      case kind::boolean:
        return json::value(*static_cast<bool const*>(value));
      case kind::integer: {
        if (s.size != 8) return std::nullopt;
        std::int64_t number = 0;
        std::memcpy(&number, value, sizeof(number));
        return json::value(number);
      }
      case kind::text:
        return text(*static_cast<std::string const*>(value));
      case kind::optional:
        return json::value(nullptr);
      case kind::list:
        if (s.count(value) == 0) return json::value(json::array());
        return std::nullopt;
      case kind::json_object:
        return json::value(json::object());
      case kind::enumeration:
        for (auto const& one : s.enumerators)
          if (std::memcmp(&one.value, value, s.size) == 0) return text(one.name);
        return std::nullopt;
      default:
        return std::nullopt;
    }
  }

  void mark(shape const& s, std::set<std::string>& into) {
    if (s.what == kind::structure && !into.insert(s.name).second) return;
    for (auto const& f : s.fields)
      if (!f.limits.internal) mark(*f.type, into);
    for (auto const* one : s.of) mark(*one, into);
  }

  std::string_view use_of(std::string_view name) const {
    if (events_.contains(std::string(name))) return "event";
    return given_.contains(std::string(name)) ? "record" : "input";
  }

  static json::array errors() {
    json::array all;
    for (auto const& row : errc_table()) {
      json::object told;
      told.emplace("code", text(row.name));
      told.emplace("python", text(row.class_name));
      told.emplace("status", row.http_status);
      all.emplace_back(std::move(told));
    }
    return all;
  }

  std::set<std::pair<int, std::string>> seen_;
  std::set<std::string> taken_;
  std::set<std::string> given_;
  std::set<std::string> events_;
  json::array enums_;
  json::array ids_;
  json::array structs_;
  json::array streams_;
  json::array verbs_;
};

json::object described_all() {
  description all;
  all.gives(shape_of<permission>());
  all.gives(shape_of<model_capabilities>());
  all.gives(shape_of<issue>());
  all.event(shape_of<turn_event>());
  all.event(shape_of<completion_event>());
  all.event(shape_of<desk_event>());
  all.gives(shape_of<tool_call>());
  all.gives(shape_of<completion_request>());
  all.gives(shape_of<embedding_request>());
  all.gives(shape_of<identity_view>());
  for (auto const& one : verbs().all()) all.verb_of(*one);
  for (auto const* one : option_shapes()) all.takes(*one);
  return all.whole();
}

}  // namespace
}  // namespace sambung::python

int main() {
  try {
    std::cout << boost::json::serialize(sambung::python::described_all()) << '\n';
    return 0;
  } catch (std::exception const& e) {
    std::cerr << e.what() << '\n';
    return 1;
  }
}
