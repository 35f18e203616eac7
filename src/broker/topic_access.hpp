// The only way to make a topic: services do, from who acts.
#pragma once

#include <sambung/broker/broker.hpp>

namespace sambung {

struct topic_access {
  static topic member(tenant_id tenant, user_id user) { return topic(tenant, user); }
  static topic tenant(tenant_id tenant) { return topic(tenant, std::nullopt); }
  static topic user(user_id user) { return topic(std::nullopt, user); }
};

}  // namespace sambung
