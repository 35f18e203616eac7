#include "services/templates/prompt_rendering.hpp"

#include <sambung/records/tenant.hpp>
#include <sambung/records/user.hpp>

#include "core/day.hpp"
#include "services/base/system_records.hpp"
#include "services/templates/compiled_versions.hpp"
#include "services/templates/prompt_compiling.hpp"
#include "services/templates/version_choice.hpp"

#include <array>

namespace sambung {
namespace {

std::string weekday_of(timestamp time) {
  constexpr std::array<std::string_view, 7> names{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                  "Thursday", "Friday", "Saturday"};
  return std::string(names[std::chrono::weekday(std::chrono::floor<std::chrono::days>(time)).c_encoding()]);
}

}  // namespace

task<template_built_ins> built_ins_for(template_access const& reach, std::string model) {
  template_built_ins all;
  auto const now = reach.core().clock->now();
  all.today = day_of(now);
  all.now = to_iso8601(now);
  all.weekday = weekday_of(now);
  all.model = std::move(model);
  auto stored_user = co_await system_records<user>(reach.core()).get(reach.user());
  auto stored_tenant = co_await system_records<tenant>(reach.core()).get(reach.who().tenant());
  if (auto const found = if_found(std::move(stored_user))) all.user_name = found->name;
  if (auto const found = if_found(std::move(stored_tenant))) all.tenant_name = found->name;
  co_return all;
}

std::vector<template_message> filled_in(std::vector<template_message> messages, compiled_template const& compiled,
                                        template_values const& values) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (messages[i].placeholder) continue;
    messages[i].text = compiled.render(i, values).value();
    bytes += messages[i].text.size();
    if (bytes > max_rendered_bytes)
      throw error(errc::payload_too_large,
                  "a rendered prompt is at most " + std::to_string(max_rendered_bytes) + " bytes");
  }
  return messages;
}

task<rendered_prompt> render_content(template_access const& reach, prompt_filling from) {
  check_content(from.content);
  auto const includes = co_await load_includes(reach, from.content, from.pins, std::nullopt);
  auto const made = compile_prompt(from.content, includes);
  demand_compiled(made);
  auto const built_ins = co_await built_ins_for(reach, from.model);
  auto const values = made.compiled->bind(from.values, built_ins);
  rendered_prompt out;
  out.kind = from.content.kind;
  out.messages = filled_in(std::move(from.content.messages), *made.compiled, values.value());
  out.config = std::move(from.content.config);
  co_return out;
}

task<rendered_prompt> render_prompt(template_access const& reach, prompt_template_id id, render_options how,
                                    std::string usual_model) {
  validate(how).value();
  auto const of = co_await reach.readable(id);
  auto const subject = how.chat_id ? to_string(*how.chat_id) : to_string(reach.user());
  auto chosen = co_await choose_version(reach, of, how.label, how.version, subject);
  auto const one = co_await compiled_version_of(reach, of, chosen.number);
  auto const& version = one->version;
  auto const built_ins =
      co_await built_ins_for(reach, how.model.value_or(version.config.model.value_or(std::move(usual_model))));
  auto const values = one->compiled.bind(how.values, built_ins);
  rendered_prompt out;
  out.template_id = id;
  out.version_id = version.id;
  out.number = version.number;
  out.label = std::move(chosen.label);
  out.kind = version.kind;
  out.messages = filled_in(version.messages, one->compiled, values.value());
  out.config = version.config;
  co_return out;
}

}  // namespace sambung
