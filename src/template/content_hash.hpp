#pragma once

#include <sambung/core/export.hpp>
#include <sambung/records/prompt_version.hpp>

namespace sambung {

// Tells whether two versions say and include the same: SHA-256 in hexadecimal digits. The order of the members of JSON
// objects does not count, as backends do not keep it.
SAMBUNG_API std::string content_hash(prompt_content const& content, std::vector<prompt_include> const& includes);

}  // namespace sambung
