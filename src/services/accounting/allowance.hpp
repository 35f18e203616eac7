// allowance: what one user of one tenant may spend: the quotas that limit them, held against the ledgers.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/records/quota.hpp>

#include "services/accounting/ledger.hpp"

#include <memory>
#include <vector>

namespace sambung {

// One quota and what was used of it, in its measure, by whom it limits.
struct quota_state {
  quota what;
  std::int64_t used = 0;
  timestamp resets_at;
};

// Thread safety: safe to use from any thread.
class allowance {
 public:
  allowance() = default;
  allowance(std::shared_ptr<tenant_ledgers> ledgers, user_id user, std::vector<quota> limits);

  bool unlimited() const { return limits_.empty(); }

  // Takes `first` into account as in flight if there is room for it and for something behind it; errc::quota_exceeded
  // otherwise, with which quota and when it begins anew.
  result<void> admit(payer whose, spending const& first, timestamp now) const;
  // Takes more into account; errc::quota_exceeded when that passes a quota.
  result<void> add(payer whose, spending const& more, timestamp now) const;
  // Corrects what is in flight, without a check.
  void adjust(spending const& more, spending const& less) const;

  std::vector<quota_state> states(timestamp now) const;

 private:
  friend class quota_book;
  quota const* passed(payer whose, spending const& more, bool full_counts) const;  // mutex held
  void reserve(spending const& more) const;                                        // mutex held
  void turn_to(timestamp now) const;                                               // mutex held
  ledger const& of(quota const& one) const;                                        // mutex held

  std::shared_ptr<tenant_ledgers> ledgers_;  // null when there is no limit
  ledger* own_ = nullptr;                    // the user's among them
  std::vector<quota> limits_;
};

}  // namespace sambung
