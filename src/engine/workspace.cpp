#include <sambung/engine/workspace.hpp>

#include "services/base/access.hpp"
#include "services/base/audit_log.hpp"
#include "services/base/engine_core.hpp"
#include "services/base/own_tables.hpp"
#include "services/base/system_records.hpp"
#include "services/erasure/erasure.hpp"
#include "services/tenancy/tenant_changes.hpp"

namespace sambung {
namespace {

task<tenant> read_own_tenant(core_ptr core, principal who) {
  co_await admit(*core, who, permission::tenant_read);
  co_return (co_await system_records<tenant>(*core).get(who.tenant())).value();
}

task<tenant> rename_own_tenant(core_ptr core, principal who, std::string name, std::int64_t revision) {
  co_await admit(*core, who, permission::tenant_manage);
  audit_note note("tenant.update", to_string(who.tenant()));
  auto entry = entry_of(*core, who, std::move(note));
  co_return co_await rename_tenant(*core, who.tenant(), std::move(name), revision, std::move(entry));
}

task<erasure_report> erase_own_tenant(core_ptr core, principal who) {
  co_await admit(*core, who, permission::tenant_delete);
  audit_note note("tenant.delete", to_string(who.tenant()));
  auto entry = entry_of(*core, who, std::move(note));
  co_return co_await erase_tenant(*core, who.tenant(), std::move(entry));
}

task<tenant> suspend_own_tenant(core_ptr core, principal who) {
  co_await admit(*core, who, permission::tenant_delete);
  audit_note note("tenant.suspend", to_string(who.tenant()));
  auto entry = entry_of(*core, who, std::move(note));
  co_return co_await suspend_active(*core, who.tenant(), who.user(), std::move(entry));
}

}  // namespace

workspace::workspace() noexcept = default;

workspace::workspace(std::shared_ptr<engine_core> core, principal who) : core_(std::move(core)), who_(std::move(who)) {
  who_.own_ = core_->permissions.of(who_.role());
}

core_ptr const& workspace::demanded() const {
  if (!core_) throw error(errc::invalid_argument, "this workspace is nobody's: it was made empty, or moved from");
  return core_;
}

principal const& workspace::who() const {
  demanded();
  return who_;
}

permission_table const& workspace::permissions() const { return demanded()->permissions; }

timestamp workspace::now() const { return demanded()->clock->now(); }

chats workspace::chats() const { return sambung::chats(demanded(), who_); }

organise workspace::organise() const { return sambung::organise(demanded(), who_); }

search workspace::search() const { return sambung::search(demanded(), who_); }

completions workspace::completions() const { return sambung::completions(demanded(), who_); }

own_api_tokens workspace::api_tokens() const { return own_api_tokens(demanded(), who_); }

members workspace::members() const { return sambung::members(demanded(), who_); }

invitations workspace::invitations() const { return sambung::invitations(demanded(), who_); }

audit workspace::audit() const { return sambung::audit(demanded(), who_); }

usage workspace::usage() const { return sambung::usage(demanded(), who_); }

quotas workspace::quotas() const { return sambung::quotas(demanded(), who_); }

events workspace::events() const { return sambung::events(demanded(), who_); }

templates workspace::templates() const { return sambung::templates(demanded(), who_); }

keys workspace::keys() const { return sambung::keys(demanded(), who_); }

task<tenant> workspace::tenant() const { return read_own_tenant(demanded(), who_); }
task<tenant> workspace::rename_tenant(std::string name, std::int64_t revision) const {
  return rename_own_tenant(demanded(), who_, std::move(name), revision);
}
task<erasure_report> workspace::erase_tenant() const { return erase_own_tenant(demanded(), who_); }
task<tenant> workspace::suspend_tenant() const { return suspend_own_tenant(demanded(), who_); }

void workspace::demand_own_table(std::string_view table) const { sambung::demand_own_table(*demanded(), table); }

workspace_rows workspace::rows(std::string_view table) const {
  demand_own_table(table);
  return workspace_rows(core_, who_, *core_->schema->find(table));
}

uuid workspace::next_id() const { return demanded()->ids->next(); }

task<detail::own_rows> detail::own_rows::of(std::shared_ptr<engine_core> core, principal who) {
  auto const where = co_await application_rows(*core, who);
  co_return own_rows(*core->store, where, core->damage->listener());
}

void detail::own_rows::demand_same(std::string_view table, std::string_view asked) {
  if (asked == table) return;
  throw error(errc::invalid_argument, "the records of " + std::string(table) + " are asked for those of another table");
}

void detail::own_rows::demand_own(engine_core const& core, batch const& changes) { demand_own_tables(core, changes); }

}  // namespace sambung
