// Applies a batch to a PostgreSQL database as one transaction.
#pragma once

#include "sql/postgres_connection.hpp"

namespace sambung::sql {

// Whom a batch may meet.
enum class company {
  anyone,   // batches that lock rows in another order: the server stops one of them
  in_line,  // of the batches in line, none: one goes on at a time, the others wait before they lock anything
};

// In one round trip, or as many as it takes to say which change fails. Precondition: the batch passed check(). Throws
// postgres_error for what is not the batch's own fault: then nothing happened, unless the connection was lost.
result<receipt> apply_batch(postgres_connection& connection, schema const& s, scope const& who, batch const& b,
                            company with);

}  // namespace sambung::sql
