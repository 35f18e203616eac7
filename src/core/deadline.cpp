#include <sambung/core/deadline.hpp>

#include <sambung/core/run_on.hpp>

#include "core/first_of.hpp"
#include "core/rising_level.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <exception>

namespace sambung::detail {
namespace {

namespace asio = boost::asio;
using strand = asio::strand<asio::any_io_executor>;

// What a cancelled operation has to end.
constexpr std::chrono::milliseconds last_wait{500};

// An operation that somebody waits for, or has given up. Touched on its strand only.
class limited_run : public std::enable_shared_from_this<limited_run> {
 public:
  void start(strand where, task<void> operation) {
    auto ended = [self = shared_from_this()](std::exception_ptr thrown) {
      self->thrown_ = std::move(thrown);
      self->over_ = true;
      self->ended_.raise_to(1);
    };
    asio::co_spawn(where, std::move(operation), asio::bind_cancellation_slot(cancel_.slot(), std::move(ended)));
  }
  void cancel() { cancel_.emit(asio::cancellation_type::terminal); }

  bool over() const { return over_; }
  std::exception_ptr const& thrown() const { return thrown_; }
  // Until it is over, so much time has passed, or the wait is cancelled.
  task<void> wait(clock& by, std::chrono::milliseconds limit) const {
    auto end = ended_.try_above(0);
    auto time = by.sleep(limit);
    co_await first_of(std::move(end), std::move(time));
  }

 private:
  asio::cancellation_signal cancel_;
  rising_level ended_;
  std::exception_ptr thrown_;
  bool over_ = false;
};

failure too_late(std::chrono::milliseconds limit) {
  return failure(errc::deadline_exceeded, "not done within " + std::to_string(limit.count()) + " ms");
}

task<void> supervise(strand where, task<void> operation, std::chrono::milliseconds limit, std::shared_ptr<clock> by) {
  auto const run = std::make_shared<limited_run>();
  run->start(where, std::move(operation));
  co_await asio::this_coro::throw_if_cancelled(false);
  co_await run->wait(*by, limit);
  if (run->over()) {
    if (run->thrown()) std::rethrow_exception(run->thrown());
    co_return;
  }
  auto const state = co_await asio::this_coro::cancellation_state;
  bool const cancelled = state.cancelled() != asio::cancellation_type::none;
  run->cancel();
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  auto const real = system_clock();
  co_await run->wait(*real, last_wait);
  if (run->over() && !run->thrown()) co_return;
  if (!cancelled) throw error(too_late(limit));
  throw boost::system::system_error(asio::error::operation_aborted);
}

}  // namespace

task<void> run_within(task<void> operation, std::chrono::milliseconds limit, std::shared_ptr<clock> by) {
  if (limit.count() <= 0) throw error(too_late(limit));
  if (!by) by = system_clock();
  auto const here = co_await asio::this_coro::executor;
  strand const where(here);
  auto supervised = supervise(where, std::move(operation), limit, std::move(by));
  auto running = run_on(where, std::move(supervised));
  co_await std::move(running);
}

}  // namespace sambung::detail
