#include <sambung/services/tenants.hpp>

#include "services/address.hpp"
#include "services/engine_core.hpp"
#include "storage/scope_access.hpp"

namespace sambung {
namespace {

template <class R>
collection<R> system_records(engine_core& core) {
  return core.records<R>(scope_access::system());
}

[[noreturn]] void throw_taken(failure const& why, char const* what) {
  if (why.code == errc::already_exists) throw error(errc::already_exists, what);
  throw error(why);
}

}  // namespace

tenants::tenants(std::shared_ptr<engine_core> core) : core_(std::move(core)) {}

task<tenant> tenants::create(std::string name) {
  tenant made;
  made.id = core_->ids->next<tenant_id>();
  made.name = std::move(name);
  made.created_at = core_->clock->now();
  auto const written = co_await system_records<tenant>(*core_).write(insert(made));
  if (!written) throw_taken(written.error(), "a tenant of that name exists");
  co_return made;
}

task<tenant> tenants::get(tenant_id id) { co_return (co_await system_records<tenant>(*core_).get(id)).value(); }

task<tenant> tenants::find(std::string name) {
  auto records = system_records<tenant>(*core_);
  co_return (co_await records.first(records.where(&tenant::name, name))).value();
}

task<page<tenant>> tenants::list(page_request which) {
  auto records = system_records<tenant>(*core_);
  co_return (co_await records.list(records.all(), std::move(which))).value();
}

users::users(std::shared_ptr<engine_core> core) : core_(std::move(core)) {}

task<user> users::create(tenant_id tenant, std::string email, member_role role) {
  auto const home = co_await system_records<sambung::tenant>(*core_).get(tenant);
  home.value();
  user made;
  made.id = core_->ids->next<user_id>();
  made.email = normal_address(std::move(email));
  made.created_at = core_->clock->now();
  membership place;
  place.id = core_->ids->next<membership_id>();
  place.tenant_id = tenant;
  place.user_id = made.id;
  place.role = role;
  place.created_at = made.created_at;
  batch b;
  b.add(insert(made));
  b.add(insert(place));
  auto const written = co_await core_->store->write(scope_access::system(), std::move(b));
  if (!written) throw_taken(written.error(), "that address is taken");
  co_return made;
}

task<user> users::get(user_id id) { co_return (co_await system_records<user>(*core_).get(id)).value(); }

task<user> users::find(std::string email) {
  auto records = system_records<user>(*core_);
  auto address = normal_address(std::move(email));
  co_return (co_await records.first(records.where(&user::email, address))).value();
}

task<page<user>> users::list(page_request which) {
  auto records = system_records<user>(*core_);
  co_return (co_await records.list(records.all(), std::move(which))).value();
}

task<member_role> users::role(tenant_id tenant, user_id user) {
  auto records = system_records<membership>(*core_);
  query q = records.where(&membership::user_id, user);
  q = std::move(q).where(where(&membership::tenant_id, tenant));
  co_return (co_await records.first(std::move(q))).value().role;
}

}  // namespace sambung
