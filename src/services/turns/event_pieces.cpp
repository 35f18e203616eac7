#include "services/turns/event_pieces.hpp"

#include "core/text.hpp"

#include <utility>

namespace sambung {
namespace {

// `next(std::string)` makes a delta of so much; the rest stays in `last`.
template <class Delta, class Next>
std::vector<turn_event> split(Delta last, std::string Delta::* member, Next next) {
  std::vector<turn_event> pieces;
  auto const whole = std::move(last.*member);
  std::string_view rest = whole;
  for (auto size = piece_size(rest); size < rest.size(); size = piece_size(rest)) {
    pieces.emplace_back(next(std::string(rest.substr(0, size))));
    rest.remove_prefix(size);
  }
  last.*member = std::string(rest);
  pieces.emplace_back(std::move(last));
  return pieces;
}

std::vector<turn_event> pieces_of(text_delta whole) {
  return split(std::move(whole), &text_delta::text, [](std::string text) { return text_delta{std::move(text)}; });
}

std::vector<turn_event> pieces_of(reasoning_delta whole) {
  return split(std::move(whole), &reasoning_delta::text,
               [](std::string text) { return reasoning_delta{std::move(text)}; });
}

// The id and the name come with the first fragment.
std::vector<turn_event> pieces_of(tool_call_delta whole) {
  bool const several = piece_size(whole.arguments) < whole.arguments.size();
  auto const index = whole.index;
  auto id = several ? std::exchange(whole.id, {}) : std::string();
  auto name = several ? std::exchange(whole.name, {}) : std::string();
  return split(std::move(whole), &tool_call_delta::arguments, [&](std::string text) {
    return tool_call_delta{index, std::exchange(id, {}), std::exchange(name, {}), std::move(text)};
  });
}

template <class Event>
std::vector<turn_event> pieces_of(Event whole) {
  std::vector<turn_event> one;
  one.emplace_back(std::move(whole));
  return one;
}

}  // namespace

std::size_t piece_size(std::string_view text) {
  auto const size = whole_characters(text, max_delta_bytes);
  return size > 0 ? size : text.size();
}

std::vector<turn_event> in_pieces(turn_event delta) {
  return std::visit([](auto& whole) { return pieces_of(std::move(whole)); }, delta);
}

}  // namespace sambung
