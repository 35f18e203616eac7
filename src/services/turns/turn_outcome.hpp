// turn_outcome: how a turn ended, and what its answer becomes by that.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/records/message.hpp>
#include <sambung/records/usage_counter.hpp>

#include "services/accounting/call_meter.hpp"

namespace sambung {

// Why a turn was ended from outside.
enum class turn_interruption { none, stop, shutdown, lease_lost };

struct SAMBUNG_API turn_outcome : answer_end {
  turn_outcome() { state = message_state::incomplete; }

  std::optional<std::string> error;
  std::optional<failure> why;  // that error, with what is not to be shown
  std::vector<usage_counter> counters;

  void charge(bill const& used);
  void interrupt(turn_interruption by);
  void fail(failure with, message_state as);

  // The answer with this as its end.
  message end(message answer) const;
};

}  // namespace sambung
