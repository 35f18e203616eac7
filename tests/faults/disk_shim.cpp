#include "faults/disk_shim.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <new>
#include <stdexcept>
#include <utility>

namespace sambung::tests {
namespace {

std::string name_of(char const* path) { return std::filesystem::path(path).filename().string(); }

// What SQLite gets as its file; the system's own file lies behind it.
struct shim_file : sqlite3_file {
  disk_shim* shim = nullptr;
  std::string name;
  bool folder_sync_is_due = false;

  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(reinterpret_cast<std::byte*>(this) + size); }

  static std::size_t const size;
};
std::size_t const shim_file::size =
    (sizeof(shim_file) + alignof(std::max_align_t) - 1) / alignof(std::max_align_t) * alignof(std::max_align_t);

shim_file& ours(sqlite3_file* file) { return *static_cast<shim_file*>(file); }
sqlite3_file* real(sqlite3_file* file) { return ours(file).real(); }

}  // namespace

// The functions that SQLite calls.
struct disk_shim_methods {
  static disk_shim& shim_of(sqlite3_vfs* vfs) { return *static_cast<disk_shim*>(vfs->pAppData); }

  static int open(sqlite3_vfs* vfs, char const* path, sqlite3_file* file, int flags, int* out_flags) {
    auto& shim = shim_of(vfs);
    auto& opened = *new (file) shim_file;
    opened.pMethods = nullptr;
    if (!path) return shim.real_->xOpen(shim.real_, path, opened.real(), flags, out_flags);
    int exists = 0;
    shim.real_->xAccess(shim.real_, path, SQLITE_ACCESS_EXISTS, &exists);
    auto const action = shim.opening(name_of(path), exists != 0);
    auto const what = shim.ask({action, name_of(path), 0, {}});
    int code = what.code;
    if (code == SQLITE_OK) code = shim.real_->xOpen(shim.real_, path, opened.real(), flags, out_flags);
    if (code != SQLITE_OK) {
      if (action == disk_action::create) shim.forget(name_of(path));
      opened.~shim_file();
      file->pMethods = nullptr;
      return code;
    }
    constexpr int journals = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    opened.shim = &shim;
    opened.name = name_of(path);
    opened.folder_sync_is_due = !exists && (flags & journals);
    opened.pMethods = &methods;
    return SQLITE_OK;
  }

  static int erase(sqlite3_vfs* vfs, char const* path, int sync_folder) {
    auto& shim = shim_of(vfs);
    int exists = 0;
    shim.real_->xAccess(shim.real_, path, SQLITE_ACCESS_EXISTS, &exists);
    if (exists) {
      if (auto const what = shim.ask({disk_action::erase, name_of(path), 0, {}}); what.code) return what.code;
      shim.forget(name_of(path));
    }
    int const code = shim.real_->xDelete(shim.real_, path, shim.how_ == real_syncs::yes ? sync_folder : 0);
    if (code == SQLITE_OK && sync_folder) return shim.ask({disk_action::sync_folder, name_of(path), 0, {}}).code;
    return code;
  }

  static int close(sqlite3_file* file) {
    int const code = real(file)->pMethods->xClose(real(file));
    ours(file).~shim_file();
    return code;
  }

  static int write(sqlite3_file* file, void const* bytes, int count, sqlite3_int64 offset) {
    auto& f = ours(file);
    auto const what = f.shim->ask({disk_action::write, f.name, offset,
                                   std::string(static_cast<char const*>(bytes), static_cast<std::size_t>(count))});
    if (what.code != SQLITE_OK) {
      auto const done = std::min(what.done, static_cast<std::size_t>(count));
      if (done > 0) real(file)->pMethods->xWrite(real(file), bytes, static_cast<int>(done), offset);
      return what.code;
    }
    return real(file)->pMethods->xWrite(real(file), bytes, count, offset);
  }

  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    auto& f = ours(file);
    if (auto const what = f.shim->ask({disk_action::truncate, f.name, size, {}}); what.code) return what.code;
    return real(file)->pMethods->xTruncate(real(file), size);
  }

  static int sync(sqlite3_file* file, int flags) {
    auto& f = ours(file);
    if (auto const what = f.shim->ask({disk_action::sync, f.name, 0, {}}); what.code) return what.code;
    if (f.shim->how_ == real_syncs::yes)
      if (int const code = real(file)->pMethods->xSync(real(file), flags)) return code;
    if (!std::exchange(f.folder_sync_is_due, false)) return SQLITE_OK;
    return f.shim->ask({disk_action::sync_folder, f.name, 0, {}}).code;
  }

  static int map(sqlite3_file* file, int page, int size, int extend, void volatile** at) {
    auto& f = ours(file);
    if (extend)
      if (auto const what = f.shim->ask({disk_action::grow_index, f.name, 0, {}}); what.code) return what.code;
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, at);
  }

  static int read(sqlite3_file* f, void* to, int count, sqlite3_int64 offset) {
    if (auto const what = ours(f).shim->ask({disk_action::read, ours(f).name, offset, {}}); what.code) return what.code;
    return real(f)->pMethods->xRead(real(f), to, count, offset);
  }
  static int size(sqlite3_file* f, sqlite3_int64* out) { return real(f)->pMethods->xFileSize(real(f), out); }
  static int lock(sqlite3_file* f, int level) { return real(f)->pMethods->xLock(real(f), level); }
  static int unlock(sqlite3_file* f, int level) { return real(f)->pMethods->xUnlock(real(f), level); }
  static int reserved(sqlite3_file* f, int* out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); }
  static int control(sqlite3_file* f, int op, void* arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); }
  static int sector(sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); }
  static int traits(sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }
  static int shm_lock(sqlite3_file* f, int offset, int n, int flags) {
    return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
  }
  static void barrier(sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); }
  static int unmap(sqlite3_file* f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); }

  // Version 2: no memory-mapped reads or writes past the shim.
  static constexpr sqlite3_io_methods methods{2,        close,   read,     write,   truncate, sync,   size,
                                              lock,     unlock,  reserved, control, sector,   traits, map,
                                              shm_lock, barrier, unmap,    nullptr, nullptr};
};

disk_shim::disk_shim(real_syncs how, observer before)
    : how_(how), before_(std::move(before)), real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
  vfs_.pNext = nullptr;
  vfs_.zName = "sambung-disk-shim";
  vfs_.pAppData = this;
  vfs_.szOsFile = static_cast<int>(shim_file::size) + real_->szOsFile;
  vfs_.xOpen = disk_shim_methods::open;
  vfs_.xDelete = disk_shim_methods::erase;
  if (sqlite3_vfs_register(&vfs_, 1) != SQLITE_OK) throw std::runtime_error("the VFS cannot be registered");
}

disk_shim::~disk_shim() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(real_, 1);
}

// A file is new as well when somebody else made it a moment before SQLite saw it.
disk_action disk_shim::opening(std::string const& file, bool exists) {
  std::lock_guard lock(mutex_);
  bool const first = seen_.insert(file).second;
  return first || !exists ? disk_action::create : disk_action::open;
}

void disk_shim::forget(std::string const& file) {
  std::lock_guard lock(mutex_);
  seen_.erase(file);
}

}  // namespace sambung::tests
