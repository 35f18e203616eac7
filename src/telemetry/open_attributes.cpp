#include "telemetry/open_attributes.hpp"

#include "telemetry/span_text.hpp"

#include <algorithm>

namespace sambung {
namespace {

// What is kept of a text of which so much may be shown: characters get no shorter by being made harmless than half.
constexpr std::size_t raw_bytes(std::size_t shown) { return 2 * shown + 4; }

std::string_view raw(std::string_view text, std::size_t shown) { return text.substr(0, raw_bytes(shown)); }

}  // namespace

open_attributes::open_attributes(std::string_view span_name) : span_name_(put(raw(span_name, span::max_name_bytes))) {}

open_attributes::place open_attributes::put(std::string_view text) {
  place const made{static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(text.size())};
  bytes_.insert(bytes_.end(), text.begin(), text.end());
  return made;
}

// So that a value that is set again and again takes no more.
void open_attributes::drop(place text) {
  auto const from = bytes_.begin() + text.at;
  bytes_.erase(from, from + text.size);
  auto const move = [&](place& one) {
    if (one.at > text.at) one.at -= text.size;
  };
  for (auto& one : all_) {
    move(one.name);
    if (auto* const value = std::get_if<place>(&one.value)) move(*value);
  }
}

// Null of too many. What its value took has been dropped.
open_attributes::attribute* open_attributes::find_or_add(std::string_view name) {
  name = raw(name, span::max_name_bytes);
  auto const found = std::ranges::find_if(all_, [&](attribute const& one) { return at(one.name) == name; });
  if (found == all_.end()) {
    if (all_.size() == span::max_attributes) return nullptr;
    auto const named = put(name);
    return &all_.emplace_back(attribute{named});
  }
  if (auto const* const before = std::get_if<place>(&found->value)) drop(*before);
  found->is_content = false;
  found->value = false;
  return &*found;
}

void open_attributes::set_text(std::string_view name, std::string_view text) {
  set(name, raw(text, span::max_text_bytes), false);
}

void open_attributes::set_content(std::string_view name, std::string_view text) { set(name, text, true); }

// Without room for all of it nothing changes.
void open_attributes::set(std::string_view name, std::string_view text, bool is_content) {
  auto const needed = bytes_.size() + raw(name, span::max_name_bytes).size() + text.size();
  if (needed > bytes_.capacity()) bytes_.reserve(std::max(needed, 2 * bytes_.capacity()));
  auto* const one = find_or_add(name);
  if (!one) return;
  one->value = put(text);
  one->is_content = is_content;
}

span_value open_attributes::shown(attribute const& one) const {
  return std::visit(
      [&](auto const& of) -> span_value {
        if constexpr (!std::is_same_v<decltype(of), place const&>) return of;
        else return one.is_content ? std::string(at(of)) : span_text(at(of), span::max_text_bytes);
      },
      one.value);
}

void open_attributes::move_to(ended_span& what) const {
  what.name = span_text(at(span_name_), span::max_name_bytes);
  what.attributes.reserve(all_.size());
  for (auto const& one : all_) {
    auto name = span_text(at(one.name), span::max_name_bytes);
    auto const alike = std::ranges::find(what.attributes, name, &std::pair<std::string, span_value>::first);
    if (alike == what.attributes.end()) what.attributes.emplace_back(std::move(name), shown(one));
    else alike->second = shown(one);
  }
}

}  // namespace sambung
