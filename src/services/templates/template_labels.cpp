#include <sambung/services/templates/templates.hpp>

#include "services/templates/prompt_ids.hpp"
#include "services/templates/template_access.hpp"

#include <algorithm>
#include <set>

namespace sambung {
namespace {

[[noreturn]] void refuse_label(std::string field, std::string why) {
  throw error(failure(errc::invalid_argument, why, {{std::move(field), why}}));
}

void check_label_name(std::string const& name) {
  auto const fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  if (name.empty() || name.size() > 40 || !std::ranges::all_of(name, fits))
    refuse_label("name", "1 to 40 small letters, digits, '.', '_' and '-'");
  if (name == latest_label) refuse_label("name", "latest always is the newest version");
  // "greeting@2" is a version.
  if (std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; }))
    refuse_label("name", "a number is a version");
}

void check_arms(std::vector<prompt_arm> const& arms, std::int64_t latest) {
  if (arms.empty() || arms.size() > 8) refuse_label("arms", "1 to 8");
  std::set<std::int64_t> seen;
  for (auto const& arm : arms) {
    validate(arm).value();
    if (arm.version > latest) refuse_label("arms", "no such version");
    if (!seen.insert(arm.version).second) refuse_label("arms", "the same version twice");
  }
}

task<std::vector<prompt_label>> stored_labels(template_access const& reach, prompt_template_id id) {
  query q = collection<prompt_label>::where(&prompt_label::template_id, id);
  q = std::move(q).order({"name"}, direction::ascending).limit(max_rows);
  auto const found = (co_await reach.core().store->read(reach.rows(), std::move(q))).value();
  co_return reach.core().records<prompt_label>(reach.rows()).readable(found);
}

task<std::vector<prompt_label>> list_labels(core_ptr core, principal who, prompt_template_id id) {
  auto const reach = co_await template_access::open(*core, who, permission::content_read);
  auto const of = co_await reach.readable(id);
  co_return co_await stored_labels(reach, of.id);
}

change replaced(prompt_label const& changed, std::int64_t revision) {
  return update<prompt_label>(changed.id)
      .set(&prompt_label::arms, changed.arms)
      .set(&prompt_label::protected_, changed.protected_)
      .set(&prompt_label::updated_at, changed.updated_at)
      .set(&prompt_label::revision, changed.revision)
      .when(&prompt_label::revision, revision);
}

prompt_label new_label(prompt_template_id of, std::string name, timestamp now) {
  prompt_label made;
  made.id = label_id_of(of, name);
  made.template_id = of;
  made.name = std::move(name);
  made.created_at = now;
  made.revision = 0;
  return made;
}

task<prompt_label> put_label(core_ptr core, principal who, prompt_template_id id, std::string name,
                             std::vector<prompt_arm> arms, std::optional<bool> protect) {
  auto const reach = co_await template_access::open(*core, who, permission::content_write);
  auto const of = co_await reach.changeable(id);
  check_label_name(name);
  check_arms(arms, of.latest);
  auto const earlier = co_await reach.label_of(id, name);
  auto const all = co_await stored_labels(reach, id);
  if (!earlier && all.size() >= max_prompt_labels)
    throw error(errc::quota_exceeded, "at most " + std::to_string(max_prompt_labels) + " labels of a template");
  auto const now = core->clock->now();
  auto label = earlier ? *earlier : new_label(id, std::move(name), now);
  if (label.protected_ || protect.value_or(false)) demand(who, permission::content_manage);
  auto const revision = label.revision++;
  label.arms = std::move(arms);
  label.protected_ = protect.value_or(label.protected_);
  label.updated_at = now;
  batch b;
  b.add(require<prompt_template>(id));
  b.add(earlier ? replaced(label, revision) : insert(label));
  (co_await core->store->write(reach.rows(), std::move(b))).value();
  co_return label;
}

task<void> erase_label(core_ptr core, principal who, prompt_template_id id, std::string name) {
  auto const reach = co_await template_access::open(*core, who, permission::content_write);
  auto const of = co_await reach.changeable(id);
  auto const found = co_await reach.label_of(of.id, std::move(name));
  if (!found) throw_not_found();
  if (found->protected_) demand(who, permission::content_manage);
  change erased = erase<prompt_label>(found->id).when(&prompt_label::revision, found->revision);
  (co_await core->records<prompt_label>(reach.rows()).write(std::move(erased))).value();
}

}  // namespace

task<std::vector<prompt_label>> templates::labels(prompt_template_id id) const { return list_labels(core_, who_, id); }

task<prompt_label> templates::set_label(prompt_template_id id, std::string name, std::vector<prompt_arm> arms,
                                        std::optional<bool> protect) const {
  return put_label(core_, who_, id, std::move(name), std::move(arms), protect);
}

task<void> templates::remove_label(prompt_template_id id, std::string name) const {
  return erase_label(core_, who_, id, std::move(name));
}

}  // namespace sambung
