#include "storage/sqlite/file_lock.hpp"

#include "core/waitable.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

namespace sambung::sql {
namespace {

constexpr std::chrono::milliseconds poll_interval{10};

}  // namespace

// flock() locks belong to the open file, not to the process as fcntl() locks do; it has no time limit of its own.
file_lock::file_lock(std::filesystem::path const& path, std::chrono::milliseconds wait)
    : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (descriptor_ < 0) throw error(errc::unavailable, "cannot open the lock file " + path.string());
  auto const deadline = std::chrono::steady_clock::now() + waitable(wait);
  while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    bool const held = errno == EWOULDBLOCK || errno == EINTR;
    if (!held || std::chrono::steady_clock::now() >= deadline) {
      ::close(descriptor_);
      throw error(errc::unavailable, "another storage has the database open to write: it holds " + path.string());
    }
    std::this_thread::sleep_for(poll_interval);
  }
}

file_lock::~file_lock() { ::close(descriptor_); }

}  // namespace sambung::sql
