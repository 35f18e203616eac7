// tenants and users: the operator's side of identity. Reached by engine::tenants() and engine::users().
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/page.hpp>
#include <sambung/core/task.hpp>
#include <sambung/records/membership.hpp>
#include <sambung/records/tenant.hpp>
#include <sambung/records/user.hpp>
#include <sambung/security/secret.hpp>
#include <sambung/services/auth/address_collision.hpp>
#include <sambung/services/base/core_ref.hpp>
#include <sambung/services/erasure/erasure.hpp>

#include <memory>
#include <vector>

namespace sambung {

// Thread safety: safe to use from any thread. Lifetime: as for chats. Throws sambung::error. What takes an authority
// away is felt by every engine on the database within two seconds.
class SAMBUNG_API tenants {
 public:
  // errc::already_exists when the name is taken.
  task<tenant> create(std::string name) const;
  task<tenant> get(tenant_id id) const;
  task<tenant> find(std::string name) const;

  // For an application with a directory of its own: the tenant of this id, or of this key there (external_id), made if
  // it is not there yet; one that is there stays as it is. However many ask at once, there is one. errc::already_exists
  // when another tenant has the name; errc::conflict for one that is being erased; errc::invalid_argument for a nil id.
  task<tenant> ensure(tenant_id id, std::string name) const;
  task<tenant> ensure(std::string external_id, std::string name) const;
  task<tenant> find_external(std::string external_id) const;

  task<page<tenant>> list(page_request which = page_request()) const;

  // errc::already_exists, errc::conflict for a stale revision.
  task<tenant> rename(tenant_id id, std::string name, std::int64_t revision) const;

  // Nobody acts in it until it is resumed; its running turns end. Its owners cannot resume what was suspended here.
  // Both do nothing to one that is so already.
  task<tenant> suspend(tenant_id id) const;
  task<tenant> resume(tenant_id id) const;

  // Erases every row of the tenant, in every table, an application's own included, in bounded batches; then reads each
  // table again. Interrupted, it goes on at the next start, or when called again. Its users stay. errc::data_loss if
  // rows were left.
  task<erasure_report> erase(tenant_id id) const;

 private:
  friend class engine;
  explicit tenants(std::shared_ptr<engine_core> core);

  detail::core_ref core_;
};

// As tenants.
class SAMBUNG_API users {
 public:
  // A user and a membership of the tenant, in one step. errc::already_exists when the address is taken.
  task<user> create(tenant_id tenant, std::string email, member_role role = member_role::member) const;
  task<user> get(user_id id) const;
  // By any spelling of the address: what people read as one is one.
  task<user> find(std::string email) const;

  // As for tenants: a user of the application's own directory, with a name to show (up to 200 bytes) and without an
  // address. They are a member of nothing: see join(), and engine::workspace() for a role that the application gives.
  task<user> ensure(user_id id, std::string name) const;
  task<user> ensure(std::string external_id, std::string name) const;
  task<user> find_external(std::string external_id) const;

  task<page<user>> list(page_request which = page_request()) const;

  // Brings addresses that earlier versions stored to the form in which they are compared, and gives those accounts that
  // it had to leave because another one has the address. Reads every user. engine::start() does it once for a database.
  task<std::vector<address_collision>> renew_addresses() const;

  // The user's role in the tenant; errc::not_found when not a member.
  task<member_role> role(tenant_id tenant, user_id user) const;

  // As for tenants.
  task<user> suspend(user_id id) const;
  task<user> resume(user_id id) const;

  // Sets or replaces the password and ends every session. errc::invalid_argument: see normal_password().
  task<void> set_password(user_id id, secret_string password) const;

  // Makes an existing user a member; errc::already_exists when they are.
  task<membership> join(tenant_id tenant, user_id user, member_role role = member_role::member) const;

  // Erases the user: their chats, messages, usage, keys and tokens in every tenant, sessions, password, memberships and
  // themselves; what they did stays in the audit log under their id, and prompts that they shared with a tenant are its
  // eldest owner's from then on (erasure_report::handed_over). errc::conflict while they are the last owner of a
  // tenant. Otherwise as tenants::erase().
  task<erasure_report> erase(user_id id) const;

 private:
  friend class engine;
  explicit users(std::shared_ptr<engine_core> core);

  detail::core_ref core_;
};

}  // namespace sambung
