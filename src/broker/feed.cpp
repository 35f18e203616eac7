#include "broker/feed.hpp"

#include <algorithm>

namespace sambung {

void feed::append(feed_event event, timestamp at, broker_limits const& limits) {
  bytes_ += event.payload->size();
  kept_.push_back(kept_event{std::move(event), at});
  while (!kept_.empty() && (kept_.size() > limits.feed_events || bytes_ > limits.feed_bytes))
    drop_oldest(feed_loss::overflow);
}

void feed::expire(timestamp now, broker_limits const& limits) {
  while (!kept_.empty() && now - kept_.front().at > limits.age) drop_oldest(feed_loss::expired);
}

void feed::lose(feed_position since, feed_loss why) {
  since_ = since;
  why_ = why;
}

void feed::clear(feed_position since, feed_loss why) {
  kept_.clear();
  bytes_ = 0;
  lose(since, why);
}

std::optional<feed_loss> feed::lost_behind(feed_position after) const {
  return after < since_ ? std::optional(why_) : std::nullopt;
}

void feed::read(feed_position after, std::vector<feed_event>& into) const {
  auto const begin =
      std::ranges::upper_bound(kept_, after, {}, [](kept_event const& one) { return one.event.position; });
  for (auto at = begin; at != kept_.end(); ++at) into.push_back(at->event);
}

void feed::drop_oldest(feed_loss why) {
  auto const& oldest = kept_.front().event;
  if (oldest.position > since_) lose(oldest.position, why);
  bytes_ -= oldest.payload->size();
  kept_.pop_front();
}

}  // namespace sambung
