// How the answer of a chat, which may have taken several steps, reads to a client that knows of none.
#pragma once

#include <sambung/provider/completion.hpp>
#include <sambung/records/message.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sambung::openai_server {

inline constexpr std::string_view between_steps = "\n\n";

// What was said before, between and after calls of tools.
std::string text_of_steps(std::vector<part> const& parts);

// What a chat's tools did stays between the engine and its model: nobody else could answer their calls.
finish_reason reason_in_chat(std::optional<std::string> const& word);

// The answer as a completion: what was said in all its steps, nothing of its tools.
completion completion_of(message const& answer);

}  // namespace sambung::openai_server
