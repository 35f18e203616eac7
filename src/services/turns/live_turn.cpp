#include "services/turns/live_turn.hpp"

#include "core/caught.hpp"
#include "core/executor_probe.hpp"
#include "core/serial_executor.hpp"
#include "core/storable.hpp"
#include "services/accounting/usage_meter.hpp"
#include "services/turns/call_report.hpp"
#include "services/turns/counted_prompt.hpp"
#include "services/turns/event_pieces.hpp"
#include "services/turns/kept_context.hpp"
#include "services/turns/message_texts.hpp"
#include "services/turns/patience.hpp"
#include "services/turns/prompt.hpp"
#include "services/turns/recent_heads.hpp"
#include "services/turns/turns_state.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>

namespace sambung {

namespace asio = boost::asio;
using namespace boost::asio::experimental::awaitable_operators;

namespace {

// More than this in one turn is cut off as incomplete: events and their bookkeeping are held in memory.
constexpr std::size_t max_log_bytes = 2 * max_answer_bytes;

constexpr std::size_t max_error_bytes = 4'096;

// A turn's pieces are erased in the batch that ends it, which is bounded: after each so many of them, flushing takes
// twice as much time and text.
constexpr std::size_t chunks_until_doubling = 1'000;

// What may still come when a message is full: the part that a delta begins, and the fault that it ends with.
constexpr std::size_t parts_to_end = 2;

failure too_long() { return {errc::unavailable, "the answer is too long"}; }

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

turn_context with_blocks_of(std::optional<used_prompt> prompt) {
  turn_context made;
  made.prompt = std::move(prompt);
  if (made.prompt) made.blocks = made.prompt->blocks;
  return made;
}

live_turn::live_turn(std::shared_ptr<engine_core> core, turn_plan plan, std::optional<message_id> user_message)
    : owner_(std::move(core)),
      core_(*owner_),
      plan_(std::move(plan)),
      log_(started_of(plan_, user_message)),
      strand_(serial_executor(core_.executor, core_.threads)),
      questions_(core_, plan_.rows, [this](turn_event told) { add(told); }) {}

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
  questions_.look_again();
  arrived_bytes_.raise_to(rising_level::top);
  done_.raise_to(1);
  strand_ = asio::any_io_executor();
}

void live_turn::abandon(failure why) {
  core_.observer->failed(failed(engine_part::turn, why));
  log_.abandon(std::move(why));
}

// --- from the provider into the log -----------------------------------------------------------------------------

task<void> live_turn::pump() {
  has_begun_ = true;
  result<void> how;
  std::exception_ptr thrown;
  try {
    how = co_await play();
  } catch (...) {
    thrown = std::current_exception();
  }
  if (thrown && interruption_ != interruption::none) how = failure(errc::cancelled, "cancelled");
  else if (thrown) how = caught(thrown);
  // Who would not be told otherwise: the answer has the message alone.
  if (!how && how.error().code == errc::internal) core_.observer->failed(failed(engine_part::turn, how.error()));
  plan_.key.credential.reset();
  settle(how);
  pumped_ = true;
  arrived_bytes_.raise_to(rising_level::top);
}

// Step by step: the model is called, then the tools that it called, until it calls none.
task<result<void>> live_turn::play() {
  auto request = co_await assemble_patiently();
  offer(plan_.tools, request);
  request.credential = std::move(plan_.key.credential);
  for (std::size_t step = 1;; ++step) {
    bool const last = !plan_.tools.may_be_called() || step == plan_.tools.max_steps;
    auto next = last ? std::move(request) : request;
    auto const how = co_await call_model(std::move(next));
    if (!how || !steps_.ended() || !plan_.tools.may_be_called()) co_return how;
    auto calls = steps_.calls_to_make();
    if (calls.empty()) co_return how;
    if (last) {
      for (auto const& call : calls) add(refused_call(call, "not made: this turn may have no further step"));
      out_of_steps_ = true;
      co_return how;
    }
    co_await run_tools(std::move(calls));
    if (full_) co_return too_long();
    go_on_with(request, steps_.said());
  }
}

// One call of the model, with everything that it costs.
task<result<void>> live_turn::call_model(completion_request request) {
  counted_prompt const prompt(*core_.turns->tokens, *plan_.answer.model, request);
  steps_.begin();
  if (auto const room = plan_.meter->begin(prompt.tokens()); !room) co_return room.error();
  call_report const report(core_, failed(engine_part::provider, failure()), plan_.key.source);
  report.follow(request);
  auto opened = co_await plan_.provider->stream(std::move(request));
  report.ended(opened);
  if (!opened) co_return opened.error();
  plan_.meter->accepted();
  auto const stream = std::move(*opened);
  plan_.meter->bill_as(stream->billed_as());
  note(stream->warnings());
  reported_.reset();
  for (;;) {
    if (interruption_ != interruption::none) co_return failure(errc::cancelled, "cancelled");
    auto event = co_await stream->next();
    if (!event) {
      tell_of_provider(event.error());
      co_return event.error();
    }
    if (!*event) break;
    auto const taken = take_what_is_there(*stream, std::move(**event));
    if (!taken) co_return taken;
  }
  // What stood in for the model may count in another way.
  if (reported_ && stream->billed_as().empty()) prompt.reported(*reported_);
  co_return result<void>();
}

result<void> live_turn::take_what_is_there(completion_stream& from, completion_event first) {
  sole_thread::section const here(*core_.thread);
  take(std::move(first));
  while (!plan_.meter->exhausted() && !full_) {
    auto more = from.ready();
    if (!more) break;
    take(std::move(*more));
  }
  if (auto const* why = plan_.meter->exhausted()) return *why;
  if (full_) return too_long();
  return {};
}

void live_turn::tell_of_provider(failure const& why) const {
  if (interruption_ == interruption::none) core_.observer->failed(failed(engine_part::provider, why));
}

// Each step leaves out what the one before did.
void live_turn::note(std::vector<issue> left_out) {
  for (auto& one : left_out)
    if (std::ranges::find(warnings_, one) == warnings_.end()) warnings_.push_back(std::move(one));
}

// Storage that is away for a moment must not cost the answer.
task<completion_request> live_turn::assemble_patiently() {
  auto assembled = [this]() -> task<result<completion_request>> {
    co_return co_await as_result(first_request(core_, plan_));
  };
  auto made = co_await patiently(core_, std::move(assembled));
  co_return std::move(made).value();
}

task<void> live_turn::run_tools(std::vector<tool_call_part> calls) {
  auto ask = [this](tool_call const& call, tool const& by) { return questions_.ask(call, by); };
  tool_environment const with{
      core_.executor,           core_.clock,         core_.turns->tools.approver(), std::move(ask),
      core_.turns->tool_limits, core_.observer.get()};
  tool_call whose;
  whose.tenant_id = plan_.rows.tenant();
  whose.user_id = plan_.chat.owner_id;
  whose.role = plan_.who->role();
  whose.workspace = core_.turns->workspace_of(*plan_.who);
  whose.chat_id = plan_.chat.id;
  whose.message_id = plan_.answer.id;
  tool_step step(with, plan_.tools, std::move(whose), [this](tool_result done) { add(std::move(done)); });
  co_await step.run(std::move(calls));
}

void live_turn::take(completion_event event) {
  plan_.meter->take(event);
  if (auto const* report = std::get_if<usage_report>(&event)) reported_ = report->usage;
  if (auto delta = steps_.take(std::move(event)))
    for (auto const& piece : in_pieces(std::move(*delta))) add(piece);
}

void live_turn::add(turn_event const& delta) {
  auto const before = log_.bytes();
  full_ = full_ || before > max_log_bytes || steps_.parts().size() + parts_to_end >= max_message_parts;
  full_ = full_ || !log_.append(delta);
  if (full_) return;
  steps_.add(delta);
  arrived_bytes_.raise_by(static_cast<std::int64_t>(log_.bytes() - before));
}

// What the end of the stream makes of the message.
void live_turn::settle(result<void> const& how) {
  auto& out = outcome_;
  auto const& used = plan_.meter->finish();
  out.usage = used.usage;
  out.cost_microusd = used.cost_microusd;
  out.counters = used.counters;
  out.finish_reason = out_of_steps_ ? std::optional<std::string>(max_steps_word) : steps_.finish_word();
  if (how && steps_.ended()) {
    out.state = message_state::complete;
    return;
  }
  switch (interruption_.load()) {
    case interruption::stop:
      out.state = message_state::cancelled;
      return;
    case interruption::shutdown:
      out.reason = message_reason::shutdown;
      return;
    case interruption::lease_lost:
      out.reason = message_reason::lease_lost;
      return;
    case interruption::none:
      break;
  }
  auto const why = how ? failure(errc::unavailable, "the provider broke off") : how.error();
  // What broke off in the middle is incomplete; what the provider refused or garbled has failed.
  bool const broke_off = why.code == errc::unavailable || why.code == errc::deadline_exceeded;
  bool const ended_here = plan_.meter->exhausted();
  out.state = ended_here || (broke_off && log_.last() > 1) ? message_state::incomplete : message_state::failed;
  out.reason = reason_of(why.code);
  out.why = why;
  out.error = why.message.substr(0, max_error_bytes);
  make_storable(*out.error);
}

// --- from the log into storage ------------------------------------------------------------------------------------

task<void> live_turn::run() {
  while (!pumped_) {
    co_await await_flush_time();
    if (!pumped_) co_await flush();
  }
  co_await conclude();
}

// Completes when something has waited for flush_interval, flush_bytes have gathered, the provider is done, or the lease
// wants to be renewed.
task<void> live_turn::await_flush_time() {
  auto const& options = core_.turns->options;
  if (arrived_bytes_.value() <= flushed_bytes_)
    co_await (arrived_bytes_.try_above(flushed_bytes_) || core_.clock->sleep(options.lease / 3));
  if (arrived_bytes_.value() == flushed_bytes_) co_return;
  auto const patience = std::int64_t(1) << chunks_.size() / chunks_until_doubling;
  auto const enough = flushed_bytes_ + patience * static_cast<std::int64_t>(options.flush_bytes) - 1;
  co_await (arrived_bytes_.try_above(enough) || core_.clock->sleep(patience * options.flush_interval));
}

std::optional<live_turn::piece> live_turn::next_piece() {
  auto deltas = log_.deltas(flushed_events_);
  if (deltas.count == 0) return std::nullopt;
  auto const bytes = arrived_bytes_.value();
  piece next;
  next.chunk.id = core_.ids->next<chunk_id>();
  next.chunk.message_id = plan_.answer.id;
  next.chunk.first_event = flushed_events_ + 1;
  next.chunk.events = std::move(deltas.text);
  next.events = deltas.count;
  next.bytes = bytes == rising_level::top ? flushed_bytes_ : bytes;
  return next;
}

task<void> live_turn::flush() {
  auto const now = core_.clock->now();
  batch b;
  b.add(update<active_turn>(plan_.lease.id)
            .set(&active_turn::lease_expires_at, now + core_.turns->options.lease)
            .when(&active_turn::instance, core_.instance)
            .when(&active_turn::stop_requested, false));
  if (!flushing_) flushing_ = next_piece();
  // Repeating it stores it once: without members to add, a row that is there is left alone.
  if (flushing_) b.add(increment(flushing_->chunk));
  auto const written = co_await core_.store->write(plan_.rows, std::move(b));
  if (written) {
    if (!flushing_) co_return;
    chunks_.push_back(flushing_->chunk.id);
    flushed_events_ += flushing_->events;
    flushed_bytes_ = flushing_->bytes;
    flushing_.reset();
  } else if (written.error().code == errc::conflict || written.error().code == errc::not_found) {
    auto const lease = co_await core_.records<active_turn>(plan_.rows).get(plan_.lease.id);
    bool const asked = lease && lease->stop_requested && lease->instance == core_.instance;
    interrupt(asked ? interruption::stop : interruption::lease_lost);
    co_await arrived_bytes_.above(rising_level::top - 1);
  } else {
    // Storage is away. The text stays in the log, which is bounded; the next round tries again.
    co_await (arrived_bytes_.above(rising_level::top - 1) || core_.clock->sleep(core_.turns->options.flush_interval));
  }
}

// Text, usage, state and counters in one batch; the last event only once that is stored.
task<void> live_turn::conclude() {
  auto ended = ended_answer(outcome_);
  auto const stored = co_await write_patiently(closing_batch(outcome_, ended));
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

void live_turn::tell_end(outcome const& how) {
  turn_finished last;
  static_cast<answer_end&>(last) = how;
  last.message_id = plan_.answer.id;
  last.error = how.error;
  last.warnings = std::move(warnings_);
  log_.finish(std::move(last));
}

void live_turn::tell_observer(outcome const& how, bool stored) const {
  ended_turn turn;
  turn.tenant_id = plan_.rows.tenant();
  turn.user_id = plan_.chat.owner_id;
  turn.chat_id = plan_.chat.id;
  turn.message_id = plan_.answer.id;
  turn.model = plan_.answer.model.value_or(std::string());
  turn.how = how;
  turn.why = how.why;
  turn.stored = stored;
  core_.observer->turn_ended(turn);
}

failed_part live_turn::failed(engine_part part, failure why) const {
  failed_part what(part, plan_.answer.model.value_or(std::string()), std::move(why));
  what.tenant_id = plan_.rows.tenant();
  what.user_id = plan_.chat.owner_id;
  what.chat_id = plan_.chat.id;
  what.message_id = plan_.answer.id;
  return what;
}

message live_turn::ended_answer(outcome const& how) {
  auto ended = plan_.answer;
  ended.parts = steps_.parts();
  static_cast<answer_end&>(ended) = how;
  if (how.error) {
    auto const* code = boost::describe::enum_to_string(how.reason.value_or(message_reason::internal), "internal");
    ended.parts.push_back(error_part{code, *how.error, {}});
  }
  ended.last_event = log_.last() + 1;
  ended.updated_at = core_.clock->now();
  ++ended.revision;
  return ended;
}

batch live_turn::closing_batch(outcome const& how, message const& ended) const {
  batch b;
  b.add(erase<active_turn>(plan_.lease.id).when(&active_turn::instance, core_.instance));
  b.add(update<message>(ended.id)
            .set(&message::parts, ended.parts)
            .set<answer_end>(ended)
            .set(&message::last_event, ended.last_event)
            .set(&message::updated_at, ended.updated_at)
            .set(&message::revision, ended.revision)
            .when(&message::state, message_state::streaming));
  for (auto const& id : chunks_) b.add(erase<turn_chunk>(id));
  // Whether it is there or not, it is there before it goes; without its text, which the message has.
  if (flushing_) {
    auto place = flushing_->chunk;
    place.events = "[]";
    b.add(increment(place)).add(erase<turn_chunk>(place.id));
  }
  // After a restart the user may still be asked what they were asked before it.
  if (interruption_ != interruption::shutdown) questions_.withdraw(b);
  add_text(b, plan_.chat.owner_id, plan_.question);
  add_text(b, plan_.chat.owner_id, ended);
  for (auto const& used : how.counters) b.add(count(used));
  add_context_at_end(core_, plan_, how, b);
  return b;
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
  co_await (done_.above(0) || core_.clock->sleep(wait));
  {
    std::lock_guard lock(readers_mutex_);
    if (readers_ > 0 || readers_generation_ != generation) co_return;
  }
  interrupt(interruption::stop);
}

}  // namespace sambung
