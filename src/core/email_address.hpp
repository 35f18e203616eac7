// E-mail addresses. Only the rough form is checked: a mail to it is the proof of an address.
#pragma once

#include <sambung/core/export.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace sambung {

// `typed` in the form that is stored and compared, so that what people read as one address is one: the local part by
// full case folding in normal form C (Unicode, definition D145), the domain by IDNA (UTS 46), as its letters and not as
// "xn--". Empty for what is no address.
SAMBUNG_API std::optional<std::string> parse_email(std::string_view typed);

// The form in which earlier versions stored it: as typed, but for the capitals of ASCII. Empty as above.
SAMBUNG_API std::optional<std::string> spelled_email(std::string_view typed);

}  // namespace sambung
