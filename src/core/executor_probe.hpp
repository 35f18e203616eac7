// executor_probe: whether anybody runs an executor.
#pragma once

#include <sambung/core/clock.hpp>
#include <sambung/core/run_on.hpp>

#include "core/context_hold.hpp"
#include "core/first_of.hpp"
#include "core/rising_level.hpp"

#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>

#include <string>

namespace sambung {

namespace detail {

inline task<bool> race_with_real_time(std::chrono::milliseconds limit, task<void> what) {
  auto const real = system_clock();
  auto over = real->sleep(limit);
  co_return co_await first_of(std::move(what), std::move(over));
}

}  // namespace detail

// Completes when `what` has, or false after so much time by the system's clock, whatever clock is used otherwise.
// `what` is cancelled then. On any executor.
inline task<bool> within_real_time(std::chrono::milliseconds limit, task<void> what) {
  auto const home = co_await boost::asio::this_coro::executor;
  auto const strand = boost::asio::make_strand(home);
  auto racing = detail::race_with_real_time(limit, std::move(what));
  auto running = run_on(strand, std::move(racing));
  co_return co_await std::move(running);
}

inline failure nobody_runs_executor(std::string const& whose, errc code = errc::unavailable) {
  return {code, "no thread runs the " + whose + "'s executor, or something blocks it"};
}

// From its making on. Nobody runs an executor that is null. Thread safety: safe to use from any thread.
class executor_probe {
 public:
  explicit executor_probe(boost::asio::any_io_executor executor) {
    if (!executor) return;
    post_home(std::move(executor), [ran = ran_]() mutable { ran.raise_to(1); });
  }

  task<bool> answered_within(std::chrono::milliseconds limit) const { return within_real_time(limit, ran_.above(0)); }

 private:
  rising_level ran_;
};

inline constexpr std::chrono::milliseconds executor_patience{5'000};

// Completes when what `wait` makes has, which only an engine's executor brings about. Throws error(errc::unavailable)
// when nobody runs that, so that nobody waits for ever.
template <class Wait>
task<void> brought_about_by(boost::asio::any_io_executor executor, Wait wait) {
  for (;;) {
    auto waiting = wait();
    bool const over = co_await within_real_time(executor_patience, std::move(waiting));
    if (over) co_return;
    executor_probe const probe(executor);
    bool const runs = co_await probe.answered_within(executor_patience);
    if (!runs) throw error(nobody_runs_executor("engine"));
  }
}

}  // namespace sambung
