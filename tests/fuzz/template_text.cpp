// Texts of templates: compiled, and rendered with a value that looks like a template itself.
#include <sambung/template/compiled_template.hpp>
#include <sambung/template/line_diff.hpp>

#include <boost/json/object.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

sambung::prompt_variable variable(char const* name, sambung::prompt_variable_type type) {
  sambung::prompt_variable made;
  made.name = name;
  made.type = type;
  made.required = false;
  return made;
}

std::vector<sambung::prompt_variable> variables() {
  return {variable("a", sambung::prompt_variable_type::text), variable("b", sambung::prompt_variable_type::boolean),
          variable("n", sambung::prompt_variable_type::number)};
}

// A text that names "self" includes itself.
sambung::result<sambung::included_template> resolve(sambung::template_reference const& what, std::string_view self) {
  if (what.label) return sambung::failure(sambung::errc::not_found, "not found");
  sambung::included_template found;
  found.id = what.spelling;
  found.text = what.name == "self" ? std::string(self) : "[{{a}}]";
  found.variables = variables();
  return found;
}

void check_faults(std::vector<sambung::template_fault> const& faults, std::string_view text) {
  auto const lines = 1 + std::ranges::count(text, '\n');
  for (auto const& one : faults)
    if (one.message.empty() || one.line < 1 || one.line > lines || one.column < 1) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  auto const declared = variables();
  auto const made = sambung::compile_template(std::span(&text, 1), declared,
                                              [&](auto const& what, auto const&) { return resolve(what, text); });
  if (made.compiled.has_value() != made.faults.empty()) std::abort();
  check_faults(made.faults, text);
  for (auto const& one : sambung::template_references(text))
    if (one.name.empty() || (one.number && one.label)) std::abort();
  auto const half = size / 2;
  std::size_t kept = 0;
  for (auto const& line : sambung::line_diff(text.substr(0, half), text.substr(half)))
    if (line.change != sambung::line_change::added) kept += line.text.size() + 1;
  if (kept > half + 1) std::abort();
  if (!made.compiled) return 0;
  boost::json::object const values{{"a", "{{b}}\\{{"}, {"b", size % 2 == 0}, {"n", 0.5}};
  sambung::template_built_ins const built_ins;
  auto const bound = made.compiled->bind(values, built_ins);
  if (!bound) std::abort();
  auto const rendered = made.compiled->render(0, *bound);
  if (!rendered && rendered.error().code != sambung::errc::payload_too_large) std::abort();
  if (rendered && rendered->capacity() > std::max<std::size_t>(rendered->size(), 30)) std::abort();
  return 0;
}
