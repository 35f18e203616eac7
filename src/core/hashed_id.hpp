// hashed_id: the id of a row that is found by what it is about, whoever stores it first.
#pragma once

#include <sambung/core/id.hpp>

#include <string_view>

namespace sambung {

// A UUID of version 8 (RFC 9562, section 5.8): 122 bits of SHA-256. The same text always has the same id.
uuid hashed_id(std::string_view text);

}  // namespace sambung
