// A file system with little room, which only the calling thread and the processes that it starts see.
#pragma once

#include "temporary_folder.hpp"

#include <sched.h>
#include <sys/mount.h>

#include <filesystem>

namespace sambung::tests {

class small_tmpfs {
 public:
  explicit small_tmpfs(std::size_t mebibytes) {
    bool const own_view =
        ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    mounted_ = own_view && mount(mebibytes, 0);
  }
  ~small_tmpfs() {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  small_tmpfs(small_tmpfs const&) = delete;
  small_tmpfs& operator=(small_tmpfs const&) = delete;

  // False where this process may not mount.
  bool ready() const { return mounted_; }
  bool make_room(std::size_t mebibytes) const { return mount(mebibytes, MS_REMOUNT); }
  std::filesystem::path const& path() const { return folder_.path(); }

 private:
  bool mount(std::size_t mebibytes, unsigned long flags) const {
    auto const how = "size=" + std::to_string(mebibytes) + "m";
    return ::mount("none", folder_.path().c_str(), "tmpfs", flags, how.c_str()) == 0;
  }

  testing::temporary_folder folder_;
  bool mounted_ = false;
};

}  // namespace sambung::tests
