// demand_id: an id that nobody has filled in is refused where it would stand for somebody.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/id.hpp>

#include <string>

namespace sambung {

// Throws error(errc::invalid_argument) for the nil id.
inline void demand_id(uuid const& id, std::string const& path) {
  if (id != uuid()) return;
  auto const why = "must not be nil";
  throw error(failure(errc::invalid_argument, path + ": " + why, {{path, why}}));
}

}  // namespace sambung
