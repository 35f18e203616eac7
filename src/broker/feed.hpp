// feed: the last events of one topic, and from where on they are all there.
#pragma once

#include <sambung/broker/broker.hpp>

#include <sambung/core/time.hpp>

#include <boost/container/devector.hpp>

namespace sambung {

// Thread safety: none.
class SAMBUNG_API feed {
 public:
  // Complete from `since` on.
  explicit feed(feed_position since) : since_(since) {}

  // `position` is above every earlier one. What does not fit under the limits goes, the oldest first.
  void append(feed_event event, timestamp at, broker_limits const& limits);
  // Lets go what is older than the limits allow.
  void expire(timestamp now, broker_limits const& limits);
  // It is complete only from `since` on, which is above everything that it has; what it has stays.
  void lose(feed_position since, feed_loss why);
  // The same, and what it has goes.
  void clear(feed_position since, feed_loss why);

  // Why what is behind `after` is not all there; empty when it is.
  std::optional<feed_loss> lost_behind(feed_position after) const;
  // From where on it is.
  feed_position since() const { return since_; }
  // Appends what it has behind `after` to `into`.
  void read(feed_position after, std::vector<feed_event>& into) const;

  std::size_t bytes() const { return bytes_; }
  std::size_t events() const { return kept_.size(); }

 private:
  struct kept_event {
    feed_event event;
    timestamp at;
  };

  void drop_oldest(feed_loss why);

  feed_position since_;
  feed_loss why_ = feed_loss::expired;           // it does not begin earlier
  boost::container::devector<kept_event> kept_;  // which takes nothing while it is empty: most feeds are
  std::size_t bytes_ = 0;
};

}  // namespace sambung
