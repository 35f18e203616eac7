// compiled_template: the texts of a prompt, compiled once and rendered often.
//
//   text     := ( chars | "\{{" | var | if | include )*
//   var      := "{{" name "}}"
//   if       := "{{#if" name "}}" text [ "{{else}}" text ] "{{/if}}"
//   include  := "{{>" template [ "@" (number | label) ] "}}"
//   name     := [A-Za-z][A-Za-z0-9_]{0,39}
//
// Blanks may stand inside the braces. There are no loops, no expressions and no access to members. A "{{" that is none
// of these is a fault; "}}" by itself is text.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/records/prompt_version.hpp>

#include <boost/json/object.hpp>

#include <array>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sambung {

inline constexpr std::size_t max_template_depth = 8;          // of #if
inline constexpr std::size_t max_include_depth = 3;           // of includes inside includes
inline constexpr std::size_t max_rendered_bytes = 1'048'576;  // of all texts together

// What is wrong with a template, or worth a look. `line` and `column` begin at 1 and count characters of Unicode; both
// are 0 where it is about no place in a text.
struct template_fault {
  std::string path;  // "messages[0].text", "variables[2].default"
  std::int64_t line = 0;
  std::int64_t column = 0;
  std::string message;
  friend bool operator==(template_fault const&, template_fault const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(template_fault, (), (path, line, column, message))

// The same for a failure: "line 3, column 5: ...".
SAMBUNG_API issue to_issue(template_fault const& fault);

// What an include names: "greeting", "greeting@2", "greeting@production".
struct template_reference {
  std::string name;                    // of the template: 1 to 400 bytes without '@', '{' and '}'
  std::optional<std::int64_t> number;  // 1 to 1,000,000,000
  std::optional<std::string> label;    // 1 to 40 of [a-z0-9._-], no number
  std::string spelling;                // as it stands there, without blanks around it
  friend bool operator==(template_reference const&, template_reference const&) = default;
};

// What `text` includes, each once, in order. What is no include, faults too, is passed over.
SAMBUNG_API std::vector<template_reference> template_references(std::string_view text);

// A text that another includes, as resolved.
struct included_template {
  included_template() = default;

  std::string id;  // tells texts apart: one that includes itself is a fault
  std::string text;
  std::vector<prompt_variable> variables;
};

// Finds what `reference` means in the text `within`: the id of a text that is included itself, empty for the outermost.
// Called once for each reference in a text. A failure becomes a fault where the include stands.
using include_resolver = std::function<result<included_template>(template_reference const&, std::string const& within)>;

// Values that are not given by the caller. They may be used without being declared; no variable is called like one.
struct template_built_ins {
  template_built_ins() = default;

  std::string today;    // "2026-01-31"
  std::string now;      // "2026-01-31T12:34:56.789Z"
  std::string weekday;  // "Saturday"
  std::string user_name;
  std::string tenant_name;
  std::string project_name;
  std::string model;
};
SAMBUNG_DESCRIBE_STRUCT(template_built_ins, (), (today, now, weekday, user_name, tenant_name, project_name, model))

// Whether `name` is a name as variables have it; whether it is one of the built-in ones.
SAMBUNG_API bool is_variable_name(std::string_view name) noexcept;
SAMBUNG_API bool is_built_in(std::string_view name) noexcept;

namespace templating {
struct program;  // see src/template/program.hpp
}

// The values of one rendering, checked. Lifetime: what they were made from outlives them, the compiled template too.
class SAMBUNG_API template_values {
 public:
  template_values(template_values&&) noexcept = default;
  template_values& operator=(template_values&&) noexcept = default;

 private:
  friend class compiled_template;
  struct slot {
    std::string_view text;
    bool truth = false;
    std::array<char, 32> digits;  // what text points to where it was written here
  };
  template_values() = default;

  std::vector<slot> slots_;
};

// Thread safety: an immutable value, cheap to copy.
class SAMBUNG_API compiled_template {
 public:
  // Every variable that is asked for: those that were declared, then those of included templates that were not.
  std::vector<prompt_variable> const& variables() const noexcept;
  std::size_t size() const noexcept;   // how many texts
  std::size_t bytes() const noexcept;  // about, of what it was compiled to

  // Checks `values` against the variables. errc::invalid_argument lists every fault: the path "values.<name>", the
  // message beginning with one of "missing", "unknown", "wrong_type", "out_of_range", "not_a_choice". A null counts as
  // not given. Nothing is asked about the text itself: it is valid UTF-8 as JSON is.
  result<template_values> bind(boost::json::object const& values, template_built_ins const& built_ins) const;

  // Text `number` with the values, which are copied and never looked at again. One allocation.
  // errc::payload_too_large over max_rendered_bytes.
  result<std::string> render(std::size_t number, template_values const& values) const;

 private:
  friend struct templating::program;
  explicit compiled_template(std::shared_ptr<templating::program const> program);

  std::shared_ptr<templating::program const> program_;
};

// What came of compiling.
struct template_compilation {
  template_compilation() = default;

  std::optional<compiled_template> compiled;  // none where there are faults
  std::vector<template_fault> faults;         // at most 100
  std::vector<template_fault> warnings;       // variables that nothing uses
};

// Compiles `texts`, text i being "messages[i].text" in faults. Takes time in proportion to the texts and what they
// include. Every variable is checked: names, limits, defaults of their type.
SAMBUNG_API template_compilation compile_template(std::span<std::string_view const> texts,
                                                  std::vector<prompt_variable> const& variables,
                                                  include_resolver const& includes);

}  // namespace sambung
