// The SQLite backend: one file in WAL mode. One writer thread commits queued batches together (a savepoint each, one
// fsync for all); reader connections work beside it.
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/storage/storage.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace sambung {

enum class durability {
  full,     // an acknowledged write survives power loss (synchronous=FULL)
  relaxed,  // it survives a crash of the process; power loss may take the last ones (synchronous=NORMAL)
};
SAMBUNG_DESCRIBE_ENUM(durability, full, relaxed)

struct sqlite_options {
  explicit sqlite_options(std::string path_) : path(std::move(path_)) {}

  std::string path;  // made if it is not there; its folder must be
  sambung::durability durability = sambung::durability::full;
  std::size_t readers = 2;                // reader connections, each with a thread
  std::size_t max_queued_writes = 4'096;  // waiting batches; one more is errc::unavailable
  std::size_t max_queued_reads = 4'096;
  std::size_t max_group = 256;                 // batches in one commit
  std::chrono::milliseconds lock_wait{5'000};  // how long to wait for another process that has the file open to write
};
SAMBUNG_DESCRIBE_STRUCT(sqlite_options, (),
                        (path, durability, readers, max_queued_writes, max_queued_reads, max_group, lock_wait))
SAMBUNG_API record_description describe_record(record_of<sqlite_options>);

// Opens the file. errc::unavailable when another process still holds it after lock_wait, or it cannot be opened;
// errc::data_loss when it is not a database. Blocks while it opens. Destroying the storage finishes queued writes
// first.
SAMBUNG_API result<std::shared_ptr<storage>> open_sqlite(sqlite_options options);

// The file as it is at the first read, beside whoever has it open to write; what is written later is not seen. Takes no
// lock. migrate() is a first read and changes nothing: errc::unsupported unless the file has exactly the modules of the
// schema, in their versions. Writes are errc::unsupported. Keep it for as long as a copy takes: the file's log cannot
// be shortened meanwhile.
//
// errc::not_found when there is no such file: none is made; errc::data_loss when it is not a database. It may be in a
// folder where this process may not write: beside a writer, behind one that was killed (errc::unavailable if its "-wal"
// is there without its "-shm"), or closed. A closed one cannot be locked then: once somebody writes to it, reads are
// errc::unavailable.
SAMBUNG_API result<std::shared_ptr<storage>> open_sqlite_snapshot(std::string path);

}  // namespace sambung
