// Applies batches to a PostgreSQL database, each as one transaction or several together as one.
#pragma once

#include <sambung/storage/scope.hpp>

#include "storage/postgres/postgres_connection.hpp"

#include <span>
#include <string>
#include <vector>

namespace sambung::sql {

// A batch that passed check() and is not empty.
struct addressed_batch {
  schema const& tables;
  scope const& who;
  batch const& changes;
};

// The rows of a batch that others may want at the same time: those it counts in, or else the first that it changes.
// None: it only adds rows.
std::vector<std::string> shared_rows(addressed_batch const& b);

// Whom a batch may meet.
enum class company {
  anyone,   // batches that lock rows in another order: the server stops one of them
  in_line,  // of the batches in line, none: one goes on at a time, the others wait before they lock anything
};

// In one round trip, or as many as it takes to say which change fails. Throws postgres_error for what is not the
// batch's own fault: then nothing happened, unless the connection was lost.
result<receipt> apply_batch(postgres_connection& connection, addressed_batch const& b, company with);

// All in one round trip and one transaction. Gives nothing for those that did not happen and must be applied by
// themselves: all when the server refused one of them, or those that would make the message too long. Throws
// postgres_error when the connection was lost.
std::vector<std::optional<receipt>> apply_together(postgres_connection& connection,
                                                   std::span<addressed_batch const> batches);

}  // namespace sambung::sql
