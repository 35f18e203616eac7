// patience: what storage cannot do for a moment is tried again; a turn must not end for it.
#pragma once

#include "services/base/engine_core.hpp"
#include "services/turns/turns_state.hpp"

#include <algorithm>
#include <type_traits>

namespace sambung {

// Repeats `call`, which gives a task of a result, while it is errc::unavailable, up to turn_options::storage_patience.
template <class F>
auto patiently(engine_core& core, F call) -> std::invoke_result_t<F&> {
  auto const give_up = core.clock->now() + core.turns->options.storage_patience;
  auto pause = std::chrono::milliseconds(10);
  for (;;) {
    auto answer = co_await call();
    if (answer || answer.error().code != errc::unavailable || core.clock->now() >= give_up) co_return answer;
    co_await core.clock->sleep(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(1'000));
  }
}

}  // namespace sambung
