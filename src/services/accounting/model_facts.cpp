#include <sambung/services/accounting/model_facts.hpp>

#include <utility>

namespace sambung {

model_info with_facts(model_info of, provider_registry const& providers, price_list const& prices, timestamp when) {
  auto const found = providers.find_model(of.id);
  if (!found) return of;
  auto const known = found->provider->capabilities(found->model);
  if (!of.context_tokens) of.context_tokens = known.context_tokens;
  if (!of.max_output_tokens) of.max_output_tokens = known.max_output_tokens;
  if (auto const* price = prices.find(found->full_name, when)) of.price = *price;
  return of;
}

}  // namespace sambung
