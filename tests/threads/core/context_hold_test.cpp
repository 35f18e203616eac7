// An executor's context may be destroyed as soon as what ran there is over, whoever is still on the way out of a post.
#include "core/context_hold.hpp"

#include "support/desk.hpp"

#include <boost/asio/thread_pool.hpp>

#include <gtest/gtest.h>

#include <future>
#include <optional>
#include <thread>

namespace sambung::context_hold_test {
namespace {

// Tells when its context is being destroyed.
class going : public boost::asio::execution_context::service {
 public:
  using key_type = going;
  static inline boost::asio::execution_context::id id;

  explicit going(boost::asio::execution_context& owner) : service(owner) {}
  std::future<void> told() { return told_.get_future(); }

 private:
  void shutdown() override { told_.set_value(); }

  std::promise<void> told_;
};

TEST(ContextHold, KeepsTheContextUntilItIsLetGo) {
  auto pool = std::make_unique<boost::asio::thread_pool>(1);
  auto hold = std::optional<context_hold>(pool->get_executor());
  auto const begun = boost::asio::use_service<going>(*pool).told();
  std::atomic<bool> let_go = false;
  bool kept = false;

  std::thread owner([&] {
    pool.reset();
    kept = let_go;
  });
  begun.wait();
  for (int i = 0; i < 1'000; ++i) std::this_thread::yield();
  let_go = true;
  hold.reset();
  owner.join();

  EXPECT_TRUE(kept);
}

TEST(ContextHold, OfManyThreadsKeepsTheContextForTheLast) {
  for (int round = 0; round < 200; ++round) {
    auto pool = std::make_unique<boost::asio::thread_pool>(1);
    std::promise<void> ran;
    std::vector<std::thread> posting;
    std::atomic<int> left = 3;
    for (int i = 0; i < 3; ++i)
      posting.emplace_back([&, home = boost::asio::any_io_executor(pool->get_executor())]() mutable {
        post_home(std::move(home), [&] {
          if (--left == 0) ran.set_value();
        });
      });
    ran.get_future().wait();
    pool->stop();
    pool.reset();
    for (auto& one : posting) one.join();
  }
}

TEST(ContextHold, LetsAStorageOutliveItsEngines) {
  tests::desk_options options;
  options.storage = tests::fresh_sqlite();
  for (int round = 0; round < 50; ++round) {
    tests::desk d(options);
    d.model->push(tests::say("an answer"));
    auto turn = sync_wait(d.chats().send(d.new_chat().id, "a question"));
    EXPECT_EQ(sync_wait(turn.answer()).state, message_state::complete);
  }
}

}  // namespace
}  // namespace sambung::context_hold_test
