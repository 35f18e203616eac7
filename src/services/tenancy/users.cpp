#include "core/enum_name.hpp"
#include "services/auth/address_renewal.hpp"
#include "services/auth/email.hpp"
#include "services/auth/password_change.hpp"
#include "services/base/access.hpp"
#include "services/base/memberships.hpp"
#include "services/base/system_records.hpp"
#include "services/erasure/erasure.hpp"
#include "services/tenancy/tenant_changes.hpp"
#include "services/turns/turn_stopping.hpp"

#include <sambung/services/tenancy/tenants.hpp>

namespace sambung {
namespace {

audit_entry operators_entry(engine_core const& core, std::optional<tenant_id> where, user_id user, std::string action,
                            std::string detail = {}) {
  audit_note note(std::move(action), to_string(user), std::move(detail));
  return entry_of(core, where, std::move(note));
}

// Empty when the user is in that state already.
std::optional<batch> state_change(engine_core& core, user const& seen, user_state wanted, std::string action) {
  if (seen.state == wanted) return std::nullopt;
  if (seen.state == user_state::deleting) throw error(errc::conflict, "the user is being erased");
  batch b;
  b.add(update<user>(seen.id)
            .set(&user::state, wanted)
            .set(&user::revision, seen.revision + 1)
            .set(&user::updated_at, core.clock->now())
            .when(&user::revision, seen.revision));
  note_in(b, operators_entry(core, std::nullopt, seen.id, std::move(action)));
  return b;
}

task<user> change_state(engine_core& core, user_id id, user_state wanted, std::string action) {
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto const seen = (co_await system_records<user>(core).get(id)).value();
    auto changes = state_change(core, seen, wanted, action);
    if (!changes) co_return seen;
    auto const written = co_await write_revoking(core, std::move(*changes));
    if (!written && written.error().code == errc::conflict) continue;
    written.value();
    co_return (co_await system_records<user>(core).get(id)).value();
  }
  throw error(errc::conflict, "the user kept changing");
}

// A tenant or a user that is being erased is as good as gone.
void refuse_absent(result<receipt> const& written) {
  if (!written && was_overtaken(written.error())) throw_not_found();
}

task<user> create_user(core_ptr core, tenant_id tenant, std::string email, member_role role) {
  user made;
  made.id = core->ids->next<user_id>();
  made.email = normal_email(email);
  made.created_at = core->clock->now();
  batch b;
  b.add(require_present(tenant));
  b.add(insert(made));
  b.add(insert(new_membership(*core, tenant, made.id, role)));
  note_in(b, operators_entry(*core, tenant, made.id, "user.create", name_of(role)));
  auto const written = co_await write_system(*core, std::move(b));
  refuse_absent(written);
  if (!written) throw_taken(written.error(), "that address is taken");
  co_return made;
}

task<user> read_user(core_ptr core, user_id id) { co_return (co_await system_records<user>(*core).get(id)).value(); }

task<user> find_user(core_ptr core, std::string email) {
  auto found = co_await user_at(*core, email);
  if (found) co_return std::move(*found);
  normal_email(email);
  throw_not_found();
}

task<std::vector<address_collision>> renew_all_addresses(core_ptr core) { co_return co_await renew_addresses(*core); }

task<page<user>> list_users(core_ptr core, page_request which) {
  auto records = system_records<user>(*core);
  co_return (co_await records.list(records.all(), std::move(which))).value();
}

task<member_role> role_of(core_ptr core, tenant_id tenant, user_id user) {
  co_return (co_await find_membership(*core, tenant, user)).value().role;
}

task<user> suspend_user(core_ptr core, user_id id) {
  auto changed = co_await change_state(*core, id, user_state::suspended, "user.suspend");
  co_await stop_turns(*core, id);
  co_return changed;
}

task<user> resume_user(core_ptr core, user_id id) {
  co_return co_await change_state(*core, id, user_state::active, "user.resume");
}

task<void> set_password_of(core_ptr core, user_id id, secret_string password) {
  auto wanted = normal_password(password.view()).value();
  (co_await system_records<user>(*core).get(id)).value();
  auto const hash = co_await hash_in_pool(*core, std::move(wanted));
  auto const entry = operators_entry(*core, std::nullopt, id, "user.setPassword");
  // The operator's word counts whatever was set meanwhile.
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto before = co_await stored_password(*core, id);
    auto const replaced = co_await as_result(replace_password(*core, id, std::move(before), hash, std::nullopt, entry));
    if (replaced) co_return;
    if (replaced.error().code != errc::conflict) throw error(replaced.error());
  }
  throw error(errc::conflict, "the password kept changing");
}

task<membership> join_tenant(core_ptr core, tenant_id tenant, user_id user, member_role role) {
  auto made = new_membership(*core, tenant, user, role);
  batch b;
  b.add(require_present(tenant));
  b.add(require_present(user));
  b.add(insert(made));
  note_in(b, operators_entry(*core, tenant, user, "member.add", name_of(role)));
  auto const written = co_await write_system(*core, std::move(b));
  refuse_absent(written);
  if (!written) throw_taken(written.error(), "they are a member already");
  co_return made;
}

task<erasure_report> erase_by_operator(core_ptr core, user_id id) {
  auto entry = operators_entry(*core, std::nullopt, id, "user.delete");
  co_return co_await erase_user(*core, id, std::move(entry));
}

}  // namespace

users::users(std::shared_ptr<engine_core> core) : core_(std::move(core)) {}

task<user> users::create(tenant_id tenant, std::string email, member_role role) const {
  return create_user(core_, tenant, std::move(email), role);
}

task<user> users::get(user_id id) const { return read_user(core_, id); }

task<user> users::find(std::string email) const { return find_user(core_, std::move(email)); }

task<std::vector<address_collision>> users::renew_addresses() const { return renew_all_addresses(core_); }

task<page<user>> users::list(page_request which) const { return list_users(core_, std::move(which)); }

task<member_role> users::role(tenant_id tenant, user_id user) const { return role_of(core_, tenant, user); }

task<user> users::suspend(user_id id) const { return suspend_user(core_, id); }

task<user> users::resume(user_id id) const { return resume_user(core_, id); }

task<void> users::set_password(user_id id, secret_string password) const {
  return set_password_of(core_, id, std::move(password));
}

task<membership> users::join(tenant_id tenant, user_id user, member_role role) const {
  return join_tenant(core_, tenant, user, role);
}

task<erasure_report> users::erase(user_id id) const { return erase_by_operator(core_, id); }

}  // namespace sambung
