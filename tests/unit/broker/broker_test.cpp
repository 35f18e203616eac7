#include "broker/feed.hpp"
#include "broker/topic_access.hpp"

#include <sambung/testing/manual_clock.hpp>

#include <gtest/gtest.h>

namespace sambung::broker_test {
namespace {

using std::chrono::milliseconds;

feed_event event_at(feed_position position, std::string payload = "x") {
  return feed_event(position, std::make_shared<std::string const>(std::move(payload)));
}

std::vector<feed_position> positions(feed const& from, feed_position after) {
  std::vector<feed_event> found;
  from.read(after, found);
  std::vector<feed_position> all;
  for (auto const& one : found) all.push_back(one.position);
  return all;
}

TEST(Feed, GivesWhatIsBehindAPosition) {
  feed f(100);
  for (auto const at : {101, 105, 109}) f.append(event_at(at), timestamp(), broker_limits());

  EXPECT_EQ(positions(f, 100), (std::vector<feed_position>{101, 105, 109}));
  EXPECT_EQ(positions(f, 103), (std::vector<feed_position>{105, 109}));
  EXPECT_TRUE(positions(f, 109).empty());
  EXPECT_EQ(f.lost_behind(100), std::nullopt);
  EXPECT_EQ(f.lost_behind(99), feed_loss::expired);
}

TEST(Feed, KeepsSoManyEventsAndSaysSinceWhen) {
  broker_limits limits;
  limits.feed_events = 3;
  feed f(0);
  for (feed_position at = 1; at <= 5; ++at) f.append(event_at(at), timestamp(), limits);

  EXPECT_EQ(f.events(), 3U);
  EXPECT_EQ(f.lost_behind(1), feed_loss::overflow);
  EXPECT_EQ(f.lost_behind(2), std::nullopt);
  EXPECT_EQ(positions(f, 2), (std::vector<feed_position>{3, 4, 5}));
}

TEST(Feed, KeepsSoManyBytesAlsoOfOneEventThatIsTooLong) {
  broker_limits limits;
  limits.feed_bytes = 10;
  feed f(0);
  f.append(event_at(1, std::string(6, 'a')), timestamp(), limits);
  f.append(event_at(2, std::string(6, 'b')), timestamp(), limits);
  EXPECT_EQ(f.bytes(), 6U);

  f.append(event_at(3, std::string(11, 'c')), timestamp(), limits);

  EXPECT_EQ(f.bytes(), 0U);
  EXPECT_EQ(f.lost_behind(2), feed_loss::overflow);
  EXPECT_EQ(f.lost_behind(3), std::nullopt);
}

TEST(Feed, IsNotMoreCompleteForLettingGoWhatStoodBeforeALoss) {
  broker_limits limits;
  limits.feed_events = 2;
  feed f(0);
  f.append(event_at(1), timestamp(), limits);
  f.lose(5, feed_loss::server);
  f.append(event_at(6), timestamp(), limits);
  EXPECT_EQ(positions(f, 0), (std::vector<feed_position>{1, 6}));

  f.append(event_at(7), timestamp(), limits);

  EXPECT_EQ(f.since(), 5);
  EXPECT_EQ(f.lost_behind(4), feed_loss::server);
  EXPECT_EQ(f.lost_behind(5), std::nullopt);
}

TEST(Feed, LetsGoWhatIsTooOld) {
  broker_limits limits;
  timestamp const start{};
  feed f(0);
  f.append(event_at(1), start, limits);
  f.append(event_at(2), start + limits.age, limits);

  f.expire(start + limits.age + milliseconds(1), limits);

  EXPECT_EQ(f.events(), 1U);
  EXPECT_EQ(f.lost_behind(0), feed_loss::expired);
  EXPECT_EQ(f.lost_behind(1), std::nullopt);
}

class ABroker : public ::testing::Test {
 protected:
  static uuid id(std::uint8_t last) {
    uuid made;
    made.bytes.back() = last;
    return made;
  }

  std::unique_ptr<subscription> follow(std::vector<topic> which) {
    return sync_wait(hub->subscribe(std::move(which))).value();
  }
  feed_page read(std::vector<topic> const& from, std::optional<feed_position> after) {
    return sync_wait(hub->read(from, after)).value();
  }

  std::shared_ptr<testing::manual_clock> clock = std::make_shared<testing::manual_clock>();
  std::shared_ptr<broker> hub = in_process_broker(clock);
  topic own = topic_access::member(tenant_id{id(1)}, user_id{id(2)});
  topic everybody = topic_access::tenant(tenant_id{id(1)});
};

TEST_F(ABroker, KeepsNothingThatNobodyFollows) {
  hub->append(own, "x");

  EXPECT_FALSE(hub->is_followed());
  EXPECT_FALSE(hub->is_followed(own));
  EXPECT_EQ(read({own}, 0).lost, feed_loss::expired);
}

TEST_F(ABroker, NumbersTheEventsOfAllFeedsTogether) {
  auto const heard = follow({own, everybody});
  auto const start = read({own, everybody}, std::nullopt).last;

  hub->append(everybody, "1");
  hub->append(own, "2");
  hub->append(everybody, "3");
  auto const page = read({own, everybody}, start);

  ASSERT_EQ(page.events.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(*page.events[i].payload, std::to_string(i + 1));
  EXPECT_LT(page.events[0].position, page.events[1].position);
  EXPECT_LT(page.events[1].position, page.events[2].position);
  EXPECT_GT(page.last, page.events[2].position);
}

TEST_F(ABroker, EndsNoTwoReadsAtTheSamePosition) {
  auto const heard = follow({own});
  auto const first = read({own}, std::nullopt).last;
  auto const second = read({own}, first).last;

  hub->append(own, "1");

  EXPECT_GT(second, first);
  ASSERT_EQ(read({own}, second).events.size(), 1U);
  EXPECT_GT(read({own}, second).events[0].position, second);
}

TEST_F(ABroker, StillGivesWhatItHasBesideALoss) {
  auto const heard = follow({own, everybody});
  auto const start = read({own}, std::nullopt).last;

  hub->append(own, "before");
  hub->lose(own, feed_loss::overflow);
  hub->append(everybody, "behind");
  auto const page = read({own, everybody}, start);

  EXPECT_EQ(page.lost, feed_loss::overflow);
  ASSERT_EQ(page.events.size(), 2U);
  EXPECT_LT(page.events[0].position, page.since);
  EXPECT_GT(page.events[1].position, page.since);
  EXPECT_EQ(read({own, everybody}, page.since).lost, std::nullopt);
}

TEST_F(ABroker, GoesOnRisingWhenTheClockGoesBack) {
  auto const heard = follow({own});
  hub->append(own, "1");
  auto const before = read({own}, std::nullopt).last;

  clock->set(clock->now() - std::chrono::hours(1));
  hub->append(own, "2");

  EXPECT_GT(read({own}, std::nullopt).last, before);
  EXPECT_EQ(read({own}, before).events.size(), 1U);
}

TEST_F(ABroker, WakesWhoFollowsAndNobodyElse) {
  auto const mine = follow({own});
  auto const theirs = follow({topic_access::member(tenant_id{id(1)}, user_id{id(3)})});

  hub->append(own, "1");
  hub->publish(own, "hello");

  auto const news = sync_wait(mine->next());
  ASSERT_TRUE(news);
  EXPECT_EQ(news->messages, std::vector<std::string>{"hello"});
  theirs->cancel();
  EXPECT_FALSE(sync_wait(theirs->next()));
}

TEST_F(ABroker, TellsEachOfManyOnceAlsoWhoNamesATopicTwice) {
  auto first = follow({own, everybody, own});
  auto const second = follow({everybody, own});

  hub->publish(own, "to both");
  EXPECT_EQ(sync_wait(first->next())->messages, std::vector<std::string>{"to both"});
  EXPECT_EQ(sync_wait(second->next())->messages, std::vector<std::string>{"to both"});
  first.reset();
  hub->publish(own, "to one");

  EXPECT_EQ(sync_wait(second->next())->messages, std::vector<std::string>{"to one"});
}

TEST_F(ABroker, TellsWhoDoesNotWaitThatSomethingCame) {
  auto const mine = follow({own});
  int told = 0;
  ASSERT_TRUE(mine->notify([&] { ++told; }));
  auto const start = read({own}, std::nullopt).last;

  EXPECT_EQ(mine->arrived(), broker_arrival::none);
  hub->append(everybody, "1");
  EXPECT_EQ(told, 0);
  hub->append(own, "2");
  hub->lose(own, feed_loss::server);
  EXPECT_EQ(told, 2);
  EXPECT_EQ(mine->arrived(), broker_arrival::news);
  EXPECT_EQ(mine->arrived(), broker_arrival::none);
  EXPECT_EQ(hub->read_now({own}, start)->lost, feed_loss::server);

  mine->cancel();
  EXPECT_EQ(told, 3);
  EXPECT_EQ(mine->arrived(), broker_arrival::unknown);
  EXPECT_FALSE(sync_wait(mine->next()));
}

TEST_F(ABroker, SaysThatMessagesDidNotFit) {
  auto const heard = follow({own});
  for (int i = 0; i < 300; ++i) hub->publish(own, "m");

  auto const news = sync_wait(heard->next());

  EXPECT_EQ(news->messages.size(), 256U);
  EXPECT_TRUE(news->lost);
}

TEST_F(ABroker, KeepsAFeedForWhoComesBackSoon) {
  auto heard = follow({own});
  hub->append(own, "1");
  auto const seen = read({own}, std::nullopt).last;

  heard.reset();
  clock->advance(milliseconds(60'000));
  hub->append(own, "2");
  heard = follow({own});

  auto const page = read({own}, seen);
  EXPECT_EQ(page.lost, std::nullopt);
  EXPECT_EQ(page.events.size(), 1U);
}

TEST_F(ABroker, TellsWhoComesBackLateThatSomethingMayBeMissing) {
  auto heard = follow({own});
  auto const seen = read({own}, std::nullopt).last;

  heard.reset();
  clock->advance(milliseconds(120'001));
  heard = follow({everybody});  // what is old goes
  EXPECT_FALSE(hub->is_followed(own));
  hub->append(own, "nobody keeps it");
  auto const again = follow({own});

  EXPECT_EQ(read({own}, seen).lost, feed_loss::expired);
}

TEST_F(ABroker, KnowsNoPositionThatItNeverReached) {
  auto const heard = follow({own});

  EXPECT_EQ(read({own}, read({own}, std::nullopt).last + 1).lost, feed_loss::expired);
}

TEST_F(ABroker, SaysWhatItLost) {
  auto const heard = follow({own, everybody});
  auto const before = read({own}, std::nullopt).last;

  hub->lose(own, feed_loss::server);
  EXPECT_EQ(read({own, everybody}, before).lost, feed_loss::server);
  EXPECT_EQ(read({everybody}, before).lost, std::nullopt);
  hub->lose(feed_loss::broker);

  EXPECT_EQ(read({everybody}, before).lost, feed_loss::broker);
  EXPECT_EQ(read({own, everybody}, read({own}, std::nullopt).last).lost, std::nullopt);
}

TEST_F(ABroker, HoldsSoManyBytesOfAllFeeds) {
  broker_limits limits;
  limits.bytes = 100;
  hub = in_process_broker(clock, limits);
  auto const heard = follow({own, everybody});
  auto const before = read({own}, std::nullopt).last;

  hub->append(own, std::string(60, 'a'));
  hub->append(everybody, std::string(60, 'b'));

  EXPECT_EQ(read({everybody}, before).lost, feed_loss::overflow);
  EXPECT_EQ(read({own}, before).events.size(), 1U);
}

TEST_F(ABroker, HasSoManyFeedsAndSubscriptions) {
  broker_limits limits;
  limits.feeds = 2;
  limits.subscriptions = 2;
  hub = in_process_broker(clock, limits);
  auto first = follow({own, everybody});

  auto const third = sync_wait(hub->subscribe({topic_access::user(user_id{id(2)})}));
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, errc::unavailable);
  auto const second = follow({own});
  EXPECT_FALSE(sync_wait(hub->subscribe({own})));
  first.reset();
  EXPECT_TRUE(sync_wait(hub->subscribe({own})));
}

}  // namespace
}  // namespace sambung::broker_test
