// Short ways to compile and render in tests.
#pragma once

#include <sambung/template/compiled_template.hpp>

#include <initializer_list>
#include <map>

namespace sambung::template_bench {

inline prompt_variable variable(std::string name, prompt_variable_type type = prompt_variable_type::text) {
  prompt_variable made;
  made.name = std::move(name);
  made.type = type;
  return made;
}

inline prompt_variable optional_variable(std::string name, prompt_variable_type type = prompt_variable_type::text) {
  auto made = variable(std::move(name), type);
  made.required = false;
  return made;
}

inline std::vector<prompt_variable> variables(std::initializer_list<char const*> names) {
  std::vector<prompt_variable> all;
  for (auto const* name : names) all.push_back(optional_variable(name));
  return all;
}

// Texts that may be included, by the name they are included by.
using library = std::map<std::string, included_template>;

inline include_resolver from(library texts) {
  return [texts = std::move(texts)](template_reference const& what, std::string const&) -> result<included_template> {
    auto const found = texts.find(what.spelling);
    if (found == texts.end()) return failure(errc::not_found, "not found");
    return found->second;
  };
}

inline included_template text_called(std::string id, std::string text, std::vector<prompt_variable> declared = {}) {
  included_template made;
  made.id = std::move(id);
  made.text = std::move(text);
  made.variables = std::move(declared);
  return made;
}

inline template_compilation compile(std::string_view text, std::vector<prompt_variable> const& declared = {},
                                    library texts = {}) {
  std::string_view const all[] = {text};
  return compile_template(all, declared, from(std::move(texts)));
}

// "1:5 what is wrong", for each fault.
inline std::vector<std::string> faults(template_compilation const& of) {
  std::vector<std::string> all;
  for (auto const& one : of.faults)
    all.push_back(std::to_string(one.line) + ':' + std::to_string(one.column) + ' ' + one.message);
  return all;
}

inline std::vector<std::string> faults(std::string_view text, std::vector<prompt_variable> const& declared = {},
                                       library texts = {}) {
  return faults(compile(text, declared, std::move(texts)));
}

inline result<std::string> rendered(template_compilation const& of, boost::json::object const& values = {},
                                    template_built_ins const& built_ins = {}) {
  if (!of.compiled) return failure(errc::invalid_argument, "does not compile");
  auto const bound = of.compiled->bind(values, built_ins);
  if (!bound) return bound.error();
  return of.compiled->render(0, *bound);
}

}  // namespace sambung::template_bench
