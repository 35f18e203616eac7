#include <sambung/core/clock.hpp>

#include "core/waitable.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/random.h>

namespace sambung {
namespace {

class os_clock final : public clock {
 public:
  timestamp now() const override {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }

  task<void> sleep(std::chrono::milliseconds time) override {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, waitable(time));
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
};

class os_random final : public random_source {
 public:
  void fill(std::span<std::byte> out) override {
    while (!out.empty()) {
      auto const got = ::getrandom(out.data(), out.size(), 0);
      if (got < 0) throw error(errc::internal, "the operating system gave no random bytes");
      out = out.subspan(static_cast<std::size_t>(got));
    }
  }
};

}  // namespace

std::shared_ptr<clock> system_clock() { return std::make_shared<os_clock>(); }

std::shared_ptr<random_source> system_random() { return std::make_shared<os_random>(); }

}  // namespace sambung
