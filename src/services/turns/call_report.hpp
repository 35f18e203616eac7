// Telling the catalog how calls of providers end.
#pragma once

#include <sambung/records/usage_counter.hpp>

#include "services/base/engine_core.hpp"
#include "services/turns/turns_state.hpp"

namespace sambung {

inline std::string billed_as(std::unique_ptr<completion_stream> const& answer) { return answer->billed_as(); }
template <class T>
std::string billed_as(T const& answer) {
  return answer.billed_as;
}

// `model` is "provider/model"; an answer may be another one's, to whom a fallback turned.
template <class T>
void report_call(engine_core& core, std::string_view model, result<T> const& outcome, key_source key) {
  auto const other = outcome ? billed_as(*outcome) : std::string();
  if (!other.empty()) model = other;
  auto const provider = model.substr(0, model.find('/'));
  auto const payer = key == key_source::configured ? call_payer::operators_key : call_payer::another_key;
  if (outcome) core.turns->catalog->succeeded(provider);
  else core.turns->catalog->failed(provider, outcome.error(), payer);
}

}  // namespace sambung
