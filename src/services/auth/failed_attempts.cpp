#include "services/auth/failed_attempts.hpp"

#include "services/auth/active_membership.hpp"
#include "services/auth/auth_state.hpp"
#include "services/base/audit_log.hpp"
#include "services/base/system_records.hpp"

#include <algorithm>

namespace sambung {
namespace {

// Between two entries about one account.
constexpr std::chrono::minutes pause{10};
// Accounts that are told apart; those beyond are counted together.
constexpr std::size_t max_accounts = 1'000;
constexpr double hour_ms = 3'600'000;

std::string words_for(std::int64_t attempts) {
  return attempts == 1 ? std::string() : std::to_string(attempts) + " attempts";
}

audit_entry entry_for(engine_core const& core, failed_attempt const& what, std::int64_t attempts,
                      std::optional<tenant_id> where) {
  audit_note note(what.action, what.user ? to_string(*what.user) : std::string(), words_for(attempts));
  auto entry = entry_of(core, where, std::move(note));
  entry.authenticated_by.clear();  // nobody has proved who they are
  entry.address = what.address.substr(0, 64);
  return entry;
}

task<std::optional<tenant_id>> tenant_of(engine_core const& core, failed_attempt const& what) {
  if (what.tenant || !what.user) co_return what.tenant;
  auto const place = co_await oldest_active_membership(core, *what.user);
  if (!place) co_return std::nullopt;
  co_return place->tenant;
}

}  // namespace

bool failed_attempts::take_from_budget(engine_core const& core) {
  auto const now = core.clock->now();
  auto const most = static_cast<double>(core.auth->options.audited_failures);
  auto const passed = static_cast<double>(std::max((now - filled_).count(), timestamp::duration::rep{0}));
  budget_ = budget_ < 0 ? most : std::min(most, budget_ + passed * most / hour_ms);
  filled_ = now;
  if (budget_ < 1) return false;
  budget_ -= 1;
  return true;
}

void failed_attempts::note(engine_core& core, failed_attempt one) {
  auto const now = core.clock->now();
  {
    std::lock_guard const lock(mutex_);
    place at(one.action, one.user);
    if (accounts_.size() >= max_accounts && !accounts_.contains(at)) at.second.reset();
    auto& known = accounts_[at];
    known.address = one.address;
    known.tenant = one.tenant;
    bool const told = at.second == one.user && now >= known.due && take_from_budget(core);
    if (!told) {
      ++known.left_out;
      return;
    }
    known.due = now + pause;
  }
  core.run_in_background(write_one(core.shared_from_this(), std::move(one), 1));
}

std::vector<failed_attempts::due_entry> failed_attempts::collect(engine_core& core, bool all) {
  auto const now = core.clock->now();
  std::vector<due_entry> due;
  std::lock_guard const lock(mutex_);
  for (auto it = accounts_.begin(); it != accounts_.end();) {
    auto& [at, known] = *it;
    if (!all && now < known.due) {
      ++it;
      continue;
    }
    if (known.left_out > 0) {
      if (!take_from_budget(core)) {
        ++it;
        continue;
      }
      due.push_back({failed_attempt(at.first, at.second, known.tenant, known.address), known.left_out});
      known.left_out = 0;
      known.due = now + pause;
      ++it;
    } else {
      it = accounts_.erase(it);
    }
  }
  return due;
}

task<void> failed_attempts::write_one(std::shared_ptr<engine_core> core, failed_attempt what, std::int64_t attempts) {
  auto const where = co_await tenant_of(*core, what);
  batch b;
  note_in(b, entry_for(*core, what, attempts, where));
  (co_await write_system(*core, std::move(b))).value();
}

task<void> failed_attempts::write(engine_core& core, std::vector<due_entry> all) {
  for (auto& one : all) co_await write_one(core.shared_from_this(), std::move(one.what), one.attempts);
}

task<void> failed_attempts::write_due(engine_core& core) {
  auto due = collect(core, false);
  co_await write(core, std::move(due));
}

task<void> failed_attempts::write_all(engine_core& core) {
  auto due = collect(core, true);
  co_await write(core, std::move(due));
}

}  // namespace sambung
