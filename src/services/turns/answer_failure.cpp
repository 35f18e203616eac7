#include "services/turns/answer_failure.hpp"

namespace sambung {

std::optional<failure> failure_of(answer_end const& end, std::optional<std::string> said) {
  if (end.state == message_state::complete || end.state == message_state::cancelled) return std::nullopt;
  auto const own = end.reason ? errc_of(*end.reason) : std::nullopt;
  auto const usual = end.state == message_state::failed ? errc::provider_error : errc::unavailable;
  return failure(own.value_or(usual), std::move(said).value_or("the answer broke off"));
}

std::optional<failure> failure_of(message const& answer) {
  for (auto const& p : answer.parts)
    if (auto const* fault = std::get_if<error_part>(&p)) return failure_of(answer, fault->message);
  return failure_of(answer, std::nullopt);
}

}  // namespace sambung
