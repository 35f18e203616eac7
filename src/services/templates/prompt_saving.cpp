#include "services/templates/prompt_saving.hpp"

#include "services/base/system_records.hpp"
#include "services/templates/prompt_compiling.hpp"
#include "services/templates/prompt_ids.hpp"
#include "template/content_hash.hpp"

#include <algorithm>

namespace sambung {
namespace {

void check_command(std::optional<std::string> const& command) {
  auto const fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (!command || std::ranges::all_of(*command, fits)) return;
  auto const why = "small letters, digits and -";
  throw error(failure(errc::invalid_argument, why, {{"command", why}}));
}

prompt_template made_of(prompt_template_id id, new_prompt& from, template_access const& reach) {
  prompt_template made;
  made.id = id;
  made.owner_id = reach.user();
  made.name = std::move(from.name);
  made.description = std::move(from.description);
  made.category = std::move(from.category);
  made.command = std::move(from.command);
  made.visibility = from.visibility;
  made.latest = 1;
  made.created_at = made.updated_at = reach.core().clock->now();
  return made;
}

void apply(prompt_update& changes, prompt_template& to) {
  if (changes.name) to.name = std::move(*changes.name);
  if (changes.description) to.description = std::move(*changes.description);
  if (changes.category) to.category = std::move(*changes.category);
  if (changes.command) to.command = changes.command->empty() ? std::nullopt : std::move(changes.command);
  if (changes.visibility) to.visibility = *changes.visibility;
}

// Whether it was shared is said for those who see it no more.
change update_of(prompt_template const& changed, prompt_template const& seen) {
  return update<prompt_template>(changed.id)
      .set(&prompt_template::name, changed.name)
      .set(&prompt_template::description, changed.description)
      .set(&prompt_template::category, changed.category)
      .set(&prompt_template::command, changed.command)
      .set(&prompt_template::visibility, changed.visibility)
      .set(&prompt_template::latest, changed.latest)
      .set(&prompt_template::updated_at, changed.updated_at)
      .set(&prompt_template::revision, changed.revision)
      .when(&prompt_template::revision, seen.revision)
      .when(&prompt_template::visibility, seen.visibility);
}

// What a batch failed with that stores `changed`: of a taken name or command what it is, in the caller's words.
failure told(failure why, batch_place place, prompt_template const& changed) {
  if (why.code != errc::already_exists || !place.failed(why)) return why;
  return failure(why.code,
                 changed.command ? "there is a prompt of that name or command" : "there is a prompt of that name");
}

}  // namespace

task<prepared_version> prepare_version(template_access const& reach, prompt_content content, prompt_template_id of,
                                       std::int64_t number, std::vector<prompt_include> pins) {
  check_content(content);
  auto includes = co_await load_includes(reach, content, pins, of);
  auto compiled = compile_prompt(content, includes);
  demand_compiled(compiled);
  prepared_version made;
  static_cast<prompt_content&>(made.version) = std::move(content);
  made.version.id = version_id_of(of, number);
  made.version.template_id = of;
  made.version.number = number;
  made.version.includes = std::move(includes.pins);
  made.version.author_id = reach.user();
  made.version.content_hash = content_hash(made.version, made.version.includes);
  made.version.created_at = reach.core().clock->now();
  made.warnings = std::move(compiled.warnings);
  co_return made;
}

task<stored_prompt> insert_prompt(template_access const& reach, prompt_template_id id, new_prompt from,
                                  std::vector<prompt_include> pins, batch more) {
  validate(from).value();
  check_command(from.command);
  if (from.visibility == visibility::tenant) demand(reach.who(), permission::content_publish);
  stored_prompt made;
  made.prompt = made_of(id, from, reach);
  prompt_content content = from;
  auto prepared = co_await prepare_version(reach, std::move(content), made.prompt.id, 1, std::move(pins));
  made.version = std::move(prepared.version);
  made.version.note = std::move(from.note);
  made.warnings = std::move(prepared.warnings);
  auto const place = more.put(insert(made.prompt));
  more.add(insert(made.version));
  auto const written = co_await reach.core().store->write(reach.rows(), std::move(more));
  if (!written) throw error(told(written.error(), place, made.prompt));
  co_return made;
}

task<stored_prompt> update_prompt(template_access const& reach, prompt_template const& seen, prompt_update changes,
                                  std::vector<prompt_include> pins) {
  validate(changes).value();
  check_command(changes.command);
  stored_prompt made;
  made.prompt = seen;
  apply(changes, made.prompt);
  if (made.prompt.visibility == visibility::tenant) demand(reach.who(), permission::content_publish);
  made.version = co_await reach.version_of(seen, seen.latest);
  batch b;
  if (changes.content) {
    auto prepared =
        co_await prepare_version(reach, std::move(*changes.content), seen.id, seen.latest + 1, std::move(pins));
    made.warnings = std::move(prepared.warnings);
    if (prepared.version.content_hash != made.version.content_hash) {
      if (seen.latest >= max_prompt_versions)
        throw error(errc::quota_exceeded, "at most " + std::to_string(max_prompt_versions) + " versions of a template");
      made.version = std::move(prepared.version);
      made.version.note = changes.note.value_or("");
      made.prompt.latest = made.version.number;
    }
  }
  made.prompt.updated_at = reach.core().clock->now();
  made.prompt.revision = seen.revision + 1;
  auto const place = b.put(update_of(made.prompt, seen));
  if (made.prompt.latest != seen.latest) b.add(insert(made.version));
  auto const written = co_await reach.core().store->write(reach.rows(), std::move(b));
  if (!written) throw error(told(written.error(), place, made.prompt));
  co_return made;
}

task<std::optional<prompt_template>> own_of_name(template_access const& reach, std::string name) {
  auto const all = reach.core().records<prompt_template>(reach.rows());
  auto q = all.where(&prompt_template::owner_id, reach.user()).where(where(&prompt_template::name, std::move(name)));
  auto found = co_await all.first(std::move(q));
  co_return if_found(std::move(found));
}

}  // namespace sambung
