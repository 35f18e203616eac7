#include "services/turns/turn_table.hpp"

#include "core/executor_probe.hpp"
#include "core/first_of.hpp"
#include "core/waitable.hpp"
#include "services/turns/turns_state.hpp"

namespace sambung {

result<turn_table::ticket> turn_table::admit(scope who, user_id owner) {
  auto room = take_room(who, owner);
  if (!room) core_.observer->refused(engine_queue::turns, room.error());
  return room;
}

result<turn_table::ticket> turn_table::take_room(scope who, user_id owner) {
  std::lock_guard lock(mutex_);
  if (closed_) return failure(errc::unavailable, "shutting down");
  if (admitted_ >= core_.turns->options.max_in_flight)
    return failure(errc::unavailable, "too many turns are in flight");
  auto& mine = per_user_[{who, owner}];
  if (mine >= core_.turns->options.max_per_user)
    return failure(errc::rate_limited,
                   "at most " + std::to_string(core_.turns->options.max_per_user) + " turns at once");
  ++mine;
  ++admitted_;
  return ticket(nullptr, [this, who, owner](void*) {
    std::lock_guard guard(mutex_);
    --admitted_;
    auto const place = per_user_.find({who, owner});
    if (--place->second == 0) per_user_.erase(place);
  });
}

std::shared_ptr<live_turn> turn_table::start(turn_plan plan, std::optional<message_id> user_message, ticket room) {
  if (core_.gone || !core_.executor) throw error(errc::unavailable, "the engine, or its executor, has gone");
  auto turn = std::make_shared<live_turn>(core_.shared_from_this(), std::move(plan), user_message);
  bool late;
  {
    std::lock_guard lock(mutex_);
    turns_[{turn->rows(), turn->id()}] = turn;
    remember(turn);
    late = closed_;  // it was on its way when the engine began to shut down
  }
  turn->start(std::move(room), [this, turn] { ended(turn); });
  if (late) turn->interrupt(live_turn::interruption::shutdown);
  return turn;
}

// Of an engine that has gone nobody finds one: it may never end.
std::shared_ptr<live_turn> turn_table::find(scope who, message_id id) const {
  if (core_.gone) return nullptr;
  std::lock_guard lock(mutex_);
  auto const found = turns_.find({who, id});
  return found == turns_.end() ? nullptr : found->second;
}

void turn_table::ended(std::shared_ptr<live_turn> const& t) {
  dropped old;
  std::unique_lock lock(mutex_);
  // Of a turn that could not be stored whoever asks again is told by storage, as soon as that answers.
  if (closed_ || t->log().abandoned()) {
    turns_.erase({t->rows(), t->id()});
    return;
  }
  auto const bytes = t->log().bytes();
  retained_.push_back({core_.clock->now() + core_.turns->options.retention, bytes, t});
  retained_bytes_ += bytes;
  old = take_old(lock);
}

turn_table::dropped turn_table::take_old(std::unique_lock<std::mutex> const&) {
  dropped old;
  auto const now = core_.clock->now();
  while (!retained_.empty() &&
         (retained_.front().until <= now || retained_bytes_ > core_.turns->options.retained_bytes)) {
    auto& oldest = retained_.front();
    turns_.erase({oldest.turn->rows(), oldest.turn->id()});
    retained_bytes_ -= oldest.bytes;
    old.push_back(std::move(oldest));
    retained_.pop_front();
  }
  return old;
}

turn_table::turns turn_table::in_flight() const {
  std::lock_guard lock(mutex_);
  turns found;
  for (auto const& [key, turn] : turns_)
    if (!turn->is_done()) found.push_back(turn);
  return found;
}

task<void> turn_table::end(turns some, live_turn::interruption why) {
  for (auto const& turn : some) turn->interrupt(why);
  for (auto const& turn : some) co_await turn->ended();
}

task<void> turn_table::stop(scope who) {
  auto some = in_flight();
  std::erase_if(some, [&](auto const& turn) { return turn->rows() != who; });
  co_await end(std::move(some), live_turn::interruption::stop);
}

task<void> turn_table::stop(scope who, user_id owner) {
  auto some = in_flight();
  std::erase_if(some, [&](auto const& turn) { return turn->rows() != who || turn->owner() != owner; });
  co_await end(std::move(some), live_turn::interruption::stop);
}

task<void> turn_table::stop(user_id owner) {
  auto some = in_flight();
  std::erase_if(some, [&](auto const& turn) { return turn->owner() != owner; });
  co_await end(std::move(some), live_turn::interruption::stop);
}

task<void> turn_table::close(std::chrono::milliseconds grace) {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  grace = waitable(grace);
  auto const real = system_clock();
  auto const deadline = core_.clock->now() + grace;
  auto const real_deadline = real->now() + grace;
  auto const some = in_flight();
  for (auto const& turn : some) {
    auto const left = std::min(deadline - core_.clock->now(), real_deadline - real->now());
    if (left <= std::chrono::milliseconds(0)) break;
    auto ended_in_time = first_of(turn->done(), core_.clock->sleep(left));
    co_await first_of(std::move(ended_in_time), real->sleep(left));
  }
  for (auto const& turn : some) turn->interrupt(live_turn::interruption::shutdown);
}

task<bool> turn_table::ended_within(std::chrono::milliseconds limit) const {
  auto const until = std::chrono::steady_clock::now() + waitable(limit);
  for (auto const& turn : in_flight()) {
    auto const left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    bool const ended = co_await within_real_time(std::max(left, std::chrono::milliseconds(0)), turn->done());
    if (!ended) co_return false;
  }
  co_return true;
}

void turn_table::abandon() {
  for (auto const& turn : in_flight()) {
    turn->interrupt(live_turn::interruption::shutdown);
    turn->leave_readers();
  }
  dropped old;
  std::lock_guard lock(mutex_);
  closed_ = true;
  for (auto const& one : retained_) turns_.erase({one.turn->rows(), one.turn->id()});
  old.swap(retained_);
  retained_bytes_ = 0;
}

// Readers keep turns that have ended, too, and with them what belongs to the executor.
void turn_table::forget() {
  auto const all = take_all();
  std::vector<std::weak_ptr<live_turn>> started;
  {
    std::lock_guard lock(mutex_);
    started.swap(started_);
  }
  for (auto const& one : started)
    if (auto const turn = one.lock()) turn->forget();
}

// Of mutex_, which is held.
void turn_table::remember(std::shared_ptr<live_turn> const& turn) {
  if (started_.size() >= room_for_started_) {
    std::erase_if(started_, [](auto const& one) { return one.expired(); });
    room_for_started_ = std::max(room_for_started_, 2 * started_.size());
  }
  started_.push_back(turn);
}

turn_table::dropped turn_table::take_all() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  dropped all;
  for (auto& [key, turn] : turns_) all.push_back({timestamp(), 0, std::move(turn)});
  turns_.clear();
  retained_.clear();  // every one of them was in turns_
  retained_bytes_ = 0;
  return all;
}

bool turn_table::is_lost(scope who, active_turn const& t) const {
  if (t.lease_expires_at > core_.clock->now() && !(core_.sole && t.instance != core_.instance)) return false;
  auto const running = find(who, t.id);
  return !running || running->log().ended();
}

void turn_table::drop_old() {
  dropped old;
  std::unique_lock lock(mutex_);
  old = take_old(lock);
}

}  // namespace sambung
