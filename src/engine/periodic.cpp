#include "engine/periodic.hpp"

#include "core/caught.hpp"
#include "core/first_of.hpp"

namespace sambung {
namespace {

task<void> take(engine_core& core, periodic_step step) {
  std::exception_ptr thrown;
  try {
    co_await step.take(core);
  } catch (...) {
    thrown = std::current_exception();
  }
  if (!thrown) co_return;
  failed_part what(engine_part::periodic, step.name, caught(thrown));
  if (what.why.code != errc::unavailable) core.observer->failed(what);
}

task<void> repeat(std::weak_ptr<engine_core> weak, rising_level closing, std::shared_ptr<clock> clock,
                  std::chrono::milliseconds first, std::chrono::milliseconds interval, periodic_step step) {
  for (auto wait = first;; wait = interval) {
    co_await first_of(closing.above(0), clock->sleep(wait));
    auto const core = weak.lock();
    if (!core || closing.value() > 0) co_return;
    co_await take(*core, step);
  }
}

}  // namespace

void start_periodic(std::shared_ptr<engine_core> const& core, std::chrono::milliseconds interval, periodic_step step) {
  start_periodic(core, interval, interval, step);
}

void start_periodic(std::shared_ptr<engine_core> const& core, std::chrono::milliseconds first,
                    std::chrono::milliseconds interval, periodic_step step) {
  core->run_in_background(repeat(core, core->closing, core->clock, first, interval, step));
}

}  // namespace sambung
