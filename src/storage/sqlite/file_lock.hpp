// file_lock: an exclusive lock on a file, which ends with its owner however that ends.
#pragma once

#include <sambung/core/error.hpp>

#include <chrono>
#include <filesystem>

namespace sambung::sql {

class file_lock {
 public:
  // Makes the file if it is not there and waits for the lock; two locks of one process exclude each other as well.
  // Throws error(errc::unavailable), which names the file, when `wait` has passed.
  file_lock(std::filesystem::path const& path, std::chrono::milliseconds wait);
  ~file_lock();
  file_lock(file_lock const&) = delete;
  file_lock& operator=(file_lock const&) = delete;

 private:
  int descriptor_;
};

}  // namespace sambung::sql
