// disk_shim: stands between SQLite and the disk. Whoever asks sees each operation before it happens, and may fail it.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <string>

namespace sambung::tests {

enum class disk_action {
  create,       // a name appears in the folder
  open,         // of a file that is there
  read,         // at offset
  write,        // bytes at offset
  truncate,     // to offset bytes
  sync,         // of the file's bytes and size
  sync_folder,  // of the names in its folder
  erase,        // the name goes
  grow_index,   // the shared index of the log becomes longer; it need not survive
};

struct disk_operation {
  disk_action action;
  std::string file;  // its name without the folder
  std::int64_t offset = 0;
  std::string bytes;
};

// What shall happen: by default the operation itself.
struct verdict {
  int code = SQLITE_OK;  // anything else: what SQLite is told instead
  std::size_t done = 0;  // so many bytes of a write that fails are written all the same
};

// Whether syncs reach the real disk; without them everything is fast, and nothing is tested by pulling the plug.
enum class real_syncs { yes, no };

// While it lives it is the default VFS of this process, for one folder at a time, on top of the system's. One at a
// time. Which folder syncs there are is what SQLite 3.40's os_unix.c does: with the first sync of a journal or log that
// it made, and when xDelete is asked for it.
class disk_shim {
 public:
  using observer = std::function<verdict(disk_operation const&)>;

  // `before` is called from every thread that SQLite works on, also from several at once.
  disk_shim(real_syncs how, observer before);
  ~disk_shim();
  disk_shim(disk_shim const&) = delete;
  disk_shim& operator=(disk_shim const&) = delete;

 private:
  friend struct disk_shim_methods;

  verdict ask(disk_operation const& operation) const { return before_ ? before_(operation) : verdict(); }
  disk_action opening(std::string const& file, bool exists);
  void forget(std::string const& file);

  real_syncs const how_;
  observer const before_;
  sqlite3_vfs* const real_;
  sqlite3_vfs vfs_;
  std::mutex mutex_;
  std::set<std::string> seen_;
};

}  // namespace sambung::tests
