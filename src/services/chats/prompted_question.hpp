// prompted_question: what is asked in a turn, once the kept prompt that it was asked with is filled in.
#pragma once

#include <sambung/services/turns/send_options.hpp>

#include "services/turns/chat_access.hpp"
#include "services/turns/used_prompt.hpp"

#include <optional>
#include <vector>

namespace sambung {

struct prompted_question {
  prompted_question(std::vector<part> parts_, send_options how_) : parts(std::move(parts_)), how(std::move(how_)) {}

  std::vector<part> parts;
  send_options how;                   // with what the prompt wishes
  std::optional<used_prompt> prompt;  // none without one
};

// The prompt as the caller may read it, for a turn in that chat. Throws what templates::render() throws.
task<used_prompt> fill_in_prompt(chat_access const& access, prompt_use use, chat const& in, send_options const& how);

// With the prompt of `how`, or else the one that the chat is set up with. `parts` are checked already. Throws
// error(errc::invalid_argument) for parts beside a prompt that asks by itself, and for none beside any other; and what
// templates::render() throws, and check_parts() of what the prompt asks.
task<prompted_question> with_prompt(chat_access const& access, chat const& in, std::vector<part> parts,
                                    send_options how);

// The options and the prompt that `answer` was made with, for another answer to the same question. What of the prompt
// is not there any more, or not the caller's to read, is left out and reported so.
task<prompted_question> with_prompt_of(chat_access const& access, chat const& in, message const& answer,
                                       send_options how);

}  // namespace sambung
