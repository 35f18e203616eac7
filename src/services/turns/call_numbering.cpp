#include "services/turns/call_numbering.hpp"

#include <algorithm>

namespace sambung {

tool_call_delta call_numbering::placed(tool_call_delta call) {
  // An index that skips ahead is taken for the next call: the indexes of one answer are contiguous.
  auto const index = std::min(static_cast<std::size_t>(std::max(call.index, 0)), in_step_);
  if (index == in_step_) {
    call.id = unused(std::move(call.id));
    ids_.insert(call.id);
    ++in_step_;
  }
  call.index = static_cast<std::int32_t>(before_ + index);
  return call;
}

// Some vendors number calls from 0 in every step.
std::string call_numbering::unused(std::string id) const {
  if (!id.empty() && !ids_.contains(id)) return id;
  auto const stem = (id.empty() ? "call" : id) + "_";
  auto number = ids_.size();
  while (ids_.contains(stem + std::to_string(number))) ++number;
  return stem + std::to_string(number);
}

}  // namespace sambung
