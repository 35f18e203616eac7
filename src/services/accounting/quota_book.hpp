// quota_book: what is left of every quota, in memory, so that a call is checked without asking storage.
//
// A ledger holds what a tenant, or one of its users, has spent: what storage had when it was last read and this engine
// had not written, what was settled here since, and what the calls in flight here have used so far. A sole engine reads
// storage once; where there are others it is read again every refresh_interval while calls come, beside them, and what
// the others have in flight is not seen. See docs/guides/accounting.md for by how much a quota can be passed.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/task.hpp>
#include <sambung/records/quota.hpp>
#include <sambung/records/usage_counter.hpp>
#include <sambung/storage/query.hpp>
#include <sambung/storage/scope.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace sambung {

class engine_core;

// Amounts in the measures that quotas have.
struct spending {
  std::int64_t tokens = 0;
  std::int64_t platform_money = 0;  // micro-dollars, with the operator's key
  std::int64_t tenant_money = 0;    // micro-dollars, with a key of the tenant

  spending& operator+=(spending const& more);
  spending& operator-=(spending const& less);
};
BOOST_DESCRIBE_STRUCT(spending, (), (tokens, platform_money, tenant_money))

// Whose money a call spends. A user's own key is nobody's here, and so is a model that costs nothing.
enum class payer { nobody, platform, tenant };

spending spent(payer whose, std::int64_t tokens, std::int64_t cost_microusd);
spending spent(usage_counter const& used);

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

// One quota and what was used of it, in its measure, by whom it limits.
struct quota_state {
  quota what;
  std::int64_t used = 0;
  timestamp resets_at;
};

// What one user of one tenant may spend. Thread safety: safe to use from any thread.
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

// Thread safety: safe to use from any thread. Lifetime: `core` outlives it.
class quota_book {
 public:
  using allowance_ref = std::shared_ptr<allowance const>;
  static constexpr std::size_t capacity = 10'000;
  static constexpr std::chrono::milliseconds refresh_interval{5'000};
  static constexpr std::chrono::milliseconds max_age{10'000};  // what is older is asked for again before it is used

  explicit quota_book(engine_core& core) : core_(core) {}

  // Null when storage must be asked: without waiting and without a coroutine.
  allowance_ref remembered(scope const& where, user_id user);
  // Throws error: storage's failures.
  task<allowance_ref> look_up(scope where, user_id user);

  // Quotas were changed here: everything that is remembered of them is asked for again.
  void forget() { generation_.fetch_add(1); }

  // `used` is known to this engine and will be stored; `reserved` of it was in flight.
  void settle(scope const& where, usage_counter const& used, allowance_ref const& from, spending const& reserved);
  // It is stored.
  void confirm_written(scope const& where, usage_counter const& used);

 private:
  struct place {
    scope where;
    user_id user;
    friend bool operator==(place const&, place const&) = default;
  };
  struct place_hash {
    std::size_t operator()(place const& p) const { return std::hash<user_id>()(p.user); }
  };
  struct entry {
    allowance_ref what;
    std::uint64_t generation = 0;
    timestamp refresh_at;
    timestamp until;
  };

  task<void> refresh(std::shared_ptr<engine_core> core, scope where, user_id user);
  task<std::vector<quota>> limits_of(scope where, user_id user) const;
  task<void> load(scope where, std::shared_ptr<tenant_ledgers> ledgers, quota_subject whose, user_id user);
  task<spending> sum(scope where, query which) const;
  std::shared_ptr<tenant_ledgers> ledgers_of(scope const& where);
  std::shared_ptr<tenant_ledgers> known_ledgers(scope const& where) const;
  void keep(place where, entry what);

  engine_core& core_;
  std::atomic<std::uint64_t> generation_ = 0;
  mutable std::mutex mutex_;
  std::unordered_map<place, entry, place_hash> entries_;
  std::map<scope, std::shared_ptr<tenant_ledgers>> ledgers_;
};

}  // namespace sambung
