// engine_options::slow_query: what an observer is told of calls of the storage that take long.
#include "support/counted.hpp"
#include "support/desk.hpp"
#include "support/watched_storage.hpp"

#include "services/base/measured_storage.hpp"

#include <sambung/testing/manual_clock.hpp>

#include <gtest/gtest.h>

namespace sambung::slow_query_test {
namespace {

using tests::desk;
using tests::desk_options;

class listener final : public observer {
 public:
  void slow(slow_query const& what) override {
    std::lock_guard const lock(mutex_);
    all_.push_back(what);
  }
  std::vector<slow_query> all() const {
    std::lock_guard const lock(mutex_);
    return all_;
  }
  std::vector<slow_query> of(std::string const& operation, std::string const& table) const {
    std::lock_guard const lock(mutex_);
    auto some = all_;
    std::erase_if(some, [&](auto const& one) { return one.operation != operation || one.table != table; });
    return some;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<slow_query> all_;
};

constexpr std::chrono::milliseconds slow{2};

void take_long() {
  auto const until = std::chrono::steady_clock::now() + slow;
  while (std::chrono::steady_clock::now() < until) {
  }
}

// A storage of which some calls are slow.
struct slow_desk {
  slow_desk() : d(told(store, heard, time)) {}

  static desk_options told(std::shared_ptr<tests::watched_storage> store, std::shared_ptr<listener> by,
                           std::shared_ptr<clock> time) {
    desk_options options;
    options.clock = std::move(time);
    options.storage = std::move(store);
    options.observer = std::move(by);
    options.slow_query = slow;
    return options;
  }
  // Anew ten in a second, however slow the machine was until now.
  void next_second() { time->advance(std::chrono::seconds(1)); }
  workspace inside_a_request() {
    auto call = std::make_shared<call_origin>();
    call->request_id = "01940000-0000-7000-8000-000000000001";
    auto from = std::make_shared<request_origin>();
    from->call = std::move(call);
    return d.engine->workspace(principal::trusted(d.tenant, d.user, member_role::owner).from(std::move(from)));
  }

  std::shared_ptr<testing::manual_clock> time = std::make_shared<testing::manual_clock>();
  std::shared_ptr<tests::watched_storage> store = std::make_shared<tests::watched_storage>(tests::fresh_storage());
  std::shared_ptr<listener> heard = std::make_shared<listener>();
  desk d;
};

TEST(SlowQuery, IsToldByItsShapeWithoutAnyValue) {
  slow_desk s;
  auto const chats = s.inside_a_request().chats();
  auto const chat = sync_wait(chats.create("canary", "scripted/model"));
  s.store->after_read_of("chats", []() -> task<void> {
    take_long();
    co_return;
  });
  s.next_second();

  sync_wait(chats.get(chat.id));

  auto const told = s.heard->of("read", "chats");
  ASSERT_FALSE(told.empty());
  auto const& one = told.back();
  EXPECT_EQ(one.shape, "where id = ? limit 1");
  EXPECT_GE(one.time, slow);
  EXPECT_EQ(one.rows, 1U);
  EXPECT_EQ(one.request_id, "01940000-0000-7000-8000-000000000001");
  EXPECT_EQ(one.shape.find(to_string(chat.id)), one.shape.npos);
}

TEST(SlowQuery, OfAListNamesItsOrder) {
  slow_desk s;
  auto const chats = s.inside_a_request().chats();
  s.store->after_read_of("chats", []() -> task<void> {
    take_long();
    co_return;
  });
  s.next_second();

  sync_wait(chats.list());

  auto const told = s.heard->of("read", "chats");
  ASSERT_FALSE(told.empty());
  EXPECT_TRUE(told.back().shape.ends_with(" order by pinned, active_at descending limit 50")) << told.back().shape;
}

TEST(SlowQuery, OfABatchNamesItsChangesAndTables) {
  slow_desk s;
  s.store->before_writes([](batch const&) { take_long(); });
  s.next_second();

  sync_wait(s.inside_a_request().chats().create("canary", "scripted/model"));

  auto told = s.heard->of("write", "several");
  for (auto const& one : s.heard->of("write", "chats")) told.push_back(one);
  std::erase_if(told, [](auto const& one) { return one.request_id.empty(); });
  ASSERT_FALSE(told.empty());
  for (auto const& one : told) {
    EXPECT_NE(one.shape.find("insert chats 1"), one.shape.npos) << one.shape;
    EXPECT_EQ(one.shape.find("canary"), one.shape.npos);
  }
}

TEST(SlowQuery, IsToldTenTimesASecondAndThenCounted) {
  slow_desk s;
  s.store->before_writes([](batch const&) { take_long(); });

  for (int i = 0; i < 50; ++i) s.d.new_chat();
  EXPECT_EQ(s.heard->all().size(), 10U);
  s.next_second();
  s.d.new_chat();

  std::uint64_t left_out = 0;
  for (auto const& one : s.heard->all()) left_out += one.left_out;
  EXPECT_GE(left_out, 40U);
}

TEST(MeasuredStorage, IsTheStorageItselfWhenNobodyIsToldAnything) {
  auto const inner = memory_storage();
  storage_watch nobody;
  nobody.schema = std::make_shared<schema const>();
  nobody.metrics = std::make_shared<engine_metrics const>();
  nobody.clock = system_clock();
  nobody.slow = std::chrono::milliseconds(200);

  EXPECT_EQ(measured_storage(inner, nobody), inner);
}

}  // namespace
}  // namespace sambung::slow_query_test
