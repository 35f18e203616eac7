// Whether a secret could be guessed by somebody who knows how people make them up.
#pragma once

#include <string_view>

namespace sambung::setup {

// True for text of words, repetitions, and runs such as "1234"; false for what a generator makes: 16 random bytes in
// hexadecimal, 32 in base64, or more. A sentence passes from ten different words on.
bool is_guessable(std::string_view secret);

}  // namespace sambung::setup
