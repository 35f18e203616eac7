// quota_book: what is left of every quota, in memory, so that a call is checked without asking storage.
//
// A sole engine reads storage once; where there are others it is read again every refresh_interval while calls come,
// beside them, and what the others have in flight is not seen. See docs/guides/accounting.md for by how much a quota
// can be passed.
#pragma once

#include <sambung/core/task.hpp>
#include <sambung/storage/query.hpp>
#include <sambung/storage/scope.hpp>

#include "services/accounting/allowance.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace sambung {

class engine_core;

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
