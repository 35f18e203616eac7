// tool_questions: asks a user about the calls of one turn, and waits for what they decide.
//
// Each question is a row before anybody hears of it. The row says what was decided, whichever engine took that: this
// one is told at once and looks there, and else looks again with each renewal of a lease.
#pragma once

#include <sambung/records/tool_decision.hpp>
#include <sambung/services/turns/tool.hpp>
#include <sambung/services/turns/turns.hpp>
#include <sambung/storage/batch.hpp>

#include "core/rising_level.hpp"
#include "services/base/engine_core.hpp"

#include <functional>
#include <map>

namespace sambung {

// Thread safety: none, but for look_again(). Lifetime: `core` outlives it.
class tool_questions {
 public:
  using listener = std::function<void(turn_event)>;  // told a tool_approval, and then the tool_decided

  tool_questions(engine_core& core, scope rows, listener tell) : core_(core), rows_(rows), tell_(std::move(tell)) {}

  // Empty when the user agrees, or has agreed before; otherwise why the call may not be made. Cancelling it leaves the
  // question as it is.
  task<std::optional<failure>> ask(tool_call const& call, tool const& by);

  // A decision was stored. Safe to call from any thread.
  void look_again() { decisions_.raise_by(1); }

  // Adds to the batch that ends the turn that nobody is asked any more.
  void withdraw(batch& b) const;

 private:
  task<std::optional<failure>> put(tool_decision asked);
  task<std::optional<failure>> asked_for(tool_decision const& asked, std::vector<tool_decision> const& replaced);
  task<result<bool>> is_agreed(tool_decision const& asked);
  task<result<bool>> is_granted(tool_decision const& asked, std::optional<chat_id> where);
  task<result<std::vector<tool_decision>>> others(tool_decision const& asked, decision_state state);
  task<result<receipt>> store(tool_decision const& asked, std::vector<tool_decision> const& replaced);
  task<std::optional<failure>> wait(tool_decision const& asked);
  task<result<receipt>> use(tool_decision const& decided, message_id answer);
  task<result<receipt>> expire(tool_decision const& asked);

  engine_core& core_;
  scope rows_;
  listener tell_;
  rising_level decisions_;                          // how many were told of
  std::map<tool_decision_id, tool_decision> open_;  // asked, or about to be
};

}  // namespace sambung
