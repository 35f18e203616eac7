// A broker between threads: who writes, who reads, who comes and goes.
#include "broker/topic_access.hpp"

#include <sambung/core/id_generator.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace sambung::followers_test {
namespace {

// Reads until the number `last` came; false when one is missing or comes twice.
bool hears_all(broker& hub, topic const& from, subscription& heard, feed_position after, int last) {
  for (int expected = 0; expected <= last;) {
    auto const page = sync_wait(hub.read({from}, after)).value();
    if (page.lost) return false;
    for (auto const& one : page.events)
      if (std::stoi(*one.payload) != expected++) return false;
    after = page.last;
    if (expected <= last && !sync_wait(heard.next())) return false;
  }
  return true;
}

TEST(Followers, HearEveryEventInOrderFromAnotherThread) {
  broker_limits limits;
  limits.feed_events = 10'000;
  limits.feed_bytes = 10 * 1'048'576;
  auto const hub = in_process_broker(system_clock(), limits);
  id_generator ids(system_clock(), system_random());
  auto const own = topic_access::member(ids.next<tenant_id>(), ids.next<user_id>());
  std::vector<std::thread> readers;
  std::atomic<int> complete = 0;
  std::vector<std::unique_ptr<subscription>> heard;
  for (int i = 0; i < 3; ++i) heard.push_back(sync_wait(hub->subscribe({own})).value());
  auto const start = sync_wait(hub->read({own}, std::nullopt)).value().last;

  for (auto& one : heard)
    readers.emplace_back([&, by = one.get()] { complete += hears_all(*hub, own, *by, start, 1'999); });
  std::thread writer([&] {
    for (int i = 0; i < 2'000; ++i) hub->append(own, std::to_string(i));
  });
  writer.join();
  for (auto& reader : readers) reader.join();

  EXPECT_EQ(complete, 3);
}

TEST(Followers, ComeAndGoWhileOthersWrite) {
  auto const hub = in_process_broker(system_clock());
  id_generator ids(system_clock(), system_random());
  auto const own = topic_access::member(ids.next<tenant_id>(), ids.next<user_id>());
  auto const everybody = topic_access::tenant(ids.next<tenant_id>());
  std::atomic<bool> done = false;
  std::vector<std::thread> writers;
  for (auto const& to : {own, everybody})
    writers.emplace_back([&, to] {
      while (!done) {
        hub->append(to, "x");
        hub->publish(to, "y");
        hub->lose(to, feed_loss::broker);
      }
    });

  for (int i = 0; i < 300; ++i) {
    auto const heard = sync_wait(hub->subscribe({own, everybody})).value();
    EXPECT_TRUE(sync_wait(heard->next()));
    std::thread other([&] { heard->cancel(); });
    while (sync_wait(heard->next())) {
    }
    other.join();
  }
  done = true;
  for (auto& writer : writers) writer.join();
}

}  // namespace
}  // namespace sambung::followers_test
