// context_block: a text that is to be part of a prompt, and under which conditions.
#pragma once

#include <sambung/context/report.hpp>

#include <string>
#include <vector>

namespace sambung {

// Who takes room first. Between `second` and `third` the history takes a quarter of the budget, behind all of them the
// rest.
enum class context_rank { mandatory, second, third };

// What may be cut off of a text that does not fit whole.
enum class context_trim { none, head, tail };

enum class context_layout { assistant, roleplay };

struct context_block {
  context_block() = default;
  context_block(block_source source_, context_place place_, std::string text_)
      : source(std::move(source_)), text(std::move(text_)), place(place_) {}

  block_source source;
  context_reason reason = context_reason::always;  // why it is considered; given in the report when it is included
  sambung::role role = role::system;
  std::string text;
  context_place place = context_place::main;
  std::int64_t depth = 4;    // of at_depth: so many messages stand behind it
  std::int64_t order = 100;  // among those of one depth, higher ones come first
  context_rank rank = context_rank::mandatory;
  std::int64_t cap = 100;  // per cent of the budget that blocks of its place may have together
  context_trim trim = context_trim::none;
};

// A block, and what became of it.
struct placed_block {
  explicit placed_block(context_block block_) : block(std::move(block_)) {}

  bool is_in() const { return state != block_state::dropped; }

  context_block block;
  std::int64_t tokens = 0;
  block_state state = block_state::included;
  context_reason reason = context_reason::always;
};

}  // namespace sambung
