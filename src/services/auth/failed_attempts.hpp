// failed_attempts: passwords that were wrong, for the audit log. However many there are, the log grows by no more than
// auth_options::audited_failures entries in an hour, and none is forgotten: what has no entry of its own is counted,
// and told by a later one.
#pragma once

#include <sambung/core/id.hpp>
#include <sambung/core/task.hpp>
#include <sambung/core/time.hpp>

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace sambung {

class engine_core;

struct failed_attempt {
  failed_attempt(std::string action_, std::optional<user_id> user_, std::optional<tenant_id> tenant_,
                 std::string address_)
      : action(std::move(action_)), user(user_), tenant(tenant_), address(std::move(address_)) {}

  std::string action;               // "auth.signIn.failed"
  std::optional<user_id> user;      // whose password; empty: nobody has that address
  std::optional<tenant_id> tenant;  // where they acted; empty: the tenant that they are in first is told
  std::string address;              // of the client
};

// Thread safety: safe to use from any thread.
class failed_attempts {
 public:
  // The first at an account for some time has its entry at once, written in the background so that nobody can tell by
  // the time whether there is such an account.
  void note(engine_core& core, failed_attempt one);

  // Writes the entries that are due for what was only counted.
  task<void> write_due(engine_core& core);
  // The same of all that was counted, before the engine ends.
  task<void> write_all(engine_core& core);

 private:
  struct counted {
    std::string address;              // of the last one
    std::optional<tenant_id> tenant;  // of the last one
    std::int64_t left_out = 0;        // since the last entry
    timestamp due;                    // when there may be another entry
  };
  // By action and user; nobody's together.
  using place = std::pair<std::string, std::optional<user_id>>;
  struct due_entry {
    failed_attempt what;
    std::int64_t attempts;
  };

  bool take_from_budget(engine_core const& core);
  std::vector<due_entry> collect(engine_core& core, bool all);
  task<void> write(engine_core& core, std::vector<due_entry> all);
  static task<void> write_one(std::shared_ptr<engine_core> core, failed_attempt what, std::int64_t attempts);

  std::mutex mutex_;
  std::map<place, counted> accounts_;
  double budget_ = -1;  // entries that may be written now; below 0: not asked yet
  timestamp filled_;    // when it was so
};

}  // namespace sambung
