// grammar: a text of a template as the marks that stand in it.
#pragma once

#include <sambung/template/compiled_template.hpp>

#include <functional>

namespace sambung::templating {

enum class mark_kind { literal, variable, if_, else_, end_if, include, fault };

// A piece of the text. Literals of nothing do not occur.
struct mark {
  mark_kind kind = mark_kind::literal;
  std::size_t offset = 0;  // in the text
  std::string_view text;   // the literal, the name, the reference; of a fault: what is wrong
};

// Reads a text from its beginning; each byte is looked at a bounded number of times.
class marks {
 public:
  explicit marks(std::string_view text) : text_(text) {}

  // The next mark; empty at the end. Behind a fault it goes on behind the "{{".
  std::optional<mark> next();

 private:
  mark literal_to(std::size_t end);
  mark tag_at(std::size_t begin);

  std::string_view text_;
  std::size_t at_ = 0;
};

// Empty when it is none.
std::optional<template_reference> parse_reference(std::string_view spelling);

// The line and the column of a byte of `text`.
struct position {
  std::int64_t line = 1;
  std::int64_t column = 1;
};
position position_of(std::string_view text, std::size_t offset);

}  // namespace sambung::templating
