// call_meter: what one turn, or one call without a chat, uses: of tokens and of money, held against the quotas while it
// arrives.
#pragma once

#include <sambung/provider/completion.hpp>
#include <sambung/services/accounting/price_list.hpp>

#include "services/accounting/quota_book.hpp"

namespace sambung {

// With what a model is called, and for whom.
struct metered_call {
  metered_call(scope where_, user_id user_, std::string model_, key_source key_)
      : where(where_), user(user_), model(std::move(model_)), key(key_) {}

  scope where;
  user_id user;
  std::string model;  // "provider/model", as it was asked for
  key_source key;
};

// What was used in the end.
struct bill {
  std::optional<token_usage> usage;           // none when nothing was
  std::optional<std::int64_t> cost_microusd;  // none when nothing was used, or no price is known
  std::vector<usage_counter> counters;        // what to add to what is stored: one for each model that was called
};

// Of one turn: any number of calls, one after the other. Thread safety: none. Lifetime: `core` outlives it; what is in
// flight when it goes is forgotten.
class call_meter {
 public:
  // Errors: errc::quota_exceeded when nothing may be spent any more; storage's.
  static task<std::unique_ptr<call_meter>> open(engine_core& core, metered_call what);

  call_meter(engine_core& core, metered_call what, quota_book::allowance_ref from);
  ~call_meter();
  call_meter(call_meter const&) = delete;
  call_meter& operator=(call_meter const&) = delete;

  // Whether a quota limits this at all.
  bool limited() const { return !from_->unlimited(); }
  // Before the first call: sets so much input aside until that begins. errc::quota_exceeded when it uses a quota up.
  result<void> set_aside(std::int64_t input_tokens);

  // A call with about so much input is about to be made; the one before has ended. errc::quota_exceeded when it may not
  // be. `output_tokens`: what it may use up in one piece, where that is known.
  result<void> begin(std::int64_t input_tokens, std::int64_t output_tokens = 0);
  // The vendor has accepted it: it counts even if nothing arrives.
  void accepted() { accepted_ = true; }
  // This call is billed under another name than the one that was asked for; empty: it is not.
  void bill_as(std::string const& model);

  // What arrives.
  void take(completion_event const& event);
  void take(completion const& whole);
  void take(token_usage const& reported, std::string_view raw);

  // Not null once a quota was passed by what arrived: the answer is to end here.
  failure const* exhausted() const { return exhausted_ ? &*exhausted_ : nullptr; }

  // Ends the last call and counts everything. To be called once. Lifetime: that of the meter.
  bill const& finish();
  // The counters of the bill are stored.
  void written() const;

 private:
  payer whose_money() const;
  token_usage estimate() const;
  token_usage used() const;
  std::int64_t price_of(token_usage const& some) const;  // 0 when it is not known
  result<void> reserve(token_usage const& question);
  void hold(token_usage const& some);
  void release();
  void end_call();
  usage_counter& counter();
  spending count(token_usage const& took, usage_counter& counter);

  engine_core& core_;
  metered_call what_;
  quota_book::allowance_ref from_;
  bill sum_;
  bool unpriced_ = false;
  std::optional<failure> exhausted_;
  spending settled_;   // of the calls that ended; in flight for the quotas
  spending reserved_;  // of the present one

  // Of the present call.
  std::string billed_as_;
  price const* price_;
  bool calling_ = false;
  bool accepted_ = false;
  bool finished_ = false;
  std::int64_t input_estimate_ = 0;
  std::size_t bytes_ = 0;
  std::optional<token_usage> reported_;
  std::optional<std::int64_t> reported_cost_;
};

}  // namespace sambung
