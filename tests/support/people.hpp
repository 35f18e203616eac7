// Users with passwords, and what happens to them, for tests of who is let in.
#pragma once

#include "support/desk.hpp"
#include "support/eventually.hpp"
#include "support/together.hpp"

#include <sambung/records/audit_entry.hpp>
#include <sambung/records/password.hpp>
#include <sambung/records/security_epoch.hpp>
#include <sambung/testing/manual_clock.hpp>

namespace sambung::tests {

inline constexpr auto right_password = "correct horse";

inline secret_string secret(std::string_view text) { return secret_string(std::string(text)); }

template <class R>
collection<R> stored(desk& d) {
  return d.system_records<R>();
}

template <class R>
std::vector<R> all_stored(desk& d) {
  return d.all_of<R>();
}

// Changes what is stored, as another engine on the same database would.
inline void elsewhere(desk& d, change one) {
  security_epoch revoked;
  revoked.count = 1;
  batch b;
  b.add(std::move(one));
  b.add(increment(revoked, &security_epoch::count));
  sync_wait(d.storage->write(testing::system_scope(), std::move(b))).value();
}

inline void set_state(desk& d, user_id who, user_state state) {
  elsewhere(d, update<user>(who).set(&user::state, state));
}
inline void set_state(desk& d, tenant_id which, tenant_state state) {
  elsewhere(d, update<tenant>(which).set(&tenant::state, state));
}

inline membership membership_of(desk& d, tenant_id where_, user_id who) {
  query q = stored<membership>(d).where(&membership::user_id, who);
  q = std::move(q).where(where(&membership::tenant_id, where_));
  return sync_wait(stored<membership>(d).first(std::move(q))).value();
}

inline void give_password(desk& d, user_id who, std::string const& typed, int cost = min_password_cost) {
  password made;
  made.user_id = who;
  made.hash = hash_password(normal_password(typed).value(), cost, *system_random());
  sync_wait(stored<password>(d).write(insert(made))).value();
}

// A user of the desk's tenant who can sign in as NAME@TENANT.example.
inline user_id add_person(desk& d, std::string const& name, std::string const& typed = right_password) {
  auto const id = d.add_user(name);
  give_password(d, id, typed);
  return id;
}

// Makes the user a member of one more tenant.
inline tenant_id add_tenant(desk& d, user_id who, std::string const& name, member_role role = member_role::member) {
  membership place;
  place.id =
      membership_id{d.engine->workspace(principal::trusted(d.tenant, who, member_role::owner)).new_id<membership_id>()};
  place.tenant_id = sync_wait(d.engine->tenants().create(name)).id;
  place.user_id = who;
  place.role = role;
  sync_wait(stored<membership>(d).write(insert(place))).value();
  return place.tenant_id;
}

// Why `operation` failed. It must.
template <class T>
failure failure_of(task<T> operation) {
  auto const outcome = sync_wait(as_result(std::move(operation)));
  return outcome ? failure(errc::internal, "it did not fail") : outcome.error();
}

inline std::vector<std::string> audited_actions(desk& d) {
  std::vector<std::string> actions;
  for (auto const& entry : all_stored<audit_entry>(d)) actions.push_back(entry.action);
  return actions;
}

// Runs `make(i)` for 0 to `count` - 1 on several threads at once.
template <class Make>
auto at_once(std::size_t count, Make make) {
  std::vector<decltype(make(count))> operations;
  for (std::size_t i = 0; i < count; ++i) operations.push_back(make(i));
  return together(std::move(operations));
}

using test::eventually;

}  // namespace sambung::tests
