#include <sambung/services/accounting/quotas.hpp>

#include "core/enum_name.hpp"
#include "services/accounting/accounting_state.hpp"
#include "services/accounting/quota_book.hpp"
#include "services/base/access.hpp"
#include "services/base/audit_log.hpp"
#include "services/base/memberships.hpp"
#include "services/base/system_records.hpp"

namespace sambung {
namespace {

constexpr std::int64_t most = 1'000'000'000'000'000;

std::string words_for(quota_key const& which) {
  auto const subject = which.user_id ? to_string(*which.user_id) : name_of(which.subject);
  return subject + '/' + name_of(which.period) + '/' + name_of(which.measure);
}

// The operator may everything; a caller what their role allows.
task<scope> reach(engine_core& core, std::optional<principal> const& who, tenant_id tenant, permission wanted) {
  if (!who) co_return tenant_rows(tenant);
  co_return (co_await access_of(core, *who, wanted)).scope;
}

quota_authority authority_of(std::optional<principal> const& who) {
  return who ? quota_authority::tenant : quota_authority::platform;
}

void check(quota_key const& which) {
  bool const of_user = which.subject == quota_subject::user;
  if (of_user == which.user_id.has_value()) return;
  std::string const fault = of_user ? "required for a user's quota" : "only for a user's quota";
  throw error(failure(errc::invalid_argument, "userId: " + fault, {{"userId", fault}}));
}

void check(std::int64_t limit) {
  if (limit >= 0 && limit <= most) return;
  auto const fault = "must be 0 to " + std::to_string(most);
  throw error(failure(errc::invalid_argument, "limit: " + fault, {{"limit", fault}}));
}

audit_entry entry_for(engine_core const& core, tenant_id tenant, std::optional<principal> const& who, audit_note note) {
  return who ? entry_of(core, *who, std::move(note)) : entry_of(core, std::optional(tenant), std::move(note));
}

// Before the change, in a batch of its own: audit entries are the system's, quotas the tenant's.
task<void> put_down(engine_core& core, audit_entry entry) {
  batch b;
  note_in(b, entry);
  (co_await write_system(core, std::move(b))).value();
}

change changed(quota const& to, std::optional<quota> const& seen) {
  if (!seen) return insert(to);
  return update<quota>(to.id)
      .set(&quota::limit, to.limit)
      .set(&quota::updated_at, to.updated_at)
      .set(&quota::revision, to.revision)
      .when(&quota::revision, seen->revision);
}

quota_status shown(quota_state const& state) {
  quota_status out;
  out.authority = state.what.authority;
  out.subject = state.what.subject;
  out.period = state.what.period;
  out.measure = state.what.measure;
  out.limit = state.what.limit;
  out.used = state.used;
  out.resets_at = state.resets_at;
  return out;
}

task<quota> set_quota(core_ptr core, tenant_id home, std::optional<principal> who, quota_key which,
                      std::int64_t limit) {
  auto const where = co_await reach(*core, who, home, permission::quota_manage);
  check(which);
  check(limit);
  if (which.user_id) {
    auto const place = co_await find_membership(*core, home, *which.user_id);
    place.value();
  } else if (!who) {
    (co_await system_records<tenant>(*core).get(home)).value();
  }
  audit_note note("quota.set", words_for(which), std::to_string(limit));
  co_await put_down(*core, entry_for(*core, home, who, std::move(note)));
  auto const records = core->records<quota>(where);
  quota made;
  made.authority = authority_of(who);
  made.subject = which.subject;
  made.user_id = which.user_id;
  made.period = which.period;
  made.measure = which.measure;
  made.limit = limit;
  made.id = name_of(made.authority) + '/' + words_for(which);
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto const seen = if_found(co_await records.get(made.id));
    made.revision = seen ? seen->revision + 1 : 1;
    made.updated_at = core->clock->now();
    auto const written = co_await records.write(changed(made, seen));
    core->accounting->quotas.forget();
    if (written) co_return made;
    auto const code = written.error().code;
    if (code != errc::conflict && code != errc::already_exists && code != errc::not_found) throw error(written.error());
  }
  throw error(errc::conflict, "the quota kept changing");
}

task<void> remove_quota(core_ptr core, tenant_id home, std::optional<principal> who, quota_key which) {
  auto const where = co_await reach(*core, who, home, permission::quota_manage);
  check(which);
  auto const records = core->records<quota>(where);
  auto const id = name_of(authority_of(who)) + '/' + words_for(which);
  auto const seen = co_await records.get(id);
  seen.value();
  audit_note note("quota.remove", words_for(which));
  co_await put_down(*core, entry_for(*core, home, who, std::move(note)));
  auto const written = co_await records.write(erase<quota>(id));
  core->accounting->quotas.forget();
  written.value();
}

task<page<quota>> list_quotas(core_ptr core, tenant_id home, std::optional<principal> who, page_request which) {
  auto const where = co_await reach(*core, who, home, permission::usage_tenant);
  auto const records = core->records<quota>(where);
  co_return (co_await records.list(records.all(), std::move(which))).value();
}

task<std::vector<quota_status>> quotas_of(core_ptr core, tenant_id home, std::optional<principal> who, user_id user) {
  bool const own = who && user == who->user();
  auto const where = co_await reach(*core, who, home, own ? permission::usage_own : permission::usage_tenant);
  auto const found = co_await core->accounting->quotas.look_up(where, user);
  std::vector<quota_status> all;
  for (auto const& one : found->states(core->clock->now())) all.push_back(shown(one));
  co_return all;
}

task<std::vector<quota_status>> quotas_of_caller(core_ptr core, tenant_id home, std::optional<principal> who) {
  if (!who) throw error(errc::invalid_argument, "the operator has no quota: ask of(user)");
  auto const user = who->user();
  co_return co_await quotas_of(std::move(core), home, std::move(who), user);
}

}  // namespace

record_description describe_record(record_of<quota_key>) { return record<quota_key>(); }

quotas::quotas(std::shared_ptr<engine_core> core, tenant_id tenant) : core_(std::move(core)), tenant_(tenant) {}

quotas::quotas(std::shared_ptr<engine_core> core, principal who)
    : core_(std::move(core)), tenant_(who.tenant()), who_(std::move(who)) {}

task<quota> quotas::set(quota_key which, std::int64_t limit) const {
  return set_quota(core_, tenant_, who_, std::move(which), limit);
}

task<void> quotas::remove(quota_key which) const { return remove_quota(core_, tenant_, who_, std::move(which)); }

task<page<quota>> quotas::list(page_request which) const { return list_quotas(core_, tenant_, who_, std::move(which)); }

task<std::vector<quota_status>> quotas::mine() const { return quotas_of_caller(core_, tenant_, who_); }

task<std::vector<quota_status>> quotas::of(user_id user) const { return quotas_of(core_, tenant_, who_, user); }

}  // namespace sambung
