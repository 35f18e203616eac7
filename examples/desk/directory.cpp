#include "directory.hpp"

namespace helpdesk {

using namespace sambung;

task<void> directory::enroll(engine& engine) {
  quota_key const daily(quota_subject::tenant, quota_period::day, quota_measure::tokens);
  std::map<std::string, tenant_id> tenants;
  for (auto const& one : companies_) {
    auto const tenant = co_await engine.tenants().ensure(one.key, one.name);
    co_await engine.quotas(tenant.id).set(daily, one.tokens_a_day);
    tenants[one.key] = tenant.id;
  }
  for (auto const& one : agents_) {
    auto const user = co_await engine.users().ensure(one.key, one.name);
    tenant_place const place(tenants.at(one.company), one.role);
    by_session_.insert_or_assign(one.session, identity::trusted(user.id, place));
  }
}

std::optional<identity> directory::signed_in(std::string_view session) const {
  auto const found = by_session_.find(session);
  if (found == by_session_.end()) return std::nullopt;
  return found->second;
}

}  // namespace helpdesk
