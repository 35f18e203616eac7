// announcement: whom the changes of a table's rows are told to, by whoever follows what happens (services/events).
#pragma once

#include <sambung/core/ownership.hpp>

#include <string>

namespace sambung {

// Whoever makes a change hears of it as well, on whatever other device they follow.
enum class audience {
  unsaid,  // nothing is told: an application's tables that say nothing
  nobody,  // nothing is told, and `why` says why not
  writer,  // whoever makes the change, and nobody else
  user,    // whom a column of the row names
  tenant   // everybody in the tenant
};

struct announcement {
  audience to = audience::unsaid;
  std::string user;         // the column of audience::user
  column_word shared_when;  // a row that says so is told everybody in the tenant
  std::string why;          // of audience::nobody

  bool is_told() const { return to != audience::unsaid && to != audience::nobody; }
};

}  // namespace sambung
