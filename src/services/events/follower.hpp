// follower: where an event_reader's events come from: the feeds that concern one user in one tenant.
#pragma once

#include <sambung/services/events/events.hpp>

#include "services/base/engine_core.hpp"

#include <boost/container/devector.hpp>

namespace sambung {

// Thread safety: one next() or next_json() at a time.
class event_reader::source {
 public:
  // `since`: of the revocations, before `who` was let in.
  source(core_ptr core, principal who, follow_options what, std::uint64_t since, std::shared_ptr<subscription> heard);
  ~source();

  // Where it begins: behind an event, or at what is now.
  task<void> begin(std::optional<feed_position> behind);

  task<std::optional<desk_event>> next(std::shared_ptr<source> self);
  task<std::shared_ptr<std::string const>> next_json(std::shared_ptr<source> self);
  void notify(std::function<void()> told);
  std::shared_ptr<std::string const> json_now();
  bool rests() const { return rests_; }
  std::int64_t position() const { return told_; }

 private:
  // Shared with others who hear of it.
  struct heard_event {
    feed_position position;
    std::shared_ptr<desk_event const> what;
    std::shared_ptr<std::string const> json;
  };

  template <class As>
  task<As> next_as(std::shared_ptr<source> self, As (*given)(heard_event));
  heard_event take_first();
  void gather_now();
  void put(feed_page page);
  void add(feed_event const& one, std::optional<feed_loss> const& lost);
  void tell(feed_position position, desk_event event);
  bool wants(desk_event const& event) const;
  bool hears_other_servers() const;
  task<void> wait_a_while();
  std::chrono::milliseconds time_to_look();
  bool has_to_look();
  feed_position now_or(feed_position later) const;
  void look_behind(feed_position position);
  task<void> stay_admitted();

  core_ptr const core_;
  principal const who_;
  std::unique_ptr<follow_options const> const what_;  // null: all of it
  std::uint64_t revocations_;
  std::vector<topic> const topics_;
  std::shared_ptr<subscription> const heard_;
  boost::container::devector<heard_event> gathered_;
  feed_position read_ = 0;  // up to here
  std::int64_t told_ = 0;
  bool notified_ = false;  // somebody is told when there is something to gather
  bool unread_ = false;    // the feeds went on, and were not read
  bool rests_ = false;
  timestamp look_at_;  // other servers' changes are looked for then, at the latest
};

// Everything that concerns a user in a tenant.
std::vector<topic> topics_of(principal const& who);

}  // namespace sambung
