#include "services/accounting/spending.hpp"

#include <algorithm>

namespace sambung {

std::int64_t bounded_sum(std::int64_t a, std::int64_t b) {
  constexpr std::int64_t most = 1'000'000'000'000'000'000;
  return std::clamp(std::clamp(a, -most, most) + std::clamp(b, -most, most), -most, most);
}

spending& spending::operator+=(spending const& more) {
  for_each_integer<spending>([&](auto amount) { this->*amount = bounded_sum(this->*amount, more.*amount); });
  return *this;
}

spending& spending::operator-=(spending const& less) {
  for_each_integer<spending>([&](auto amount) { this->*amount = bounded_sum(this->*amount, -(less.*amount)); });
  return *this;
}

spending spent(payer whose, std::int64_t tokens, std::int64_t cost_microusd) {
  spending out;
  out.tokens = tokens;
  if (whose == payer::platform) out.platform_money = cost_microusd;
  if (whose == payer::tenant) out.tenant_money = cost_microusd;
  return out;
}

spending spent(usage_counter const& used) {
  auto const whose = used.key == key_source::configured ? payer::platform
                     : used.key == key_source::tenant   ? payer::tenant
                                                        : payer::nobody;
  return spent(whose, bounded_sum(used.input_tokens, used.output_tokens), used.cost_microusd);
}

}  // namespace sambung
