// placement: where what fits stands in a prompt.
#pragma once

#include <sambung/provider/completion.hpp>

#include "context/context_block.hpp"

#include <string>
#include <vector>

namespace sambung {

struct placed_prompt {
  std::string system;                   // the system prompt in front
  std::vector<prompt_message> history;  // everything behind it, oldest first, the question among it
};

// `past` is oldest first, without the question. What is left of the history does not change with one more message,
// as long as its blocks do not: vendors bill such a beginning at a fraction. An instruction that stands behind the
// history's beginning is told as the user's: vendors take no system prompt there.
placed_prompt place(context_layout layout, std::vector<placed_block> const& blocks, std::vector<prompt_message> past,
                    prompt_message asked);

}  // namespace sambung
