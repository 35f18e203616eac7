#include "verb_table.hpp"

namespace sambung::python {

template <>
struct reached<completions> {
  static constexpr auto on = target::workspace;
  static completions of(handle const& h) { return h.as<workspace>().completions(); }
};

namespace {

constexpr std::size_t max_batch = 256;  // events in one go

using turn_ptr = std::shared_ptr<turn_reader>;
using stream_ptr = std::shared_ptr<stream_reader>;

// All events that are there, at least one; none at the end.
task<std::vector<turn_event>> next_events(turn_ptr from) {
  std::vector<turn_event> events;
  std::vector<std::int64_t> numbers;
  auto first = co_await from->read.next();
  while (first) {
    events.push_back(std::move(*first));
    numbers.push_back(from->read.last_event());
    if (events.size() == max_batch) break;
    first = from->read.ready();
  }
  std::lock_guard lock(from->mutex);
  from->numbers = std::move(numbers);
  co_return events;
}

task<std::vector<completion_event>> next_completion_events(stream_ptr from) {
  std::vector<completion_event> events;
  if (from->ended) co_return events;
  auto asked = from->read->next();
  auto next = co_await std::move(asked);
  auto first = std::move(next).value();
  from->ended = !first;
  while (first) {
    events.push_back(std::move(*first));
    if (events.size() == max_batch) break;
    first = from->read->ready();
  }
  co_return events;
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
  to.verb("turn_next", "", [](turn_ptr from) { return next_events(std::move(from)); });
  to.verb("turn_answer", "", [](turn_ptr from) { return answer_of(std::move(from)); });
  to.verb("turn_stop", "", [](turn_ptr from) { return stop(std::move(from)); });
  to.verb("completion_next", "", [](stream_ptr from) { return next_completion_events(std::move(from)); });
  to.verb("completions_complete", "request", &completions::complete);
  to.verb("completions_stream", "request", &completions::stream);
  to.verb("completions_embed", "request", &completions::embed);
  to.verb("completions_try_prompt", "trial", &completions::try_prompt);
  to.verb("completions_models", "", &completions::models);
  to.verb("completions_provider_health", "", &completions::provider_health);
}

}  // namespace sambung::python
