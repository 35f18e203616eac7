// ledger: what a tenant, or one of its users, has spent: what storage had when it was last read and this engine had not
// written, what was settled here since, and what the calls in flight here have used so far.
#pragma once

#include <sambung/records/quota.hpp>

#include "services/accounting/spending.hpp"

#include <map>
#include <mutex>
#include <string>

namespace sambung {

// What one holder has spent today and this month. Thread safety: none.
class ledger {
 public:
  // What storage was asked for: everything of the month before `day`, and of the day itself.
  struct stored {
    spending before_day;
    spending day;
  };

  // Goes on to a new day; what others added to the days before is then not known.
  void turn_to(timestamp now);
  void turn_to(std::string const& day);
  bool is_known() const { return known_; }
  bool knows_past() const { return past_known_; }
  spending const& written() const { return written_; }
  // `written_before`: what written() was when storage was asked.
  void learn(stored const& found, spending const& written_before);

  void settle(std::string const& day, spending const& used);
  void confirm_written(std::string const& day, spending const& used);
  void reserve(spending const& more) { in_flight_ += more; }
  void release(spending const& less) { in_flight_ -= less; }
  bool has_unwritten() const { return own_.tokens != written_.tokens; }

  spending in(quota_period period) const;

 private:
  std::string day_;
  timestamp day_ends_ = timestamp::min();
  spending past_;       // this month before day_
  spending others_;     // of day_: in storage, and not from here
  spending own_;        // of day_: settled here
  spending written_;    // of own_: in storage
  spending in_flight_;  // of calls that have not ended
  bool known_ = false;
  bool past_known_ = false;
};

// The ledgers of one tenant.
struct tenant_ledgers {
  std::mutex mutex;
  ledger whole;
  std::map<user_id, ledger> users;

  // With the mutex held.
  ledger& of(quota_subject subject, user_id user) { return subject == quota_subject::tenant ? whole : users[user]; }
};

}  // namespace sambung
