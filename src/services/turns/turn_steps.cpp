#include "services/turns/turn_steps.hpp"

#include "services/turns/turn_log.hpp"

namespace sambung {
void turn_steps::begin() {
  if (ended_) begins_ = parts().size();  // the first step goes on in the part that stands before it
  ended_.reset();
  finish_word_.reset();
  numbering_.begin_step();
}

std::optional<turn_event> turn_steps::take(completion_event event) {
  if (auto* call = std::get_if<tool_call_delta>(&event)) return numbering_.placed(std::move(*call));
  if (auto* end = std::get_if<completion_finished>(&event)) {
    ended_ = end->reason;
    if (!end->raw_reason.empty()) finish_word_ = std::move(end->raw_reason);
  }
  return delta_of(std::move(event));
}

void turn_steps::add(turn_event const& delta) { add_delta(parts_, delta); }

std::vector<part> turn_steps::said() const {
  std::vector<part> own(parts().begin() + static_cast<std::ptrdiff_t>(begins_), parts().end());
  if (begins_ > 0 || said_before_ == 0 || own.empty()) return own;
  if (auto* text = std::get_if<text_part>(&own.front())) text->text.erase(0, said_before_);
  return own;
}

std::vector<tool_call_part> turn_steps::calls_to_make() const {
  std::vector<tool_call_part> calls;
  if (ended_ == finish_reason::length || ended_ == finish_reason::content_filter) return calls;
  for (auto& p : said())
    if (auto* call = std::get_if<tool_call_part>(&p)) calls.push_back(std::move(*call));
  return calls;
}

}  // namespace sambung
