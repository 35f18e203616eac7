#include "verb_table.hpp"

namespace sambung::python {

template <>
struct reached<completions> {
  static constexpr auto on = target::workspace;
  static completions of(handle const& h) { return h.as<workspace>().completions(); }
};

namespace {

using turn_ptr = std::shared_ptr<turn_reader>;
using stream_ptr = std::shared_ptr<stream_reader>;

// Waits until there is an event to take; false at the end.
task<bool> wait_for_event(turn_ptr from) {
  {
    std::lock_guard lock(from->mutex);
    if (from->waiting) co_return true;
  }
  auto event = co_await from->read.next();
  if (!event) co_return false;
  std::lock_guard lock(from->mutex);
  from->waiting.emplace(std::move(*event), from->read.last_event());
  co_return true;
}

task<bool> wait_for_completion_event(stream_ptr from) {
  {
    std::lock_guard lock(from->mutex);
    if (from->waiting) co_return true;
    if (from->ended) co_return false;
  }
  auto asked = from->read->next();
  auto next = co_await std::move(asked);
  auto event = std::move(next).value();
  std::lock_guard lock(from->mutex);
  from->ended = !event;
  from->waiting = std::move(event);
  co_return !from->ended;
}

task<message> answer_of(turn_ptr from) {
  auto reading = from->read.answer();
  co_return co_await std::move(reading);
}

task<message> stop(turn_ptr turn) {
  auto stopping = turn->desk->chats().stop(turn->read.message_id());
  co_return co_await std::move(stopping);
}

}  // namespace

void add_turn_verbs(verb_table& to) {
  to.verb("turn_wait", "", [](turn_ptr from) { return wait_for_event(std::move(from)); });
  to.verb("turn_answer", "", [](turn_ptr from) { return answer_of(std::move(from)); });
  to.verb("turn_stop", "", [](turn_ptr from) { return stop(std::move(from)); });
  to.verb("completion_wait", "", [](stream_ptr from) { return wait_for_completion_event(std::move(from)); });
  to.verb("completions_complete", "request", &completions::complete);
  to.verb("completions_stream", "request", &completions::stream);
  to.verb("completions_embed", "request", &completions::embed);
  to.verb("completions_try_prompt", "trial", &completions::try_prompt);
  to.verb("completions_models", "", &completions::models);
  to.verb("completions_provider_health", "", &completions::provider_health);
}

}  // namespace sambung::python
