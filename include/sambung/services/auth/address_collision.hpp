#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/id.hpp>

#include <string>

namespace sambung {

// Two accounts from before addresses were compared by case folding and IDNA, whose addresses read the same.
struct address_collision {
  user_id kept;         // the older one: found by every spelling
  user_id other;        // found by their own spelling alone
  std::string address;  // that `kept` has
};
SAMBUNG_DESCRIBE_STRUCT(address_collision, (), (kept, other, address))

}  // namespace sambung
