// model_facts: what is known of a model without asking anybody.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/time.hpp>
#include <sambung/provider/registry.hpp>
#include <sambung/services/accounting/price_list.hpp>

namespace sambung {

// `of` as the engine tells it, with how much fits into the model and what its tokens cost on the day of `when` (UTC),
// as far as that is known. What a provider has told itself stays. Thread safety: safe to call from any thread.
SAMBUNG_API model_info with_facts(model_info of, provider_registry const& providers, price_list const& prices,
                                  timestamp when);

}  // namespace sambung
