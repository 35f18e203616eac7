// storage: the port behind which every backend lives. Six operations, and two for words that wait; no domain method, no
// SQL and no transaction handle leaks through it. Typed access is collection.hpp; the backends are memory.hpp,
// sqlite.hpp, postgres.hpp; a new one proves itself with testing/storage_conformance.hpp.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/task.hpp>
#include <sambung/storage/batch.hpp>
#include <sambung/storage/query.hpp>
#include <sambung/storage/scope.hpp>

#include <memory>
#include <string_view>

namespace sambung {

class metrics;

// Thread safety: shared objects are safe to use from any thread. Every call is one atomic operation and completes on
// the caller's executor. A call that was cancelled may still take effect; so may one that failed with
// errc::unavailable after it was sent: ask again by key. Reads see every write that completed before them.
//
// Errors of every call: errc::unavailable when the backend or its bounded queue cannot take it now, or was not
// migrated; errc::data_loss when what is stored is damaged, errc::internal for the rest. Further ones are named beside
// each call.
class SAMBUNG_API storage {
 public:
  virtual ~storage() = default;

  // Brings the database to `s` and must succeed before any other call. Forward only: errc::unsupported for a database
  // that is newer. Calling it again with an equal schema does nothing. errc::invalid_argument when the database has the
  // versions of `s` and not its tables, as for a new column without a step: the issues name table and column;
  // errc::conflict when rows that are there do not fit a step.
  virtual task<result<void>> migrate(schema_ref s) = 0;

  // Takes the database as it is, for whoever only reads; or migrate() before any other call. Changes nothing.
  // errc::unsupported for a database that is newer, or older: the message says what brings it up to date; and by
  // default, of a backend that cannot tell.
  virtual task<result<void>> adopt(schema_ref s);

  // Rows by conditions on indexed columns. errc::invalid_argument: see check(query).
  virtual task<result<rows>> read(scope who, query q) = 0;

  // Rows by words, newest key first. errc::invalid_argument as well for a table without searchable columns.
  virtual task<result<rows>> search(scope who, text_query q) = 0;

  // All or nothing, and durable when it completes. errc::not_found, errc::conflict or errc::already_exists say which
  // change failed; errc::invalid_argument: see check(batch).
  virtual task<result<receipt>> write(scope who, batch b) = 0;

  // The tenants that have rows in a tenant's table, lowest id first, behind `after`: max_rows of them, or fewer when
  // there are no more. For whoever takes stock of everything that is stored. errc::permission_denied for a tenant's
  // scope or the system's table; errc::invalid_argument: see check_tenants().
  virtual task<result<std::vector<tenant_id>>> tenants(scope who, std::string table,
                                                       std::optional<tenant_id> after = std::nullopt) = 0;

  // Whether the backend answers now; for readiness probes.
  virtual task<result<void>> check() = 0;

  // Whether engines of other processes may work on the same data meanwhile.
  virtual bool is_shared() const { return true; }

  // What the database is called in metrics and traces, by OpenTelemetry's names: "sqlite", "postgresql".
  virtual std::string_view backend() const { return "other"; }

  // From now on what only the backend can see is counted in `into`: calls that wait, and for how long; how many batches
  // share a commit. An engine with metrics says it before its first call. By default nothing is seen.
  virtual void measure(std::shared_ptr<metrics> into);

  // Gives some rows the words that migrate() left to be made, because a version made others or none: the newest of a
  // tenant's table, each in turn. What was done stays done. Whether there may be more: whoever serves calls it again
  // until there are none. Writes wait for it a moment, as for a batch of fifty texts. A row of which no words can be
  // made is passed over, and is not found.
  virtual task<result<bool>> index_words();

  // The highest key in a searchable table whose row waits for its words: a search finds those above it all, which says
  // nothing of time where keys do not rise with it. None: it finds every row. errc::invalid_argument as for a search.
  virtual task<result<std::optional<value>>> lacking_words(scope who, std::string table);
};

}  // namespace sambung
