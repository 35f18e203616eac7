// anthropic_media: pictures and files as Anthropic's API takes them. Pure.
#pragma once

#include "core/json_writer.hpp"

#include <sambung/provider/completion.hpp>

namespace sambung::anthropic {

bool is_media(part const& p);

// Appends the block of a picture or a file. Gives why the API does not take it, null when it does.
char const* add_media(array_writer& blocks, part const& p);

}  // namespace sambung::anthropic
