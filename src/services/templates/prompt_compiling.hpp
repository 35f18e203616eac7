// prompt_compiling: whether what a prompt says can be kept, and what it is compiled to.
#pragma once

#include "services/templates/included_texts.hpp"

namespace sambung {

// Everything that is wrong with the content itself. Throws error(errc::invalid_argument) for what breaks a limit, and
// errc::payload_too_large for what is too large as a whole.
void check_content(prompt_content const& content);

// A placeholder counts as an empty text: texts are numbered as messages are.
template_compilation compile_prompt(prompt_content const& content, included_texts const& includes);

// Throws error(errc::invalid_argument) with every fault where there is one.
void demand_compiled(template_compilation const& made);

}  // namespace sambung
