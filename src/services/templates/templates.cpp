#include <sambung/services/templates/templates.hpp>

#include "core/text.hpp"
#include "services/base/idempotency.hpp"
#include "services/base/part_erasing.hpp"
#include "services/base/system_records.hpp"
#include "services/templates/prompt_compiling.hpp"
#include "services/templates/prompt_ids.hpp"
#include "services/templates/prompt_rendering.hpp"
#include "services/templates/prompt_saving.hpp"
#include "services/templates/templates_state.hpp"

namespace sambung {
namespace {

constexpr int max_copies = 100;  // of one name

[[noreturn]] void refuse_stale() { throw error(errc::conflict, "the template has changed since"); }

task<stored_prompt> newest_of(template_access const& reach, prompt_template_id id) {
  stored_prompt found;
  found.prompt = co_await reach.readable(id);
  found.version = co_await reach.version_of(found.prompt, found.prompt.latest);
  co_return found;
}

task<stored_prompt> create_template(core_ptr core, principal who, new_prompt from) {
  auto const reach = co_await template_access::open(*core, who, permission::content_write);
  validate(from).value();
  idempotent_call const call(*core, reach.rows(), reach.user(), "prompt.create", from.idempotency_key,
                             [&] { return to_json_text(from); });
  if (auto const first = co_await call.earlier()) co_return co_await newest_of(reach, prompt_template_id{*first});
  auto const id = core->ids->next<prompt_template_id>();
  batch b;
  call.record(b, id.value);
  auto made = co_await as_result(insert_prompt(reach, id, std::move(from), {}, std::move(b)));
  if (made) co_return std::move(*made);
  if (made.error().code == errc::already_exists || was_overtaken(made.error()))
    if (auto const first = co_await call.earlier()) co_return co_await newest_of(reach, prompt_template_id{*first});
  throw error(made.error());
}

task<stored_prompt> read_template(core_ptr core, principal who, prompt_template_id id) {
  auto const reach = co_await template_access::open(*core, who, permission::content_read);
  co_return co_await newest_of(reach, id);
}

task<stored_prompt> change_template(core_ptr core, principal who, prompt_template_id id, prompt_update changes,
                                    std::int64_t revision) {
  auto const reach = co_await template_access::open(*core, who, permission::content_write);
  auto const seen = co_await reach.changeable(id);
  if (seen.revision != revision) refuse_stale();
  co_return co_await update_prompt(reach, seen, std::move(changes), {});
}

task<void> remove_template(core_ptr core, principal who, prompt_template_id id) {
  auto const reach = co_await template_access::open(*core, who, permission::content_write);
  auto const seen = co_await reach.changeable(id);
  query labels = collection<prompt_label>::where(&prompt_label::template_id, id);
  labels = std::move(labels).order({"name"}, direction::ascending).limit(max_rows);
  auto const found = (co_await core->store->read(reach.rows(), std::move(labels))).value();
  batch b;
  for (auto const& one : core->records<prompt_label>(reach.rows()).readable(found)) {
    if (one.protected_) demand(who, permission::content_manage);
    // Who protects it meanwhile is not overtaken.
    b.add(erase<prompt_label>(one.id).when(&prompt_label::revision, one.revision));
  }
  query used = collection<prompt_usage>::where(&prompt_usage::template_id, id);
  used = std::move(used).order({"number"}, direction::ascending).limit(max_rows);
  auto const sums = (co_await core->store->read(reach.rows(), std::move(used))).value();
  for (auto const& one : core->records<prompt_usage>(reach.rows()).readable(sums)) b.add(erase<prompt_usage>(one.id));
  for (std::int64_t number = 1; number <= seen.latest; ++number)
    b.add(erase<prompt_version>(version_id_of(id, number)));
  // Whether it was shared is said for those who hear of it.
  b.add(erase<prompt_template>(id)
            .when(&prompt_template::revision, seen.revision)
            .when(&prompt_template::visibility, seen.visibility));
  (co_await core->store->write(reach.rows(), std::move(b))).value();
  for (std::int64_t number = 1; number <= seen.latest; ++number)
    core->templates->compiled.forget(reach.rows(), version_id_of(id, number));
  // What turns that ended meanwhile have added, and an application's own records of it.
  erasing_observer const nobody = [](std::string_view, std::int64_t) {};
  value const key(id.value);
  co_await erase_parts(*core, reach.rows(), *core->schema->find(description_of<prompt_template>().table), key, nobody);
}

std::string copy_name(std::string const& name, int copy) {
  if (copy == 1) return name;
  auto const suffix = " (" + std::to_string(copy) + ')';
  return name.substr(0, whole_characters(name, 400 - suffix.size())) + suffix;
}

task<stored_prompt> duplicate_template(core_ptr core, principal who, prompt_template_id id) {
  auto const reach = co_await template_access::open(*core, who, permission::content_write);
  auto const found = co_await newest_of(reach, id);
  for (int copy = 1; copy <= max_copies; ++copy) {
    auto name = copy_name(found.prompt.name, copy);
    auto const taken = co_await own_of_name(reach, name);
    if (taken) continue;
    new_prompt from;
    static_cast<prompt_content&>(from) = found.version;
    from.name = std::move(name);
    from.description = found.prompt.description;
    from.category = found.prompt.category;
    batch nothing_more;
    auto made = co_await as_result(insert_prompt(reach, core->ids->next<prompt_template_id>(), std::move(from),
                                                 found.version.includes, std::move(nothing_more)));
    if (made) co_return std::move(*made);
    if (made.error().code != errc::already_exists) throw error(made.error());
  }
  throw error(errc::already_exists, "there are " + std::to_string(max_copies) + " of that name");
}

task<rendered_prompt> render_template(core_ptr core, principal who, prompt_template_id id, render_options how) {
  auto const reach = co_await template_access::open(*core, who, permission::content_read);
  co_return co_await render_prompt(reach, id, std::move(how));
}

task<prompt_preview> preview_content(core_ptr core, principal who, prompt_content content, boost::json::object values) {
  auto const reach = co_await template_access::open(*core, who, permission::content_read);
  check_content(content);
  auto const includes = co_await load_includes(reach, content, {}, std::nullopt);
  auto made = compile_prompt(content, includes);
  prompt_preview out;
  out.faults = std::move(made.faults);
  out.warnings = std::move(made.warnings);
  if (!made.compiled) co_return out;
  out.variables = made.compiled->variables();
  auto const built_ins = co_await built_ins_for(reach, content.config.model.value_or(""));
  auto const bound = made.compiled->bind(values, built_ins);
  if (bound) out.messages = filled_in(std::move(content.messages), *made.compiled, *bound);
  else out.value_faults = bound.error().issues;
  co_return out;
}

}  // namespace

record_description describe_record(record_of<new_prompt>) {
  return record<new_prompt>()
      .text(&new_prompt::name, 1, 400)
      .text(&new_prompt::description, 0, 1'000)
      .optional(&new_prompt::description)
      .text(&new_prompt::category, 0, 60)
      .optional(&new_prompt::category)
      .text(&new_prompt::command, 1, 40)
      .optional(&new_prompt::visibility)
      .text(&new_prompt::note, 0, 500)
      .optional(&new_prompt::note)
      .text(&new_prompt::idempotency_key, 1, 200);
}

record_description describe_record(record_of<prompt_update>) {
  return record<prompt_update>()
      .text(&prompt_update::name, 1, 400)
      .text(&prompt_update::description, 0, 1'000)
      .text(&prompt_update::category, 0, 60)
      .text(&prompt_update::command, 0, 40)
      .text(&prompt_update::note, 0, 500);
}

record_description describe_record(record_of<render_options>) {
  return record<render_options>()
      .text(&render_options::label, 1, 40)
      .range(&render_options::version, 1, 1'000'000'000)
      .text(&render_options::values, 0, max_rendered_bytes)
      .optional(&render_options::values)
      .text(&render_options::model, 1, 200);
}

templates::templates(std::shared_ptr<engine_core> core, principal who) : core_(std::move(core)), who_(std::move(who)) {}

task<stored_prompt> templates::create(new_prompt from) const { return create_template(core_, who_, std::move(from)); }

task<stored_prompt> templates::get(prompt_template_id id) const { return read_template(core_, who_, id); }

task<stored_prompt> templates::update(prompt_template_id id, prompt_update changes, std::int64_t revision) const {
  return change_template(core_, who_, id, std::move(changes), revision);
}

task<void> templates::remove(prompt_template_id id) const { return remove_template(core_, who_, id); }

task<stored_prompt> templates::duplicate(prompt_template_id id) const { return duplicate_template(core_, who_, id); }

task<rendered_prompt> templates::render(prompt_template_id id, render_options how) const {
  return render_template(core_, who_, id, std::move(how));
}

task<prompt_preview> templates::preview(prompt_content content, boost::json::object values) const {
  return preview_content(core_, who_, std::move(content), std::move(values));
}

}  // namespace sambung
