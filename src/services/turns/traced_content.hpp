// What people and models wrote, as spans have it where an operator wants that.
// Source: OpenTelemetry's semantic conventions for generative AI, the JSON schemas of its messages.
#pragma once

#include <sambung/provider/completion.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace sambung {

// About so many bytes of one side of a call are kept.
inline constexpr std::size_t max_traced_bytes = 8'192;

// gen_ai.input.messages: the newest messages that fit, oldest first, the oldest of them perhaps cut. Of pictures and
// files only that they are there.
std::string traced_input(std::vector<prompt_message> const& messages);

// gen_ai.output.messages, of an answer's text.
std::string traced_output(std::string_view text, std::string_view finish_reason);

}  // namespace sambung
