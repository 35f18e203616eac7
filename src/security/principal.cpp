#include <sambung/security/principal.hpp>

#include "core/demand_id.hpp"

#include <utility>

namespace sambung {

request_origin::request_origin() = default;
request_origin::request_origin(std::string address_, std::string user_agent_)
    : address(std::move(address_)), user_agent(std::move(user_agent_)) {}

principal::principal() noexcept = default;
principal::principal(tenant_id tenant, user_id user, member_role role, authentication how, permission_set scopes)
    : tenant_(tenant), user_(user), role_(role), how_(how), scopes_(scopes) {}

principal principal::trusted(tenant_id tenant, user_id user, member_role role) {
  demand_id(tenant.value, "tenant");
  demand_id(user.value, "user");
  return principal(tenant, user, role, authentication::trusted);
}

bool principal::may(permission wanted) const {
  bool const held = is_own(wanted) ? own_.has(wanted) : allows(role_, wanted);
  return held && (wanted == permission::none || scopes_.has(wanted));
}

principal principal::from(std::shared_ptr<request_origin const> origin) const {
  auto same = *this;
  same.origin_ = std::move(origin);
  return same;
}

identity::identity() noexcept = default;
identity::identity(user_id user, authentication how, std::optional<tenant_place> place, permission_set scopes,
                   std::optional<session_id> session)
    : user_(user), how_(how), place_(place), scopes_(scopes), session_(session) {}

identity identity::trusted(user_id user, std::optional<tenant_place> place) {
  demand_id(user.value, "user");
  return identity(user, authentication::trusted, place);
}

identity identity::by_token(token_id token) const {
  auto same = *this;
  same.token_ = token;
  return same;
}

identity identity::until(timestamp expires_at) const {
  auto same = *this;
  same.expires_at_ = expires_at;
  return same;
}

bool identity::may(permission wanted) const {
  if (wanted == permission::none) return true;
  if (!scopes_.has(wanted)) return false;
  if (is_own(wanted)) return own_.has(wanted);
  return wanted == permission::account || (place_ && allows(place_->role, wanted));
}

std::optional<principal> identity::acting() const {
  if (!place_) return std::nullopt;
  auto one = principal(place_->tenant, user_, place_->role, how_, scopes_).from(origin_);
  one.own_ = own_;
  return one;
}

identity identity::from(std::shared_ptr<request_origin const> origin) const {
  auto same = *this;
  same.origin_ = std::move(origin);
  return same;
}

}  // namespace sambung
