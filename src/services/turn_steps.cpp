#include "services/turn_steps.hpp"

#include <sambung/services/context.hpp>

#include "services/turn_log.hpp"

namespace sambung {
namespace {

void add_usage(token_usage& sum, token_usage const& more) {
  sum.input_tokens += more.input_tokens;
  sum.output_tokens += more.output_tokens;
  sum.cached_input_tokens += more.cached_input_tokens;
  sum.reasoning_tokens += more.reasoning_tokens;
}

}  // namespace

void turn_steps::begin(std::int64_t prompt_tokens) {
  ended_.reset();
  finish_word_.reset();
  begins_ = parts().size();
  counted_ = false;
  prompt_tokens_ = prompt_tokens;
  step_usage_.reset();
  numbering_.begin_step();
}

std::optional<turn_event> turn_steps::take(completion_event event) {
  if (auto* call = std::get_if<tool_call_delta>(&event)) return numbering_.placed(std::move(*call));
  if (auto* usage = std::get_if<usage_report>(&event)) {
    step_usage_ = usage->usage;
  } else if (auto* end = std::get_if<completion_finished>(&event)) {
    ended_ = end->reason;
    if (!end->raw_reason.empty()) finish_word_ = std::move(end->raw_reason);
  }
  return delta_of(std::move(event));
}

void turn_steps::add(turn_event const& delta) { add_delta(parts_, delta); }

void turn_steps::count() {
  if (std::exchange(counted_, true)) return;
  if (step_usage_) {
    if (!reported_) reported_.emplace();
    add_usage(*reported_, *step_usage_);
  } else if (begins_ < parts().size()) {
    estimated_.input_tokens += prompt_tokens_;
    estimated_.output_tokens += estimate_tokens(prompt_message(role::assistant, said()));
  }
}

std::vector<part> turn_steps::said() const {
  return {parts().begin() + static_cast<std::ptrdiff_t>(begins_), parts().end()};
}

std::vector<tool_call_part> turn_steps::calls_to_make() const {
  std::vector<tool_call_part> calls;
  if (ended_ == finish_reason::length || ended_ == finish_reason::content_filter) return calls;
  for (auto& p : said())
    if (auto* call = std::get_if<tool_call_part>(&p)) calls.push_back(std::move(*call));
  return calls;
}

token_usage turn_steps::used() const {
  auto all = reported_.value_or(token_usage());
  add_usage(all, estimated_);
  return all;
}

}  // namespace sambung
