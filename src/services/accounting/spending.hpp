// spending: what calls use up, in the measures that quotas have.
#pragma once

#include <sambung/records/usage_counter.hpp>

#include <cstdint>

namespace sambung {

// Amounts in the measures that quotas have.
struct spending {
  std::int64_t tokens = 0;
  std::int64_t platform_money = 0;  // micro-dollars, with the operator's key
  std::int64_t tenant_money = 0;    // micro-dollars, with a key of the tenant

  spending& operator+=(spending const& more);
  spending& operator-=(spending const& less);
};
BOOST_DESCRIBE_STRUCT(spending, (), (tokens, platform_money, tenant_money))

// Whose money a call spends. A user's own key is nobody's here, and so is a model that costs nothing.
enum class payer { nobody, platform, tenant };

spending spent(payer whose, std::int64_t tokens, std::int64_t cost_microusd);
spending spent(usage_counter const& used);

// Never past what can be added to again: amounts come from vendors.
std::int64_t bounded_sum(std::int64_t a, std::int64_t b);

}  // namespace sambung
