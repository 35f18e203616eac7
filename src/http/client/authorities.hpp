// Where systems have the certificates that hosts are verified with.
#pragma once

#include <sambung/provider/authorities.hpp>

#include <vector>

namespace sambung::http {

// In the order in which they are looked at.
struct authority_places {
  std::vector<std::string> bundles;
  std::vector<std::string> folders;
};
authority_places known_places();

// As find_authorities(), among these places.
result<authority_paths> authorities_among(
    authority_places const& places, std::function<std::optional<std::string>(std::string const&)> const& variable);

// By the environment of this process.
result<authority_paths> authorities_here();

}  // namespace sambung::http
