// principal: who acts.
#pragma once

#include <sambung/records/membership.hpp>

namespace sambung {

enum class authentication { trusted, api_token };

// One user in one tenant, with a role.
class principal {
 public:
  // For an embedding application that has already established who its user is.
  static principal trusted(tenant_id tenant, user_id user, member_role role = member_role::owner) {
    return principal(tenant, user, role, authentication::trusted);
  }

  principal(tenant_id tenant, user_id user, member_role role, authentication how)
      : tenant_(tenant), user_(user), role_(role), how_(how) {}

  tenant_id const& tenant() const { return tenant_; }
  user_id const& user() const { return user_; }
  member_role role() const { return role_; }
  authentication how() const { return how_; }

 private:
  tenant_id tenant_;
  user_id user_;
  member_role role_;
  authentication how_;
};

}  // namespace sambung
