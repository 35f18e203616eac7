// What a user may send: text, images and files, at least one of them.
#pragma once

#include <sambung/records/part.hpp>

#include <vector>

namespace sambung {

// Throws error: errc::invalid_argument with every fault, errc::payload_too_large over 1 MiB.
void check_parts(std::vector<part> const& parts);

}  // namespace sambung
