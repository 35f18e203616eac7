#include "services/turns/live_turn.hpp"

#include "core/caught.hpp"
#include "core/executor_probe.hpp"
#include "core/first_of.hpp"
#include "core/serial_executor.hpp"
#include "services/accounting/usage_meter.hpp"
#include "services/turns/kept_context.hpp"
#include "services/turns/message_texts.hpp"
#include "services/turns/model_call.hpp"
#include "services/turns/patience.hpp"
#include "services/turns/recent_heads.hpp"
#include "services/turns/turns_state.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>

namespace sambung {

namespace asio = boost::asio;

namespace {

// What a pump ends with. Asio asks it for the slot, and keeps nothing of the executor there: it would for a handler of
// bind_cancellation_slot(), and readers hold the turn, whose strand may be gone. interrupt() goes to the strand itself.
struct pump_ended {
  using cancellation_slot_type = asio::cancellation_slot;
  cancellation_slot_type get_cancellation_slot() const noexcept { return slot; }
  void operator()(std::exception_ptr) const {}

  std::shared_ptr<live_turn> of;
  cancellation_slot_type slot;
};

turn_started started_of(turn_plan const& plan, std::optional<message_id> user_message) {
  return turn_started{plan.chat.id, user_message, plan.answer.id, *plan.answer.model};
}

}  // namespace

live_turn::live_turn(std::shared_ptr<engine_core> core, turn_plan plan, std::optional<message_id> user_message)
    : owner_(std::move(core)),
      core_(*owner_),
      plan_(std::move(plan)),
      log_(started_of(plan_, user_message)),
      strand_(serial_executor(core_.executor, core_.threads)),
      watch_(core_, plan_),
      pump_(core_, plan_, log_, watch_, interruption_),
      flush_(core_, plan_, log_, pump_.arrived()) {}

void live_turn::start(std::shared_ptr<void> room, std::function<void()> ended) {
  room_ = std::move(room);
  auto self = shared_from_this();
  asio::co_spawn(strand_, pump(), pump_ended{self, cancel_.slot()});
  asio::co_spawn(strand_, run(), [self, ended = std::move(ended)](std::exception_ptr thrown) {
    if (thrown) self->abandon(caught(thrown, "the turn failed"));
    if (self->pumped_) self->cancel_.slot().clear();  // what it waited for may have a strand there
    ended();
    self->done_.raise_to(1);
  });
}

void live_turn::interrupt(interruption why) {
  auto expected = interruption::none;
  if (!interruption_.compare_exchange_strong(expected, why)) return;
  asio::dispatch(strand_, [self = shared_from_this()] {
    if (!self->pumped_) self->cancel_.emit(asio::cancellation_type::terminal);
  });
}

void live_turn::leave_readers() { log_.abandon(failure(errc::unavailable, "the engine has gone")); }

// What still waits somewhere is woken into the executor that goes, and goes with it.
void live_turn::forget() {
  interruption_ = interruption::shutdown;
  if (!log_.ended()) log_.abandon(failure(errc::unavailable, "the engine's executor is gone"));
  if (!pumped_) cancel_.emit(asio::cancellation_type::terminal);
  cancel_.slot().clear();
  pump_.questions().look_again();
  pump_.close();
  done_.raise_to(1);
  strand_ = asio::any_io_executor();
}

void live_turn::abandon(failure why) {
  core_.observer->failed(failed_of(plan_, engine_part::turn, why));
  watch_.abandoned(why);
  log_.abandon(std::move(why));
}

// --- from the provider into the log ---------------------------------------------------------------------------------

task<void> live_turn::pump() {
  has_begun_ = true;
  result<void> how;
  std::exception_ptr thrown;
  try {
    how = co_await pump_.run();
  } catch (...) {
    thrown = std::current_exception();
  }
  if (thrown && interruption_ != interruption::none) how = failure(errc::cancelled, "cancelled");
  else if (thrown) how = caught(thrown);
  // Who would not be told otherwise: the answer has the message alone.
  if (!how && how.error().code == errc::internal)
    core_.observer->failed(failed_of(plan_, engine_part::turn, how.error()));
  plan_.key.credential.reset();
  settle(how);
  pumped_ = true;
  pump_.close();
}

// What the end of the stream makes of the message.
void live_turn::settle(result<void> const& how) {
  auto const& used = plan_.meter->finish();
  measure_cost(core_, used);
  outcome_.charge(used);
  outcome_.finish_reason = pump_.finish_word();
  if (how && pump_.has_ended()) {
    outcome_.state = message_state::complete;
    return;
  }
  if (auto const by = interruption_.load(); by != interruption::none) return outcome_.interrupt(by);
  auto why = how ? failure(errc::unavailable, "the provider broke off") : how.error();
  // What broke off in the middle is incomplete; what the provider refused or garbled has failed.
  bool const broke_off = why.code == errc::unavailable || why.code == errc::deadline_exceeded;
  bool const ended_here = plan_.meter->exhausted();
  bool const is_incomplete = ended_here || (broke_off && log_.last() > 1);
  outcome_.fail(std::move(why), is_incomplete ? message_state::incomplete : message_state::failed);
}

// --- from the log into storage ------------------------------------------------------------------------------------

task<void> live_turn::run() {
  while (!pumped_) {
    co_await flush_.due();
    if (!pumped_) co_await flush();
  }
  co_await conclude();
}

task<void> live_turn::flush() {
  auto const stored = co_await flush_.store();
  if (stored) co_return;
  if (stored.error().code == errc::conflict || stored.error().code == errc::not_found) {
    auto const why = co_await flush_.why_refused();
    interrupt(why);
    co_await pump_.closed();
  } else {
    // Storage is away. The text stays in the log, which is bounded; the next round tries again.
    co_await first_of(pump_.closed(), core_.clock->sleep(core_.turns->options.flush_interval));
  }
}

// Text, usage, state and counters in one batch; the last event only once that is stored.
task<void> live_turn::conclude() {
  auto ended = ended_answer();
  auto closing = closing_with(ended);
  auto stored = co_await write_patiently(std::move(closing.all));
  if (!stored && closing.template_there && closing.template_there->failed(stored.error())) {
    plan_.context.prompt->gone = true;
    auto without = closing_with(ended);
    auto again = co_await write_patiently(std::move(without.all));
    stored = std::move(again);
  }
  room_.reset();
  auto how = outcome_;
  if (!stored && stored.error().code != errc::not_found && stored.error().code != errc::conflict) {
    how.why = stored.error();
    tell_observer(how, false);
    log_.abandon(stored.error());
    co_return;
  }
  if (!stored) {
    // Either an earlier try was stored after all, or another engine settled the turn, or the chat was removed.
    auto const messages = core_.records<message>(plan_.rows);
    auto look = [&] { return messages.get(plan_.answer.id); };
    auto const found = co_await patiently(core_, std::move(look));
    if (!found) {
      tell_observer(how, false);
      log_.abandon(failure(found.error().code, "the chat was removed"));
      co_return;
    }
    how.state = found->state;
    how.reason = found->reason;
  } else {
    remember_path(ended);
    core_.turns->heads.keep(plan_.rows, chat_head(plan_.chat, std::move(ended)), log_.bytes());
  }
  plan_.meter->written();  // whoever ended the turn has billed it
  tell_observer(how, true);
  tell_end(how);
}

// Only now: the chat was there when its answer was stored.
void live_turn::remember_path(message const& answer) {
  if (core_.turns->options.context_memory_bytes == 0) return;
  auto path = std::exchange(plan_.context.path, {});
  path.insert(path.begin(), std::make_shared<message const>(answer));
  known_path known(plan_.chat.id, std::move(path));
  core_.turns->paths.keep(plan_.rows, plan_.chat.id, std::move(known), core_.clock->now());
}

void live_turn::tell_end(turn_outcome const& how) {
  turn_finished last;
  static_cast<answer_end&>(last) = how;
  last.message_id = plan_.answer.id;
  last.error = how.error;
  last.warnings = pump_.warnings();
  log_.finish(std::move(last));
}

void live_turn::tell_observer(turn_outcome const& how, bool stored) {
  watch_.ended(how, how.why);
  core_.observer->turn_ended(ended_of(plan_, how, how.why, stored));
}

message live_turn::ended_answer() const {
  auto ended = plan_.answer;
  ended.parts = pump_.parts();
  ended = outcome_.end(std::move(ended));
  ended.last_event = log_.last() + 1;
  ended.updated_at = core_.clock->now();
  ++ended.revision;
  return ended;
}

live_turn::closing live_turn::closing_with(message const& ended) const {
  closing made;
  auto& b = made.all;
  // The chat is named for those who hear of it.
  b.add(erase<active_turn>(plan_.lease.id)
            .when(&active_turn::instance, core_.instance)
            .when(&active_turn::chat_id, plan_.chat.id));
  b.add(update<message>(ended.id)
            .set(&message::parts, ended.parts)
            .set<answer_end>(ended)
            .set(&message::last_event, ended.last_event)
            .set(&message::updated_at, ended.updated_at)
            .set(&message::revision, ended.revision)
            .when(&message::state, message_state::streaming));
  flush_.erase_pieces(b);
  // After a restart the user may still be asked what they were asked before it.
  if (interruption_ != interruption::shutdown) pump_.questions().withdraw(b);
  add_text(b, plan_.chat.owner_id, plan_.question);
  add_text(b, plan_.chat.owner_id, ended);
  for (auto const& used : outcome_.counters) b.add(count(used));
  add_context_at_end(core_, plan_, b);
  made.template_there = add_usage_at_end(plan_, outcome_, b);
  return made;
}

task<result<receipt>> live_turn::write_patiently(batch b) {
  auto write = [&] { return core_.store->write(plan_.rows, b); };
  co_return co_await patiently(core_, std::move(write));
}

// --- readers --------------------------------------------------------------------------------------------------------

task<void> live_turn::ended() const {
  return brought_about_by(core_.executor, [this] { return done(); });
}

task<void> live_turn::beyond(std::int64_t seen) const {
  if (has_begun_) return log_.beyond(seen);
  return brought_about_by(core_.executor, [this, seen] { return log_.beyond(seen); });
}

void live_turn::reader_came() {
  std::lock_guard lock(readers_mutex_);
  ++readers_;
  ++readers_generation_;
}

void live_turn::reader_left() {
  std::uint64_t generation;
  {
    std::lock_guard lock(readers_mutex_);
    if (--readers_ > 0 || !plan_.chat.cancel_after_ms) return;
    generation = readers_generation_;
  }
  if (log_.ended()) return;
  auto const self = shared_from_this();
  asio::co_spawn(strand_, expire_without_readers(generation), [self](std::exception_ptr) {});
}

task<void> live_turn::expire_without_readers(std::uint64_t generation) {
  auto const wait = std::chrono::milliseconds(*plan_.chat.cancel_after_ms);
  co_await first_of(done_.above(0), core_.clock->sleep(wait));
  {
    std::lock_guard lock(readers_mutex_);
    if (readers_ > 0 || readers_generation_ != generation) co_return;
  }
  interrupt(interruption::stop);
}

}  // namespace sambung
