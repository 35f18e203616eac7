#include <sambung/services/turns/turns.hpp>

#include "services/base/engine_metrics.hpp"
#include "services/turns/answer_replay.hpp"
#include "services/turns/stored_deltas.hpp"
#include "services/turns/turn_source.hpp"
#include "services/turns/turns_state.hpp"

#include <algorithm>
#include <deque>

namespace sambung {
namespace {

class live_source final : public turn::source {
 public:
  live_source(engine_core& core, std::shared_ptr<live_turn> from, std::int64_t after)
      : source(core.shared_from_this(), from->rows(), from->id()), from_(std::move(from)) {
    last_ = after < 0 ? 0 : after;
    from_->reader_came();
    core_->measured->turn_followers.add(1);
  }
  ~live_source() override {
    core_->measured->turn_followers.add(-1);
    from_->reader_left();
  }

  task<std::optional<turn_event>> next(std::shared_ptr<source>) override {
    reading const here(*this);
    auto const& log = from_->log();
    if (!log.is_beyond(last_)) co_await from_->beyond(last_);
    if (last_ < log.last()) co_return log.at(++last_);
    if (auto why = log.abandoned()) throw error(std::move(*why));
    co_return std::nullopt;
  }

  std::optional<turn_event> ready() override {
    reading const here(*this);
    auto const& log = from_->log();
    if (last_ >= log.last()) return std::nullopt;
    return log.at(++last_);
  }

  // Whether it has ended is asked first: what comes in between only makes the number greater.
  task<turn_tail> tail(std::shared_ptr<source>) override {
    reading const here(*this);
    auto const& log = from_->log();
    bool const ended = log.ended() && !log.abandoned();
    co_return turn_tail(log.last(), ended);
  }

 private:
  std::shared_ptr<live_turn> from_;
};

class stored_source final : public turn::source {
 public:
  stored_source(engine_core& core, scope who, std::shared_ptr<message const> answer, std::int64_t after)
      : source(core.shared_from_this(), who, answer->id),
        chunks_(core.records<turn_chunk>(who)),
        answer_(std::move(answer)) {
    last_ = after < 0 ? 0 : after;
  }

  task<std::optional<turn_event>> next(std::shared_ptr<source>) override {
    reading const here(*this);
    while (gathered_.empty() && !ended_) co_await gather();
    co_return take_first();
  }

  std::optional<turn_event> ready() override {
    reading const here(*this);
    return take_first();
  }

  // The pieces first: they are there until the turn has ended, which is then seen.
  task<turn_tail> tail(std::shared_ptr<source>) override {
    reading const here(*this);
    std::int64_t flushed = 1;
    if (answer_->state == message_state::streaming) {
      flushed = co_await last_flushed();
      auto now = co_await core_->turns->answers.get(who_, id_);
      answer_ = std::move(now);
    }
    if (answer_->state == message_state::streaming) co_return turn_tail(flushed, false);
    co_return turn_tail(answer_->last_event.value_or(1), true);
  }

 private:
  std::optional<turn_event> take_first() {
    if (gathered_.empty()) return std::nullopt;
    auto [number, event] = std::move(gathered_.front());
    gathered_.pop_front();
    last_ = number;
    return std::move(event);
  }

  task<void> gather() {
    if (last_ == 0) co_return tell(1, started());
    if (replay_) co_return tell_replay();
    if (answer_->state == message_state::streaming && co_await gather_chunks()) co_return;
    auto const before = answer_->state;
    auto now = co_await core_->turns->answers.get(who_, id_);
    answer_ = std::move(now);
    if (answer_->state != message_state::streaming) co_return conclude();
    if (core_->gone) throw error(errc::unavailable, "the engine has gone");
    if (before == message_state::streaming) co_await wait();
  }

  // A turn that is lost ends with the next sweep, unless storage takes no writes: nobody waits for that.
  task<void> wait() const {
    auto const& options = core_->turns->options;
    auto const lease = co_await core_->records<active_turn>(who_).get(id_);
    if (lease && core_->clock->now() > lease->lease_expires_at + options.lease + options.storage_patience)
      throw error(errc::unavailable, "the turn is lost, and its end cannot be stored now");
    co_await core_->clock->sleep(options.flush_interval);
  }

  // Reads on until there is something behind the event given last; false when there is nothing more.
  task<bool> gather_chunks() {
    while (gathered_.empty()) {
      query q = chunks_.where(&turn_chunk::message_id, id_);
      std::vector<std::string> order;
      order.push_back("id");
      q = std::move(q).order(std::move(order), direction::ascending).limit(max_page_size);
      if (passed_) q = std::move(q).after(*passed_);
      auto reading = detail::read_to_a_place(*core_->store, who_, description_of<turn_chunk>(), std::move(q));
      auto const found = (co_await std::move(reading)).value();
      if (found.items.empty()) co_return false;
      row place;
      place.push_back(found.items.back().front());
      passed_ = std::move(place);
      for (auto const& chunk : chunks_.readable(found)) take(chunk);
    }
    co_return true;
  }

  // The number of the last event that is stored while the turn runs; that it has begun always is.
  task<std::int64_t> last_flushed() const {
    query q = chunks_.where(&turn_chunk::message_id, id_);
    std::vector<std::string> order;
    order.push_back("id");
    q = std::move(q).order(std::move(order), direction::descending).limit(1);
    auto const found = (co_await core_->store->read(who_, std::move(q))).value();
    std::int64_t last = 1;
    for (auto const& chunk : chunks_.readable(found))
      last = chunk.first_event + static_cast<std::int64_t>(stored_deltas(*core_, who_, chunk).size()) - 1;
    co_return last;
  }

  void take(turn_chunk const& chunk) {
    auto number = chunk.first_event;
    for (auto& delta : stored_deltas(*core_, who_, chunk)) {
      if (number > last_) tell(number, std::move(delta));
      ++number;
    }
  }

  // The turn has ended: its deltas are folded into the message.
  void conclude() {
    end_ = answer_->last_event.value_or(1);
    if (last_ == end_) {
      ended_ = true;
      return;
    }
    // Who names an event that never was is told the end as well, and numbers go on rising.
    if (last_ > end_) end_ = last_ + 2;
    if (last_ == end_ - 1) return finish();
    replay_.emplace(answer_);
    tell_replay();
  }

  // Only with the last piece has a reader all that stands before the end: who comes back earlier is told it anew.
  void tell_replay() {
    auto event = replay_->next();
    bool const last = replay_->ended();
    tell(last ? end_ - 1 : std::max(last_, end_ - 2), std::move(event));
    if (last) finish();
  }

  void finish() {
    ended_ = true;
    turn_finished last;
    static_cast<answer_end&>(last) = *answer_;
    last.message_id = id_;
    if (!answer_->parts.empty())
      if (auto const* fault = std::get_if<error_part>(&answer_->parts.back())) last.error = fault->message;
    tell(end_, std::move(last));
  }

  turn_started started() const { return {answer_->chat_id, answer_->parent_id, id_, answer_->model.value_or("")}; }

  void tell(std::int64_t number, turn_event event) { gathered_.emplace_back(number, std::move(event)); }

  collection<turn_chunk> chunks_;
  std::shared_ptr<message const> answer_;
  std::optional<row> passed_;  // the chunk that was read last
  std::optional<answer_replay> replay_;
  std::int64_t end_ = 0;  // the number of the last event, once it is known
  std::deque<std::pair<std::int64_t, turn_event>> gathered_;
  bool ended_ = false;
};

}  // namespace

record_description describe_record(record_of<turn_options>) { return record<turn_options>().all_optional(); }

task<message> turn::source::answer(std::shared_ptr<source> self) {
  auto event = co_await self->next(self);
  while (event) event = co_await self->next(self);
  co_return (co_await self->core_->records<message>(self->who_).get(self->id_)).value();
}

turn read_live(engine_core& core, std::shared_ptr<live_turn> from, std::int64_t after) {
  return turn(std::make_shared<live_source>(core, std::move(from), after));
}

turn read_stored(engine_core& core, scope who, std::shared_ptr<message const> answer, std::int64_t after) {
  return turn(std::make_shared<stored_source>(core, who, std::move(answer), after));
}

turn::turn() noexcept = default;
turn::turn(std::shared_ptr<source> from) : from_(std::move(from)) {}
turn::turn(turn&&) noexcept = default;
turn& turn::operator=(turn&&) noexcept = default;
turn::~turn() = default;

std::shared_ptr<turn::source> const& turn::demanded() const {
  if (!from_) throw error(errc::invalid_argument, "this turn reads nothing: it was made empty, or moved from");
  return from_;
}

message_id turn::message_id() const { return demanded()->id(); }

std::int64_t turn::last_event() const { return demanded()->last(); }

task<std::optional<turn_event>> turn::next() { return demanded()->next(from_); }

std::optional<turn_event> turn::ready() { return demanded()->ready(); }

task<turn_tail> turn::tail() const { return demanded()->tail(from_); }

task<message> turn::answer() { return source::answer(demanded()); }

}  // namespace sambung
