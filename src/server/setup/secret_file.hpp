// Secrets in files that only their owner may read: that of an embedded database beside it, and a first token.
#pragma once

#include <sambung/core/clock.hpp>
#include <sambung/security/secret.hpp>

#include <filesystem>

namespace sambung::serving {

// The secret in `file`; makes one on the first run, readable by its owner only and on the disk before it is used. Of
// two processes that start at once both get the same. errc::invalid_argument for a file that others may read or that
// holds no secret, errc::unavailable when it cannot be read or written; never says what is in it.
result<secret_string> secret_from(std::filesystem::path const& file, random_source& random);

// Makes `file` with `text` in it: readable by its owner only, whole and on the disk before it is there.
// errc::already_exists when there is something, errc::unavailable when it cannot be written.
result<void> write_secret_file(std::filesystem::path const& file, std::string_view text);

}  // namespace sambung::serving
