#include "template/variables.hpp"

#include "core/day.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_set>

namespace sambung::templating {
namespace {

namespace json = boost::json;

using type = prompt_variable_type;

bool is_number(type of) { return of == type::integer || of == type::number; }
bool is_text(type of) { return of == type::text || of == type::long_text; }

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string shortest(double number) {
  std::array<char, 32> digits;
  auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  return {digits.data(), end};
}

std::optional<std::string> wrong_type(std::string_view wanted) { return "wrong_type: must be " + std::string(wanted); }

// Wide enough for every integer and every double.
using wide = long double;

std::optional<std::string> range_fault(prompt_variable const& declared, wide number) {
  if (declared.min && number < wide(*declared.min)) return "out_of_range: at least " + shortest(*declared.min);
  if (declared.max && number > wide(*declared.max)) return "out_of_range: at most " + shortest(*declared.max);
  return std::nullopt;
}

std::optional<std::string> integer_fault(prompt_variable const& declared, json::value const& given) {
  if (given.is_int64()) return range_fault(declared, wide(given.get_int64()));
  if (given.is_uint64()) return range_fault(declared, wide(given.get_uint64()));
  return wrong_type("a whole number");
}

std::optional<std::string> number_fault(prompt_variable const& declared, json::value const& given) {
  if (!given.is_double()) return given.is_number() ? integer_fault(declared, given) : wrong_type("a number");
  if (!std::isfinite(given.get_double())) return wrong_type("a finite number");
  return range_fault(declared, wide(given.get_double()));
}

std::optional<std::string> text_fault(prompt_variable const& declared, json::value const& given) {
  if (!given.is_string()) return wrong_type("text");
  auto const& text = given.get_string();
  auto const most = declared.max_length ? static_cast<std::size_t>(*declared.max_length) : max_rendered_bytes;
  if (text.size() <= most || characters(text) <= most) return std::nullopt;
  return "out_of_range: at most " + std::to_string(most) + " characters";
}

std::optional<std::string> choice_fault(prompt_variable const& declared, json::value const& given) {
  if (!given.is_string()) return wrong_type("text");
  if (std::ranges::find(declared.choices, std::string_view(given.get_string())) != declared.choices.end())
    return std::nullopt;
  return "not_a_choice: must be one of the choices";
}

std::optional<std::string> date_fault(json::value const& given) {
  if (given.is_string() && is_day(given.get_string())) return std::nullopt;
  return wrong_type("a day such as 2026-01-31");
}

// The faults of one declaration.
class declaration {
 public:
  declaration(prompt_variable const& declared, std::string path) : declared_(declared), path_(std::move(path)) {}

  std::vector<template_fault> faults() && {
    check_name();
    check_range();
    check_choices();
    check_length();
    check_default();
    return std::move(faults_);
  }

 private:
  void add(std::string_view member, std::string why) {
    template_fault fault;
    fault.path = path_ + '.' + std::string(member);
    fault.message = std::move(why);
    faults_.push_back(std::move(fault));
  }
  void check_name() {
    if (!is_variable_name(declared_.name)) add("name", "a letter, then up to 39 letters, digits and _");
    else if (declared_.name == "else") add("name", "else is a word of templates");
    else if (is_built_in(declared_.name)) add("name", declared_.name + " is built in");
  }
  void check_range() {
    auto const finite = [](std::optional<double> const& end) { return !end || std::isfinite(*end); };
    if (declared_.min && !is_number(declared_.type)) add("min", "only numbers have a range");
    if (declared_.max && !is_number(declared_.type)) add("max", "only numbers have a range");
    if (!finite(declared_.min)) add("min", "must be finite");
    if (!finite(declared_.max)) add("max", "must be finite");
    if (declared_.min && declared_.max && *declared_.min > *declared_.max) add("max", "less than min");
  }
  void check_choices() {
    if (declared_.type != type::choice && !declared_.choices.empty()) add("choices", "only a choice has choices");
    if (declared_.type == type::choice && declared_.choices.empty()) add("choices", "a choice needs at least one");
    std::unordered_set<std::string_view> seen;
    for (auto const& one : declared_.choices)
      if (!seen.insert(one).second) return add("choices", "the same choice twice");
  }
  void check_length() {
    if (declared_.max_length && !is_text(declared_.type)) add("maxLength", "only texts have a length");
    if (declared_.max_length && *declared_.max_length < 1) add("maxLength", "at least 1");
  }
  void check_default() {
    if (!declared_.default_ || declared_.default_->is_null()) return;
    if (auto why = value_fault(declared_, *declared_.default_)) add("default", std::move(*why));
  }

  prompt_variable const& declared_;
  std::string path_;
  std::vector<template_fault> faults_;
};

}  // namespace

std::optional<std::string> value_fault(prompt_variable const& declared, json::value const& given) {
  switch (declared.type) {
    case type::text:
    case type::long_text:
      return text_fault(declared, given);
    case type::integer:
      return integer_fault(declared, given);
    case type::number:
      return number_fault(declared, given);
    case type::boolean:
      return given.is_bool() ? std::nullopt : wrong_type("true or false");
    case type::choice:
      return choice_fault(declared, given);
    case type::date:
      return date_fault(given);
  }
  return wrong_type("of a known type");
}

std::vector<template_fault> declaration_faults(std::vector<prompt_variable> const& declared, std::string const& path) {
  std::vector<template_fault> faults;
  std::unordered_set<std::string_view> names;
  for (std::size_t i = 0; i < declared.size(); ++i) {
    auto const place = path + '[' + std::to_string(i) + ']';
    for (auto& fault : declaration(declared[i], place).faults()) faults.push_back(std::move(fault));
    if (names.insert(declared[i].name).second) continue;
    template_fault twice;
    twice.path = place + ".name";
    twice.message = "declared twice";
    faults.push_back(std::move(twice));
  }
  return faults;
}

}  // namespace sambung::templating
