// program: what a template is compiled to.
#pragma once

#include <sambung/template/compiled_template.hpp>

#include <cstdint>

namespace sambung::templating {

enum class step : std::uint32_t {
  literal,      // the bytes [a, b) of the literals
  slot,         // the value in slot a
  jump,         // to segment a
  jump_unless,  // to segment b unless slot a is true
};

struct segment {
  step what;
  std::uint32_t a;
  std::uint32_t b;
};

// Where the built-in values come from. They have the first slots, in this order; the variables have the others.
struct built_in {
  std::string_view name;
  std::string template_built_ins::* value;
};
std::span<built_in const> built_ins() noexcept;

// The segments of all texts stand one after another.
struct program {
  std::string literals;
  std::vector<segment> segments;
  std::vector<std::size_t> ends;  // of each text, in segments
  std::vector<prompt_variable> variables;

  std::size_t slots() const noexcept { return built_ins().size() + variables.size(); }
  static compiled_template finished(std::shared_ptr<program const> made) { return compiled_template(std::move(made)); }
};

}  // namespace sambung::templating
