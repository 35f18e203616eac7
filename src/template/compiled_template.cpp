#include <sambung/template/compiled_template.hpp>

#include "template/program.hpp"
#include "template/variables.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace sambung::templating {
namespace {

namespace json = boost::json;

constexpr std::size_t max_value_faults = 100;

constexpr built_in all_built_ins[] = {
    {"today", &template_built_ins::today},
    {"now", &template_built_ins::now},
    {"weekday", &template_built_ins::weekday},
    {"user_name", &template_built_ins::user_name},
    {"tenant_name", &template_built_ins::tenant_name},
    {"project_name", &template_built_ins::project_name},
    {"model", &template_built_ins::model},
};

// What a caller gives, held against what is asked for.
class value_check {
 public:
  value_check(std::vector<prompt_variable> const& declared, json::object const& given)
      : declared_(declared), given_(given) {}

  // The value of a variable, which may be its default; none when it has none, or a wrong one.
  json::value const* value_of(prompt_variable const& one) {
    auto const found = given_.find(one.name);
    if (found != given_.end()) ++known_;
    if (found == given_.end() || found->value().is_null()) return default_of(one);
    auto why = value_fault(one, found->value());
    if (!why) return &found->value();
    add(one.name, std::move(*why));
    return nullptr;
  }

  // To be asked for once, behind all values.
  std::vector<issue> faults() && {
    if (known_ == given_.size()) return std::move(issues_);
    for (auto const& item : given_)
      if (!is_declared(item.key())) add(item.key(), "unknown");
    return std::move(issues_);
  }

 private:
  json::value const* default_of(prompt_variable const& one) {
    if (one.default_ && !one.default_->is_null()) return &*one.default_;
    if (one.required) add(one.name, "missing");
    return nullptr;
  }
  bool is_declared(std::string_view name) const {
    return std::ranges::any_of(declared_, [&](auto const& one) { return one.name == name; });
  }
  void add(std::string_view name, std::string why) {
    if (issues_.size() < max_value_faults) issues_.push_back({"values." + std::string(name), std::move(why)});
  }

  std::vector<prompt_variable> const& declared_;
  json::object const& given_;
  std::size_t known_ = 0;
  std::vector<issue> issues_;
};

template <class Number>
std::string_view written(std::array<char, 32>& digits, Number number) {
  auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  return {digits.data(), static_cast<std::size_t>(end - digits.data())};
}

// The text of a value that fits its variable.
std::string_view text_of(json::value const& value, std::array<char, 32>& digits) {
  switch (value.kind()) {
    case json::kind::string:
      return value.get_string();
    case json::kind::bool_:
      return value.get_bool() ? "true" : "false";
    case json::kind::int64:
      return written(digits, value.get_int64());
    case json::kind::uint64:
      return written(digits, value.get_uint64());
    case json::kind::double_:
      return written(digits, value.get_double());
    default:
      return {};
  }
}

bool is_true(json::value const& value, std::string_view text) {
  return value.is_bool() ? value.get_bool() : !text.empty();
}

// Calls take(piece) for every piece of one text, in order.
template <class Slots, class F>
void for_each_piece(program const& of, std::size_t begin, std::size_t end, Slots const& slots, F&& take) {
  for (auto at = begin; at < end;) {
    auto const& one = of.segments[at++];
    switch (one.what) {
      case step::literal:
        take(std::string_view(of.literals.data() + one.a, one.b - one.a));
        break;
      case step::slot:
        take(slots[one.a].text);
        break;
      case step::jump:
        at = one.a;
        break;
      case step::jump_unless:
        if (!slots[one.a].truth) at = one.b;
        break;
    }
  }
}

}  // namespace

std::span<built_in const> built_ins() noexcept { return all_built_ins; }

}  // namespace sambung::templating

namespace sambung {

issue to_issue(template_fault const& fault) {
  if (fault.line == 0) return {fault.path, fault.message};
  return {fault.path,
          "line " + std::to_string(fault.line) + ", column " + std::to_string(fault.column) + ": " + fault.message};
}

bool is_built_in(std::string_view name) noexcept {
  return std::ranges::any_of(templating::built_ins(), [&](auto const& one) { return one.name == name; });
}

compiled_template::compiled_template(std::shared_ptr<templating::program const> program)
    : program_(std::move(program)) {}

std::vector<prompt_variable> const& compiled_template::variables() const noexcept { return program_->variables; }

std::size_t compiled_template::size() const noexcept { return program_->ends.size(); }

std::size_t compiled_template::bytes() const noexcept {
  auto all = sizeof(templating::program) + program_->literals.capacity() + program_->ends.size() * sizeof(std::size_t) +
             program_->segments.capacity() * sizeof(templating::segment);
  for (auto const& one : program_->variables) {
    all += sizeof(one) + one.name.size();
    if (one.label) all += one.label->size();
    if (one.description) all += one.description->size();
    for (auto const& choice : one.choices) all += sizeof(choice) + choice.size();
  }
  return all;
}

result<template_values> compiled_template::bind(boost::json::object const& values,
                                                template_built_ins const& built_ins) const {
  template_values bound;
  bound.slots_.resize(program_->slots());
  auto slot = bound.slots_.begin();
  for (auto const& one : templating::built_ins()) {
    slot->text = built_ins.*one.value;
    slot++->truth = !(built_ins.*one.value).empty();
  }
  templating::value_check check(program_->variables, values);
  for (auto const& one : program_->variables) {
    auto& into = *slot++;
    auto const* const value = check.value_of(one);
    if (!value) continue;
    into.text = templating::text_of(*value, into.digits);
    into.truth = templating::is_true(*value, into.text);
  }
  auto faults = std::move(check).faults();
  if (!faults.empty()) return failure(errc::invalid_argument, "the values do not fit the template", std::move(faults));
  return bound;
}

result<std::string> compiled_template::render(std::size_t number, template_values const& values) const {
  if (number >= size() || values.slots_.size() != program_->slots())
    return failure(errc::invalid_argument, "no such text, or values of another template");
  auto const begin = number == 0 ? 0 : program_->ends[number - 1];
  auto const end = program_->ends[number];
  std::size_t bytes = 0;
  templating::for_each_piece(*program_, begin, end, values.slots_, [&](auto piece) { bytes += piece.size(); });
  if (bytes > max_rendered_bytes)
    return failure(errc::payload_too_large,
                   "a rendered text is at most " + std::to_string(max_rendered_bytes) + " bytes");
  std::string text(bytes, '\0');
  auto* out = text.data();
  templating::for_each_piece(*program_, begin, end, values.slots_, [&](std::string_view piece) {
    if (!piece.empty()) std::memcpy(out, piece.data(), piece.size());
    out += piece.size();
  });
  return text;
}

}  // namespace sambung
