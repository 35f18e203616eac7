// Telling the catalog how calls of providers end, and the observer of those that fail.
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

// `who` calls for whom; its name is "provider/model". An answer may be another one's, to whom a fallback turned.
template <class T>
void report_call(engine_core& core, failed_part const& who, result<T> const& outcome, key_source key) {
  std::string_view model = who.name;
  auto const other = outcome ? billed_as(*outcome) : std::string();
  if (!other.empty()) model = other;
  auto const provider = model.substr(0, model.find('/'));
  auto const payer = key == key_source::configured ? call_payer::operators_key : call_payer::another_key;
  if (outcome) core.turns->catalog->succeeded(provider);
  else core.turns->catalog->failed(provider, outcome.error(), payer);
  if (outcome || outcome.error().code == errc::cancelled) return;
  auto what = who;
  what.why = outcome.error();
  core.observer->failed(what);
}

}  // namespace sambung
