#include "services/templates/included_texts.hpp"

#include "services/base/system_records.hpp"

#include <algorithm>
#include <set>

namespace sambung {
namespace {

constexpr std::size_t max_includes = 256;  // of one version, and of all that it includes
// Of all that is looked up, with their variables: it is held until the outermost text is compiled.
constexpr std::size_t max_bytes_held = 8 * 1'048'576;
constexpr std::string_view outermost;

failure unknown() { return failure(errc::not_found, "no such template"); }

task<std::optional<prompt_template>> own_called(template_access const& reach, std::string name) {
  auto const all = reach.core().records<prompt_template>(reach.rows());
  auto by_name = all.where(&prompt_template::owner_id, reach.user());
  auto by_command = all.where(&prompt_template::owner_id, reach.user());
  auto named = co_await all.first(std::move(by_name).where(where(&prompt_template::name, name)));
  auto found = if_found(std::move(named));
  if (found || name.size() > 40) co_return found;
  auto commanded =
      co_await all.first(std::move(by_command).where("command", comparison::equal, value(std::move(name))));
  co_return if_found(std::move(commanded));
}

// Several people may share one of a name: then none is meant.
task<std::optional<prompt_template>> shared_called(template_access const& reach, std::string name) {
  query q = collection<prompt_template>::where(&prompt_template::visibility, visibility::tenant);
  q = std::move(q).where(where(&prompt_template::name, name)).limit(2);
  auto const found = (co_await reach.core().store->read(reach.rows(), std::move(q))).value();
  auto readable = reach.core().records<prompt_template>(reach.rows()).readable(found);
  if (found.items.size() != 1 || readable.size() != 1) co_return std::nullopt;
  co_return std::move(readable.front());
}

// What a reference means now.
task<result<prompt_include>> pinned_now(template_access const& reach, template_reference const& what) {
  auto found = co_await own_called(reach, what.name);
  if (!found) found = co_await shared_called(reach, what.name);
  if (!found) co_return unknown();
  prompt_include pin;
  pin.reference = what.spelling;
  pin.template_id = found->id;
  pin.number = what.number.value_or(found->latest);
  if (!what.label || *what.label == latest_label) co_return pin;
  auto const label = co_await reach.label_of(found->id, *what.label);
  if (!label) co_return failure(errc::not_found, "no such label");
  if (label->arms.size() != 1) co_return failure(errc::invalid_argument, "the label leads to several versions");
  pin.number = label->arms.front().version;
  co_return pin;
}

// The version that is included; not found where the caller may not read it.
task<result<prompt_version>> included_version(template_access const& reach, prompt_include const& pin) {
  auto of = co_await as_result(reach.readable(pin.template_id));
  if (!of && of.error().code == errc::not_found) co_return unknown();
  if (!of) co_return of.error();
  auto found = co_await as_result(reach.version_of(*of, pin.number));
  if (!found && found.error().code == errc::not_found) co_return failure(errc::not_found, "no such version");
  if (!found) co_return found.error();
  if (found->kind != prompt_kind::text)
    co_return failure(errc::invalid_argument, "only a prompt of one text is included");
  co_return std::move(*found);
}

included_template text_of(prompt_version const& of) {
  included_template made;
  made.id = to_string(of.id);
  made.text = of.messages.empty() ? std::string() : of.messages.front().text;
  made.variables = of.variables;
  return made;
}

std::size_t bytes_of(prompt_version const& of) {
  auto const variables = to_json_text(of.variables).size();
  return variables + (of.messages.empty() ? 0 : of.messages.front().text.size());
}

class include_loader {
 public:
  include_loader(template_access const& reach, std::optional<prompt_template_id> self) : reach_(reach), self_(self) {}

  task<void> load(std::string within, std::vector<template_reference> references, std::vector<prompt_include> pins,
                  std::size_t depth) {
    for (auto const& one : references) {
      auto pin = co_await pin_of(one, pins);
      if (within == outermost && pin) loaded.pins.push_back(*pin);
      auto version = co_await version_of(pin);
      auto const place = std::pair(within, one.spelling);
      if (!version) {
        loaded.found.emplace(place, version.error());
        continue;
      }
      auto text = text_of(*version);
      auto const id = text.id;
      auto inner = template_references(text.text);
      loaded.found.emplace(place, std::move(text));
      if (depth < max_include_depth && entered_.insert(id).second)
        co_await load(id, std::move(inner), std::move(version->includes), depth + 1);
    }
  }

  included_texts loaded;

 private:
  task<result<prompt_include>> pin_of(template_reference const& one, std::vector<prompt_include> const& pins) {
    for (auto const& pin : pins)
      if (pin.reference == one.spelling) co_return pin;
    co_return co_await pinned_now(reach_, one);
  }
  task<result<prompt_version>> version_of(result<prompt_include> const& pin) {
    if (!pin) co_return pin.error();
    if (loaded.found.size() >= max_includes) co_return failure(errc::invalid_argument, "too many includes");
    if (self_ && pin->template_id == *self_) co_return failure(errc::invalid_argument, "a template includes itself");
    auto found = co_await included_version(reach_, *pin);
    if (found) bytes_held_ += bytes_of(*found);
    if (bytes_held_ > max_bytes_held) co_return failure(errc::invalid_argument, "too large with all that is included");
    if (found && std::ranges::find(loaded.templates, pin->template_id) == loaded.templates.end())
      loaded.templates.push_back(pin->template_id);
    co_return found;
  }

  template_access const& reach_;
  std::optional<prompt_template_id> self_;
  std::set<std::string> entered_;
  std::size_t bytes_held_ = 0;
};

}  // namespace

include_resolver included_texts::resolver() const& {
  return [this](template_reference const& what, std::string const& within) -> result<included_template> {
    auto const at = found.find({within, what.spelling});
    if (at == found.end()) return failure(errc::invalid_argument, "not looked up: too deep");
    return at->second;
  };
}

task<included_texts> load_includes(template_access const& reach, prompt_content const& content,
                                   std::vector<prompt_include> const& pins, std::optional<prompt_template_id> self) {
  std::vector<template_reference> references;
  for (auto const& one : content.messages)
    for (auto& reference : template_references(one.text)) {
      auto const same = [&](auto const& other) { return other.spelling == reference.spelling; };
      if (references.size() <= max_includes && std::ranges::none_of(references, same))
        references.push_back(std::move(reference));
    }
  include_loader loader(reach, self);
  co_await loader.load(std::string(outermost), std::move(references), pins, 1);
  co_return std::move(loader.loaded);
}

}  // namespace sambung
