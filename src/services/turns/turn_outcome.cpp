#include "services/turns/turn_outcome.hpp"

#include "core/storable.hpp"

#include <boost/describe/enum_to_string.hpp>

namespace sambung {
namespace {

constexpr std::size_t max_error_bytes = 4'096;

}  // namespace

void turn_outcome::charge(bill const& used) {
  usage = used.usage;
  cost_microusd = used.cost_microusd;
  counters = used.counters;
}

void turn_outcome::interrupt(turn_interruption by) {
  if (by == turn_interruption::stop) state = message_state::cancelled;
  if (by == turn_interruption::shutdown) reason = message_reason::shutdown;
  if (by == turn_interruption::lease_lost) reason = message_reason::lease_lost;
}

void turn_outcome::fail(failure with, message_state as) {
  state = as;
  reason = reason_of(with.code);
  error = with.message.substr(0, max_error_bytes);
  make_storable(*error);
  why = std::move(with);
}

message turn_outcome::end(message answer) const {
  static_cast<answer_end&>(answer) = *this;
  if (error) {
    auto const* code = boost::describe::enum_to_string(reason.value_or(message_reason::internal), "internal");
    answer.parts.push_back(error_part{code, *error, {}});
  }
  return answer;
}

}  // namespace sambung
