#include "provider/wires/stream_decoder.hpp"

#include "core/json_text.hpp"

namespace sambung {

std::optional<completion_event> stream_decoder::next() {
  if (read_ == events_.size()) {
    events_.clear();
    read_ = 0;
    return std::nullopt;
  }
  return std::move(events_[read_++]);
}

void stream_decoder::name_model(std::string_view name) {
  if (model_.empty()) model_ = without_nul(name);
}

void stream_decoder::finish() {
  report_usage();
  emit(completion_finished{ending_->reason, ending_->raw});
  ended_ = true;
}

void stream_decoder::fail(failure why) {
  report_usage();
  why_ = std::move(why);
  ended_ = true;
}

void stream_decoder::report_usage() {
  if (usage_) emit(*std::exchange(usage_, std::nullopt));
}

result<completion> collected(stream_decoder& decoder) {
  completion answer;
  part_builder parts;
  while (auto event = decoder.next()) {
    if (auto* usage = std::get_if<usage_report>(&*event)) {
      answer.usage = usage->usage;
      answer.raw_usage = std::move(usage->raw);
    } else if (auto* end = std::get_if<completion_finished>(&*event)) {
      answer.reason = end->reason;
      answer.raw_reason = std::move(end->raw_reason);
    } else {
      parts.add(*event);
    }
  }
  if (decoder.why()) return *decoder.why();
  answer.model = decoder.model();
  answer.parts = parts.take();
  return answer;
}

}  // namespace sambung
