#include "services/turns/answer_replay.hpp"

#include "core/text.hpp"
#include "services/turns/event_pieces.hpp"

#include <utility>

namespace sambung {
namespace {

bool is_told_by_deltas(part const& one) {
  return std::holds_alternative<text_part>(one) || std::holds_alternative<reasoning_part>(one) ||
         std::holds_alternative<tool_call_part>(one) || std::holds_alternative<tool_result_part>(one);
}

std::string const* divisible_text(part const& one) {
  if (auto const* text = std::get_if<text_part>(&one)) return &text->text;
  if (auto const* reasoning = std::get_if<reasoning_part>(&one)) return &reasoning->text;
  return nullptr;
}

part beginning_of(part const& one, std::size_t size) {
  if (auto const* text = std::get_if<text_part>(&one)) return text_part{text->text.substr(0, size), {}};
  return reasoning_part{std::get<reasoning_part>(one).text.substr(0, size), {}};
}

}  // namespace

answer_replay::answer_replay(std::shared_ptr<message const> answer) : answer_(std::move(answer)) {}

turn_event answer_replay::next() { return std::exchange(begun_, true) ? delta() : snapshot(); }

// Whole parts as long as there is room for them, and the beginning of a text for which there is not.
turn_event answer_replay::snapshot() {
  turn_snapshot begin{answer_->id, {}};
  auto const& parts = answer_->parts;
  auto room = max_snapshot_bytes;
  for (; part_ < parts.size(); ++part_) {
    auto const size = content_bytes(parts[part_]);
    if (size > room) break;
    room -= size;
    begin.parts.push_back(parts[part_]);
  }
  if (part_ == parts.size()) return begin;
  if (auto const* text = divisible_text(parts[part_])) {
    offset_ = whole_characters(*text, room);
    if (offset_ > 0) begin.parts.push_back(beginning_of(parts[part_], offset_));
  }
  go_on();
  return begin;
}

turn_event answer_replay::delta() {
  auto told = std::visit([this](auto const& one) { return tell(one); }, answer_->parts[part_]);
  go_on();
  return told;
}

// To the next part that a delta can tell.
void answer_replay::go_on() {
  auto const& parts = answer_->parts;
  while (part_ < parts.size() && !is_told_by_deltas(parts[part_])) ++part_;
}

// So much of the text as is told at once; behind its end the part is done.
std::string answer_replay::piece(std::string const& text) {
  auto const rest = std::string_view(text).substr(offset_);
  auto const size = piece_size(rest);
  offset_ += size;
  if (size == rest.size()) {
    ++part_;
    offset_ = 0;
  }
  return std::string(rest.substr(0, size));
}

turn_event answer_replay::tell(text_part const& told) { return text_delta{piece(told.text)}; }

turn_event answer_replay::tell(reasoning_part const& told) {
  reasoning_delta next{piece(told.text)};
  if (offset_ == 0) next.provider_data = told.provider_data;
  return next;
}

turn_event answer_replay::tell(tool_call_part const& told) {
  tool_call_delta next;
  next.index = call_number();
  if (offset_ == 0) next.id = told.id;
  if (offset_ == 0) next.name = told.name;
  next.arguments = piece(told.arguments);
  if (offset_ == 0) next.provider_data = told.provider_data;
  return next;
}

turn_event answer_replay::tell(tool_result_part const& told) {
  ++part_;
  return tool_result{told.call_id, tool_of(told.call_id), told.text, told.is_error};
}

// go_on() passes over what these are.
template <class Part>
turn_event answer_replay::tell(Part const&) {
  ++part_;
  return text_delta();
}

std::int32_t answer_replay::call_number() const {
  std::int32_t before = 0;
  for (std::size_t i = 0; i < part_; ++i)
    if (std::holds_alternative<tool_call_part>(answer_->parts[i])) ++before;
  return before;
}

std::string answer_replay::tool_of(std::string const& call) const {
  for (std::size_t i = part_; i > 0; --i)
    if (auto const* made = std::get_if<tool_call_part>(&answer_->parts[i - 1]); made && made->id == call)
      return made->name;
  return {};
}

}  // namespace sambung
