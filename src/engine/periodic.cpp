#include "engine/periodic.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

namespace sambung {
namespace {

using namespace boost::asio::experimental::awaitable_operators;

task<void> repeat(std::weak_ptr<engine_core> weak, rising_level closing, std::shared_ptr<clock> clock,
                  std::chrono::milliseconds interval, periodic_step step) {
  for (;;) {
    co_await (closing.above(0) || clock->sleep(interval));
    auto const core = weak.lock();
    if (!core || closing.value() > 0) co_return;
    co_await as_result(step(*core));
  }
}

}  // namespace

void start_periodic(std::shared_ptr<engine_core> const& core, std::chrono::milliseconds interval, periodic_step step) {
  core->run_in_background(repeat(core, core->closing, core->clock, interval, step));
}

}  // namespace sambung
