// accounting_state: what an engine keeps to count what is used.
#pragma once

#include <sambung/services/accounting/price_list.hpp>

#include "services/accounting/quota_book.hpp"
#include "services/accounting/usage_meter.hpp"

namespace sambung {

struct accounting_state {
  accounting_state(engine_core& core, price_list prices_) : prices(std::move(prices_)), usage(core), quotas(core) {}

  price_list prices;
  usage_meter usage;
  quota_book quotas;
};

}  // namespace sambung
