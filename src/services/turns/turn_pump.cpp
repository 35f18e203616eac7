#include "services/turns/turn_pump.hpp"

#include "services/turns/call_report.hpp"
#include "services/turns/counted_prompt.hpp"
#include "services/turns/event_pieces.hpp"
#include "services/turns/model_call.hpp"
#include "services/turns/patience.hpp"
#include "services/turns/prompt.hpp"
#include "services/turns/turns_state.hpp"

#include <algorithm>

namespace sambung {
namespace {

// More than this in one turn is cut off as incomplete: events and their bookkeeping are held in memory.
constexpr std::size_t max_log_bytes = 2 * max_answer_bytes;

// What may still come when a message is full: the part that a delta begins, and the fault that it ends with.
constexpr std::size_t parts_to_end = 2;

failure too_long() { return {errc::unavailable, "the answer is too long"}; }

}  // namespace

turn_pump::turn_pump(engine_core& core, turn_plan& plan, turn_log& log, turn_watch& watch,
                     std::atomic<turn_interruption> const& interruption)
    : core_(core),
      plan_(plan),
      log_(log),
      watch_(watch),
      interruption_(interruption),
      questions_(core_, plan_.rows, [this](turn_event told) { add(told); }) {}

task<result<void>> turn_pump::run() {
  say_again();
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

void turn_pump::say_again() {
  if (plan_.context.begun.empty()) return;
  steps_.begin_behind(plan_.context.begun.size());
  for (auto const& piece : in_pieces(text_delta{plan_.context.begun})) add(piece);
}

// One call of the model, with everything that it costs.
task<result<void>> turn_pump::call_model(completion_request request) {
  counted_prompt const prompt(*core_.turns->tokens, *plan_.answer.model, request);
  steps_.begin();
  if (auto const room = plan_.meter->begin(prompt.tokens()); !room) co_return room.error();
  model_call call(core_, plan_.rows, *plan_.answer.model, model_operation::chat);
  call.follow(request);
  auto const how = co_await hear_model(std::move(request), prompt, call);
  call.ended(how);
  co_return how;
}

task<result<void>> turn_pump::hear_model(completion_request request, counted_prompt const& prompt, model_call& call) {
  call_report const report(core_, failed_of(plan_, engine_part::provider, failure()), plan_.key.source);
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
    if (interruption_ != turn_interruption::none) co_return failure(errc::cancelled, "cancelled");
    auto event = co_await stream->next();
    if (!event) {
      tell_of_provider(event.error());
      co_return event.error();
    }
    if (!*event) break;
    auto const taken = take_what_is_there(*stream, std::move(**event), call);
    if (!taken) co_return taken;
  }
  // What stood in for the model may count in another way.
  if (reported_ && stream->billed_as().empty()) prompt.reported(*reported_);
  co_return result<void>();
}

result<void> turn_pump::take_what_is_there(completion_stream& from, completion_event first, model_call& call) {
  sole_thread::section const here(*core_.thread);
  take(std::move(first), call);
  while (!plan_.meter->exhausted() && !full_) {
    auto more = from.ready();
    if (!more) break;
    take(std::move(*more), call);
  }
  if (auto const* why = plan_.meter->exhausted()) return *why;
  if (full_) return too_long();
  return {};
}

void turn_pump::tell_of_provider(failure const& why) const {
  if (interruption_ == turn_interruption::none) core_.observer->failed(failed_of(plan_, engine_part::provider, why));
}

// Each step leaves out what the one before did.
void turn_pump::note(std::vector<issue> left_out) {
  for (auto& one : left_out)
    if (std::ranges::find(warnings_, one) == warnings_.end()) warnings_.push_back(std::move(one));
}

// Storage that is away for a moment must not cost the answer.
task<completion_request> turn_pump::assemble_patiently() {
  auto assembled = [this]() -> task<result<completion_request>> {
    co_return co_await as_result(first_request(core_, plan_));
  };
  auto made = co_await patiently(core_, std::move(assembled));
  co_return std::move(made).value();
}

task<void> turn_pump::run_tools(std::vector<tool_call_part> calls) {
  auto ask = [this](tool_call const& call, tool const& by) { return questions_.ask(call, by); };
  tool_environment const with{core_.executor,
                              core_.clock,
                              core_.turns->tools.approver(),
                              std::move(ask),
                              core_.turns->tool_limits,
                              core_.observer.get(),
                              core_.tracer.get(),
                              plan_.rows.call().span(),
                              core_.trace_content};
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

void turn_pump::take(completion_event event, model_call& call) {
  call.take(event);
  plan_.meter->take(event);
  if (auto const* report = std::get_if<usage_report>(&event)) reported_ = report->usage;
  if (std::holds_alternative<text_delta>(event)) watch_.text_came();
  if (auto delta = steps_.take(std::move(event)))
    for (auto const& piece : in_pieces(std::move(*delta))) add(piece);
}

void turn_pump::add(turn_event const& delta) {
  auto const before = log_.bytes();
  full_ = full_ || before > max_log_bytes || steps_.parts().size() + parts_to_end >= max_message_parts;
  full_ = full_ || !log_.append(delta);
  if (full_) return;
  steps_.add(delta);
  arrived_.raise_by(static_cast<std::int64_t>(log_.bytes() - before));
}

std::optional<std::string> turn_pump::finish_word() const {
  return out_of_steps_ ? std::optional<std::string>(max_steps_word) : steps_.finish_word();
}

}  // namespace sambung
