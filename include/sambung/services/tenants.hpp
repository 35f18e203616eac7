// tenants and users: the operator's side of identity. Reached by engine::tenants() and engine::users().
#pragma once

#include <sambung/core/page.hpp>
#include <sambung/core/task.hpp>
#include <sambung/records/membership.hpp>
#include <sambung/records/tenant.hpp>
#include <sambung/records/user.hpp>

#include <memory>

namespace sambung {

class engine_core;

// Thread safety: safe to use from any thread. Lifetime: as for chats. Throws sambung::error.
class tenants {
 public:
  explicit tenants(std::shared_ptr<engine_core> core);

  // errc::already_exists when the name is taken.
  task<tenant> create(std::string name);
  task<tenant> get(tenant_id id);
  task<tenant> find(std::string name);
  task<page<tenant>> list(page_request which = page_request());

 private:
  std::shared_ptr<engine_core> core_;
};

// As tenants.
class users {
 public:
  explicit users(std::shared_ptr<engine_core> core);

  // A user and a membership of the tenant, in one step. errc::already_exists when the address is taken.
  task<user> create(tenant_id tenant, std::string email, member_role role = member_role::member);
  task<user> get(user_id id);
  task<user> find(std::string email);
  task<page<user>> list(page_request which = page_request());

  // The user's role in the tenant; errc::not_found when not a member.
  task<member_role> role(tenant_id tenant, user_id user);

 private:
  std::shared_ptr<engine_core> core_;
};

}  // namespace sambung
