// anthropic_messages: the messages of a prompt as Anthropic's API wants them. Pure.
#pragma once

#include "provider/wires/wire.hpp"

#include <sambung/provider/completion.hpp>

#include <string>
#include <vector>

namespace sambung::anthropic {

// Whether the model thinks before it answers, as far as the request says.
bool thinks(completion_request const& request);

// Whether the model holds the reasoning that goes back to it against all that came before it.
// https://platform.claude.com/docs/en/build-with-claude/preserved-thinking
bool binds_reasoning(std::string_view model);

// Beside thinking that is turned off the API cannot be told to leave reasoning out.
bool leaves_reasoning_out(completion_request const& request);

// Reasoning with the signature of this API.
bool is_signed(part const& p);

bool blank(std::string_view text);

// Appends the messages as an array, and to `refused` what of them the API has not.
wire::prompt add_messages(std::string& out, completion_request const& request, std::vector<issue>& refused);

}  // namespace sambung::anthropic
