#include "unfinished_file.hpp"

#include <sambung/core/error.hpp>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace command_line {
namespace {

[[noreturn]] void fail(std::string const& what, int code) {
  throw sambung::error(sambung::errc::unavailable, what + ": " + std::generic_category().message(code));
}

[[noreturn]] void refuse(std::filesystem::path const& path) {
  throw sambung::error(sambung::errc::already_exists, path.string() + " is there already");
}

void make_durable(std::filesystem::path const& path) {
  int const opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  bool const synced = opened >= 0 && ::fsync(opened) == 0;
  int const code = errno;
  if (opened >= 0) ::close(opened);
  if (!synced) fail("cannot write " + path.string() + " to disk", code);
}

}  // namespace

unfinished_file::unfinished_file(std::filesystem::path path) : path_(std::filesystem::absolute(path)) {
  if (std::filesystem::exists(std::filesystem::symlink_status(path_))) refuse(path);
  auto pattern = path_.string() + ".partial-XXXXXX";
  if (!::mkdtemp(pattern.data())) fail("cannot write beside " + path.string(), errno);
  folder_ = pattern;
  unfinished_ = folder_ / path_.filename();
}

unfinished_file::~unfinished_file() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void unfinished_file::publish() {
  make_durable(unfinished_);
  // A link, unlike a rename, never replaces a file. Some file systems have none.
  std::error_code failed;
  std::filesystem::create_hard_link(unfinished_, path_, failed);
  if (failed == std::errc::file_exists || (failed && std::filesystem::exists(path_))) refuse(path_);
  if (failed) std::filesystem::rename(unfinished_, path_, failed);
  if (failed) fail("cannot write " + path_.string(), failed.value());
  make_durable(path_.parent_path());
}

}  // namespace command_line
