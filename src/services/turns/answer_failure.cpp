#include "services/turns/answer_failure.hpp"

namespace sambung {

std::optional<failure> failure_of(message const& answer) {
  if (answer.state == message_state::complete || answer.state == message_state::cancelled) return std::nullopt;
  bool const passed_quota =
      answer.state == message_state::incomplete && answer.reason == message_reason::quota_exceeded;
  for (auto const& p : answer.parts)
    if (auto const* fault = std::get_if<error_part>(&p))
      return failure(passed_quota ? errc::quota_exceeded : errc::provider_error, fault->message);
  return failure(errc::unavailable, "the answer broke off");
}

}  // namespace sambung
