#include "services/events/follower.hpp"

#include "broker/topic_access.hpp"
#include "services/base/access.hpp"
#include "services/base/revocations.hpp"
#include "services/events/events_state.hpp"
#include "services/events/table_readers.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>

namespace sambung {

using namespace boost::asio::experimental::awaitable_operators;

namespace {

// Servers that do not hear of each other have their clients read again so often.
constexpr std::chrono::milliseconds unheard_interval{15'000};

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

template <class T>
bool has(std::vector<T> const& some, T const& one) {
  return std::ranges::find(some, one) != some.end();
}

}  // namespace

std::vector<topic> topics_of(principal const& who) {
  std::vector<topic> all;
  all.push_back(topic_access::member(who.tenant(), who.user()));
  all.push_back(topic_access::tenant(who.tenant()));
  all.push_back(topic_access::user(who.user()));
  return all;
}

event_reader::source::source(core_ptr core, principal who, follow_options what, std::uint64_t since,
                             std::shared_ptr<subscription> heard)
    : core_(std::move(core)),
      who_(std::move(who)),
      what_(std::move(what)),
      revocations_(since),
      topics_(topics_of(who_)),
      heard_(std::move(heard)) {}

event_reader::source::~source() { core_->events->leave(who_.user(), heard_); }

task<void> event_reader::source::begin(std::optional<feed_position> behind) {
  unheard_since_ = core_->clock->now();
  auto page = (co_await core_->broker->read(topics_, behind)).value();
  if (behind) {
    if (!page.lost) told_ = *behind;
    co_return put(std::move(page));
  }
  read_ = page.last;
  tell(page.last, events_ready{page.last});
}

// A template, so that of the thousands who wait here each has one coroutine for it.
template <class As>
task<As> event_reader::source::next_as(std::shared_ptr<source>, As (*given)(heard_event)) {
  while (gathered_.empty()) {
    if (hears_other_servers()) {
      auto const heard = co_await heard_->next();
      demand_news(heard);
    } else {
      co_await wait_a_while();
    }
    // Whoever was suspended meanwhile hears nothing more.
    if (core_->revocations->generation() != revocations_) co_await stay_admitted();
    auto read = co_await core_->broker->read(topics_, read_);
    auto page = std::move(read).value();
    auto const last = page.last;
    put(std::move(page));
    if (hears_other_servers() || unheard_time().count() > 0) continue;
    reset(last, feed_loss::server);
    unheard_since_ = core_->clock->now();
  }
  auto first = std::move(gathered_.front());
  gathered_.pop_front();
  told_ = first.position;
  co_return given(std::move(first));
}

task<std::optional<desk_event>> event_reader::source::next(std::shared_ptr<source> self) {
  return next_as<std::optional<desk_event>>(std::move(self), [](heard_event one) { return std::optional(*one.what); });
}

task<std::shared_ptr<std::string const>> event_reader::source::next_json(std::shared_ptr<source> self) {
  return next_as<std::shared_ptr<std::string const>>(std::move(self),
                                                     [](heard_event one) { return std::move(one.json); });
}

// Until something was heard, or what others changed has to be looked for: then also where there is always news here.
task<void> event_reader::source::wait_a_while() {
  auto const left = unheard_time();
  if (left.count() == 0) co_return;
  auto first = co_await (heard_->next() || core_->clock->sleep(left));
  if (first.index() == 0) demand_news(std::get<0>(first));
}

// A clock that goes back makes it no longer.
std::chrono::milliseconds event_reader::source::unheard_time() {
  auto const now = core_->clock->now();
  unheard_since_ = std::min(unheard_since_, now);
  return std::max(std::chrono::milliseconds(0), unheard_interval - (now - unheard_since_));
}

bool event_reader::source::hears_other_servers() const {
  return core_->sole || (core_->broker->is_shared() && core_->broker->state() == broker_state::connected);
}

task<void> event_reader::source::stay_admitted() {
  auto const now = core_->revocations->generation();
  co_await admit(*core_, who_, permission::chat_read);
  revocations_ = now;
}

void event_reader::source::put(feed_page page) {
  read_ = page.last;
  if (page.lost) return reset(page.last, *page.lost);
  for (auto const& one : page.events) {
    auto event = core_->events->payloads.event_of(one.payload);
    if (event && wants(*event)) gathered_.push_back(heard_event{one.position, std::move(event), one.payload});
  }
}

// Numbers rise, also when nothing has happened since the last.
void event_reader::source::reset(feed_position position, feed_loss why) {
  auto const last = gathered_.empty() ? told_ : gathered_.back().position;
  position = std::max(position, last + 1);
  tell(position, events_reset{position, why});
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
          if (!what_.kinds.empty() && !has(what_.kinds, kind_of(one))) return false;
          if (what_.chat_ids.empty()) return true;
          auto const chat = chat_of(one);
          return chat && has(what_.chat_ids, *chat);
        } else {
          return false;  // no event of a feed
        }
      },
      event);
}

}  // namespace sambung
