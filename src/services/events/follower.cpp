#include "services/events/follower.hpp"

#include "broker/topic_access.hpp"
#include "core/enum_name.hpp"
#include "core/first_of.hpp"
#include "services/base/access.hpp"
#include "services/base/engine_metrics.hpp"
#include "services/base/revocations.hpp"
#include "services/events/events_state.hpp"
#include "services/events/table_readers.hpp"

#include <algorithm>
#include <functional>

namespace sambung {

namespace {

// Servers that do not hear of each other have their clients read again so often: each user at a time of their own, so
// that not all come at once, and at the same times whenever they began to follow, so that who comes back often does not
// wait for longer.
constexpr std::chrono::milliseconds look_interval{15'000};

// The first of a user's times behind a position.
timestamp time_behind(feed_position position, user_id who) {
  auto const interval = look_interval.count();
  auto const own = static_cast<std::int64_t>(std::hash<user_id>()(who) % static_cast<std::uint64_t>(interval));
  // In milliseconds, as positions are microseconds; the last one of them is that of the next: see position_at().
  auto const passed = position / 1'000 + (position % 1'000 == 999 ? 1 : 0) - own;
  auto const rounds = passed < 0 ? 0 : passed / interval + 1;
  return timestamp(std::chrono::milliseconds(own + rounds * interval));
}

// Where an event of that time stands: before all that happened then.
feed_position position_at(timestamp time) { return time.time_since_epoch().count() * 1'000 - 1; }

event_kind kind_of(record_changed const&) { return event_kind::changed; }
event_kind kind_of(turn_changed const&) { return event_kind::turn; }
event_kind kind_of(event_told const&) { return event_kind::told; }

std::optional<chat_id> chat_of(record_changed const& one) { return one.chat_id; }
std::optional<chat_id> chat_of(turn_changed const& one) { return one.chat_id; }
std::optional<chat_id> chat_of(event_told const&) { return std::nullopt; }

template <class Event>
bool may_hear(principal const&, Event const&) {
  return true;
}

bool may_hear(principal const& who, record_changed const& one) { return may_hear_of(one.table, who); }

// Empty news are those of an engine that has gone.
void demand_news(std::optional<broker_news> const& news) {
  if (!news) throw error(errc::unavailable, "the engine is shutting down");
}

// True, behind what was heard.
task<bool> hear(subscription& from, std::optional<broker_news>& news) {
  news = co_await from.next();
  co_return true;
}

std::unique_ptr<follow_options const> some_of(follow_options what) {
  if (what.kinds.empty() && what.chat_ids.empty()) return nullptr;
  return std::make_unique<follow_options const>(std::move(what));
}

template <class T>
bool has(std::vector<T> const& some, T const& one) {
  return std::ranges::find(some, one) != some.end();
}

}  // namespace

std::vector<topic> topics_of(principal const& who) {
  std::vector<topic> all;
  all.reserve(3);
  all.push_back(topic_access::member(who.tenant(), who.user()));
  all.push_back(topic_access::tenant(who.tenant()));
  all.push_back(topic_access::user(who.user()));
  return all;
}

event_reader::source::source(core_ptr core, principal who, follow_options what, std::uint64_t since,
                             std::shared_ptr<subscription> heard)
    : core_(std::move(core)),
      who_(std::move(who)),
      what_(some_of(std::move(what))),
      revocations_(since),
      topics_(topics_of(who_)),
      heard_(std::move(heard)) {}

event_reader::source::~source() { core_->events->leave(who_.user(), heard_); }

task<void> event_reader::source::begin(std::optional<feed_position> behind) {
  auto page = (co_await core_->broker->read(topics_, behind)).value();
  look_behind(behind ? *behind : now_or(page.last));
  if (!behind) {
    read_ = page.last;
    co_return tell(page.last, events_ready{page.last});
  }
  read_ = *behind;
  if (!page.lost) told_ = *behind;
  put(std::move(page));
}

// A template, so that of the thousands who wait here each has one coroutine for it.
template <class As>
task<As> event_reader::source::next_as(std::shared_ptr<source>, As (*given)(heard_event)) {
  while (gathered_.empty()) {
    if (std::exchange(unread_, false)) {
      // is read at once
    } else if (hears_other_servers()) {
      auto const heard = co_await heard_->next();
      demand_news(heard);
    } else {
      co_await wait_a_while();
    }
    // Whoever was suspended meanwhile hears nothing more.
    if (core_->revocations->generation() != revocations_) co_await stay_admitted();
    auto read = co_await core_->broker->read(topics_, read_);
    put(std::move(read).value());
  }
  co_return given(take_first());
}

event_reader::source::heard_event event_reader::source::take_first() {
  auto first = std::move(gathered_.front());
  gathered_.pop_front();
  if (gathered_.empty()) gathered_.shrink_to_fit();  // most have nothing most of the time
  told_ = first.position;
  return first;
}

task<std::optional<desk_event>> event_reader::source::next(std::shared_ptr<source> self) {
  return next_as<std::optional<desk_event>>(std::move(self), [](heard_event one) { return std::optional(*one.what); });
}

task<std::shared_ptr<std::string const>> event_reader::source::next_json(std::shared_ptr<source> self) {
  return next_as<std::shared_ptr<std::string const>>(std::move(self),
                                                     [](heard_event one) { return std::move(one.json); });
}

void event_reader::source::notify(std::function<void()> told) { notified_ = heard_->notify(std::move(told)); }

std::shared_ptr<std::string const> event_reader::source::json_now() {
  if (gathered_.empty()) gather_now();
  return gathered_.empty() ? nullptr : take_first().json;
}

// What next() does, unless something has to be waited for.
void event_reader::source::gather_now() {
  rests_ = false;
  if (!notified_ || unread_ || !hears_other_servers() || core_->revocations->generation() != revocations_) return;
  auto const arrival = heard_->arrived();
  if (arrival == broker_arrival::unknown) return;
  if (arrival == broker_arrival::news) {
    auto page = core_->broker->read_now(topics_, read_);
    unread_ = !page;
    if (unread_) return;
    put(std::move(*page));
  }
  rests_ = gathered_.empty();
}

// Until something was heard, or what others changed has to be looked for: then also where there is always news here.
task<void> event_reader::source::wait_a_while() {
  auto const left = time_to_look();
  if (left.count() == 0) co_return;
  std::optional<broker_news> news;
  auto hearing = hear(*heard_, news);
  bool const heard = co_await first_of(std::move(hearing), core_->clock->sleep(left));
  if (heard) demand_news(news);
}

// A clock that goes back makes it no longer.
std::chrono::milliseconds event_reader::source::time_to_look() {
  auto const now = core_->clock->now();
  look_at_ = std::min(look_at_, now + look_interval);
  return std::max(std::chrono::milliseconds(0), look_at_ - now);
}

bool event_reader::source::has_to_look() { return !hears_other_servers() && time_to_look().count() == 0; }

// A broker may have a clock of its own.
feed_position event_reader::source::now_or(feed_position later) const {
  return std::max(position_at(core_->clock->now()), later);
}

void event_reader::source::look_behind(feed_position position) { look_at_ = time_behind(position, who_.user()); }

bool event_reader::source::hears_other_servers() const {
  return core_->sole || (core_->broker->is_shared() && core_->broker->state() == broker_state::connected);
}

task<void> event_reader::source::stay_admitted() {
  auto const now = core_->revocations->generation();
  co_await admit(*core_, who_, permission::chat_read);
  revocations_ = now;
}

// Whoever reads again at a reset finds all that has changed until then: of what happened before only what was told is
// told, each at its place. One that is due by time stands where it was due, for whoever comes back behind an event
// later than that.
void event_reader::source::put(feed_page page) {
  if (!page.lost && has_to_look()) {
    auto const due = position_at(look_at_);
    page.lose(feed_loss::server, due > read_ && due < page.last ? due : page.last);
  }
  auto const behind_reset = [&](feed_event const& one) { return page.lost && one.position > page.since; };
  auto const rest = std::ranges::find_if(page.events, behind_reset);
  for (auto at = page.events.begin(); at != rest; ++at) add(*at, page.lost);
  if (page.lost) {
    core_->measured->event_resets.at({name_of(*page.lost)}).add();
    tell(page.since, events_reset{page.since, *page.lost});
    look_behind(now_or(page.last));
  }
  for (auto at = rest; at != page.events.end(); ++at) add(*at, page.lost);
  read_ = page.last;
}

void event_reader::source::add(feed_event const& one, std::optional<feed_loss> const& lost) {
  auto event = core_->events->payloads.event_of(one.payload);
  if (!event || !wants(*event)) return;
  if (lost && !std::holds_alternative<event_told>(*event)) return;
  gathered_.push_back(heard_event{one.position, std::move(event), one.payload});
  core_->measured->events_in.add();
}

// What this follower alone is told.
void event_reader::source::tell(feed_position position, desk_event event) {
  auto what = std::make_shared<desk_event const>(std::move(event));
  auto json = std::make_shared<std::string const>(to_json_text(*what));
  gathered_.push_back(heard_event{position, std::move(what), std::move(json)});
}

bool event_reader::source::wants(desk_event const& event) const {
  return std::visit(
      [&](auto const& one) {
        if constexpr (requires { kind_of(one); }) {
          if (!may_hear(who_, one)) return false;
          if (!what_) return true;
          if (!what_->kinds.empty() && !has(what_->kinds, kind_of(one))) return false;
          if (what_->chat_ids.empty()) return true;
          auto const chat = chat_of(one);
          return chat && has(what_->chat_ids, *chat);
        } else {
          return false;  // no event of a feed
        }
      },
      event);
}

}  // namespace sambung
