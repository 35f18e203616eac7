// broker: the port by which the servers of one database tell each other, and themselves, what storage has already: fast
// and without a guarantee. In process by default; one that reaches other servers may follow.
//
// Storage is the truth. What a broker loses is noticed by whoever reads: a feed is numbered and says from where on it
// is complete; a message says only that it may be worth looking.
#pragma once

#include <sambung/core/clock.hpp>
#include <sambung/core/describe.hpp>
#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/id.hpp>
#include <sambung/core/task.hpp>

#include <algorithm>
#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sambung {

// Whom something concerns: a user in a tenant, everybody in a tenant, or a user wherever they are. Only the engine
// makes topics, from a scope: nothing that a client says becomes one.
class topic {
 public:
  // One of them may be empty, not both.
  std::optional<tenant_id> const& tenant() const { return tenant_; }
  std::optional<user_id> const& user() const { return user_; }

  friend bool operator==(topic const&, topic const&) = default;
  friend std::strong_ordering operator<=>(topic const&, topic const&) = default;

 private:
  friend struct topic_access;
  topic(std::optional<tenant_id> tenant, std::optional<user_id> user) : tenant_(tenant), user_(user) {}

  std::optional<tenant_id> tenant_;
  std::optional<user_id> user_;
};

// A place in every feed of one broker: microseconds of time, always rising, also when clocks go back.
using feed_position = std::int64_t;

// Why a feed does not have everything from some position on.
enum class feed_loss {
  expired,   // it is too long ago, or another broker's
  broker,    // the broker, or the way to it, was away
  server,    // another server may have changed something that it could not tell
  overflow,  // more happened than is kept
};
SAMBUNG_DESCRIBE_ENUM(feed_loss, expired, broker, server, overflow)

struct feed_event {
  feed_event(feed_position position_, std::shared_ptr<std::string const> payload_)
      : position(position_), payload(std::move(payload_)) {}

  feed_position position;
  std::shared_ptr<std::string const> payload;  // never null; shared by all who read it
};

// What some feeds have together behind a position, as of one moment.
struct feed_page {
  feed_page() = default;

  // Something is missing before `complete_from`. Of several losses the first says why, the last from where on.
  void lose(feed_loss why, feed_position complete_from) {
    if (!lost) lost = why;
    since = std::max(since, complete_from);
  }

  std::vector<feed_event> events;  // all that is kept, by position
  feed_position last = 0;          // where whoever has this goes on: above all events so far, below all to come
  std::optional<feed_loss> lost;   // some of what lies before `since` is not among them
  feed_position since = 0;         // no event has it; at most `last`
};

// What came since somebody last asked.
struct broker_news {
  broker_news() = default;

  std::vector<std::string> messages;  // that were published, oldest first
  bool lost = false;                  // some messages did not fit, or the way to the broker was broken
};

// What a subscription has without a wait.
enum class broker_arrival {
  none,
  news,
  unknown,  // next() alone tells: also that it is cancelled
};

// Somebody's interest in some topics; destroying it ends that.
// Thread safety: one next() or arrived() at a time; cancel() from any thread.
class SAMBUNG_API subscription {
 public:
  virtual ~subscription() = default;

  // Completes when a message came, or one of the feeds went on: read() tells what. Empty once it is cancelled.
  virtual task<std::optional<broker_news>> next() = 0;

  // For whoever holds thousands, and no coroutine for each. From now on `told` is called, from any thread, whenever
  // next() would complete: it must neither wait, nor throw, nor end this. Behind the end of this it is called no more.
  // Asked once. False: it never is.
  virtual bool notify(std::function<void()> told);

  // As next(), without waiting and without the messages, which are dropped.
  virtual broker_arrival arrived();

  // Ends it: next() completes, now and always.
  virtual void cancel() noexcept = 0;
};

enum class broker_state { connected, away };
SAMBUNG_DESCRIBE_ENUM(broker_state, connected, away)

// How much a broker keeps. All of it is in memory.
struct SAMBUNG_API broker_limits {
  broker_limits() = default;

  std::size_t feed_events = 256;           // of one feed
  std::size_t feed_bytes = 65'536;         // of its payloads
  std::chrono::milliseconds age{120'000};  // of its events; as long a feed is kept that nobody follows any more
  std::size_t feeds = 65'536;              // one more is errc::unavailable
  std::size_t bytes = 64 * 1'048'576;      // of all payloads; over that a feed that goes on loses what it has
  std::size_t subscriptions = 65'536;      // one more is errc::unavailable
};

// Thread safety: shared objects are safe to use from any thread. What hands something over never waits: what cannot be
// delivered is missing, and whoever reads is told that.
class SAMBUNG_API broker {
 public:
  virtual ~broker() = default;

  // Completes when everything that happens from then on is heard; the feeds of the topics are kept from then on.
  // errc::unavailable when there is no room, or the broker is away.
  virtual task<result<std::unique_ptr<subscription>>> subscribe(std::vector<topic> which) = 0;

  // A message to who is subscribed now: at most once, in order for one publisher.
  virtual void publish(topic const& to, std::string message) = 0;

  // Whether anybody subscribed to anything, or to that, lately; may say yes when it does not know. For hot paths: a
  // look at memory.
  virtual bool is_followed() const noexcept = 0;
  virtual bool is_followed(topic const& one) const = 0;

  // An event for the feed, if somebody follows it; otherwise nothing happens.
  virtual void append(topic const& to, std::string payload) = 0;

  // Something that belongs into the feed is not told: it is complete only from now on. And of all feeds.
  virtual void lose(topic const& of, feed_loss why) = 0;
  virtual void lose(feed_loss why) = 0;

  // What is behind `after` in all of these feeds; without it nothing, and where they are now. One that is not kept is
  // complete from now on. Where somebody was told to be once nothing else is: no two reads end at the same position.
  virtual task<result<feed_page>> read(std::vector<topic> const& from, std::optional<feed_position> after) = 0;

  // The same of what is in memory, without waiting; empty: read() is to be asked.
  virtual std::optional<feed_page> read_now(std::vector<topic> const& from, feed_position after);

  virtual broker_state state() const noexcept = 0;

  // Whether other processes hear what is told here.
  virtual bool is_shared() const noexcept = 0;
};

// In this process. `clock` says how old events are.
SAMBUNG_API std::shared_ptr<broker> in_process_broker(std::shared_ptr<clock> clock,
                                                      broker_limits limits = broker_limits());

}  // namespace sambung
