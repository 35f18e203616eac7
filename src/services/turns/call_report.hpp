// Telling the catalog how calls of providers end, and the observer of those that fail.
#pragma once

#include <sambung/provider/registry.hpp>
#include <sambung/records/usage_counter.hpp>

#include "services/base/engine_core.hpp"
#include "services/turns/turns_state.hpp"

#include <memory>
#include <string>

namespace sambung {

inline std::string billed_as(std::unique_ptr<completion_stream> const& answer) { return answer->billed_as(); }
template <class T>
std::string billed_as(T const& answer) {
  return answer.billed_as;
}

// One call's. Where a fallback turns to others, each of them fails or succeeds for itself.
// Thread safety: none. Lifetime: the core outlives the call, also where the call goes on behind this.
class call_report {
 public:
  // `who` calls for whom; its name is "provider/model".
  call_report(engine_core& core, failed_part who, key_source key)
      : core_(&core),
        who_(std::move(who)),
        payer_(key == key_source::configured ? call_payer::operators_key : call_payer::another_key) {}

  // Before the call is made.
  void follow(completion_request& call) const {
    call.candidate_failed = [report = *this](std::string_view name, failure const& why) {
      if (!report.core_->providers->providers().contains(provider_of(name))) return;
      *report.told_ = true;
      report.failed(std::string(name), why);
    };
  }

  template <class T>
  void ended(result<T> const& outcome) const {
    if (!outcome && !*told_) failed(who_.name, outcome.error());
    if (!outcome) return;
    auto const other = billed_as(*outcome);
    core_->turns->catalog->succeeded(provider_of(other.empty() ? who_.name : other));
  }

 private:
  static std::string_view provider_of(std::string_view model) { return model.substr(0, model.find('/')); }

  void failed(std::string name, failure const& why) const {
    core_->turns->catalog->failed(provider_of(name), why, payer_);
    if (why.code == errc::cancelled) return;
    auto what = who_;
    what.name = std::move(name);
    what.why = why;
    core_->observer->failed(what);
  }

  engine_core* core_;
  failed_part who_;
  call_payer payer_;
  std::shared_ptr<bool> told_ = std::make_shared<bool>(false);
};

}  // namespace sambung
