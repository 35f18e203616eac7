// The API tokens of one user in one tenant.
#pragma once

#include <sambung/records/api_token.hpp>
#include <sambung/storage/collection.hpp>

namespace sambung {

inline query tokens_of(tenant_id tenant, user_id user) {
  query q = collection<api_token>::where(&api_token::tenant_id, tenant);
  return std::move(q).where(where(&api_token::user_id, user));
}

}  // namespace sambung
