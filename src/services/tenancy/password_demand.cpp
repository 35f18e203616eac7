#include "services/tenancy/password_demand.hpp"

#include <sambung/records/user.hpp>

#include "services/auth/password_attempt.hpp"
#include "services/base/system_records.hpp"

namespace sambung {

task<void> demand_password(engine_core& core, identity const& who, std::optional<password> const& stored,
                           secret_string typed, password_use what) {
  if (!stored && who.how() == authentication::trusted) co_return;
  auto const me = (co_await system_records<user>(core).get(who.user())).value();
  auto account = me.email.value_or(to_string(me.id));
  auto const attempt = co_await password_attempt::at(core, std::move(account), who.origin().get());
  auto hash = stored ? stored->hash : std::string();
  auto const check = co_await attempt.check(std::move(hash), std::move(typed));
  if (check.right) co_return;
  std::optional<tenant_id> where;
  if (who.place()) where = who.place()->tenant;
  attempt.failed(std::string(what.action) + ".failed", me.id, where);
  std::vector<issue> issues;
  issues.push_back({what.path, "is wrong"});
  throw error(failure(errc::invalid_argument, "the password is wrong", std::move(issues)));
}

}  // namespace sambung
