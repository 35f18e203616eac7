#include "server/setup/secret_file.hpp"

#include "core/base64url.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace sambung::serving {
namespace {

constexpr std::size_t random_bytes = 48;
constexpr std::size_t max_bytes = 4'096;

class descriptor {
 public:
  explicit descriptor(int fd) : fd_(fd) {}
  ~descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  descriptor(descriptor const&) = delete;
  descriptor& operator=(descriptor const&) = delete;

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_;
};

failure trouble(std::filesystem::path const& file, char const* what) {
  return failure(errc::unavailable,
                 "the secret file " + file.string() + ' ' + what + ": " + std::system_category().message(errno));
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    auto const count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return ::fsync(fd) == 0;
}

bool sync_folder(std::filesystem::path const& file) {
  auto const folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  descriptor const opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return opened.valid() && ::fsync(opened.get()) == 0;
}

std::string made_up(random_source& random) {
  std::array<std::byte, random_bytes> bytes;
  random.fill(bytes);
  return to_base64url({reinterpret_cast<char const*>(bytes.data()), bytes.size()}) + '\n';
}

result<secret_string> read(std::filesystem::path const& file, int fd) {
  struct stat found{};
  if (::fstat(fd, &found) != 0) return trouble(file, "cannot be read");
  if (!S_ISREG(found.st_mode) || (found.st_mode & 077) != 0 || found.st_uid != ::geteuid())
    return failure(errc::invalid_argument,
                   "the secret file " + file.string() + " must belong to this user and be readable by nobody else");
  std::string text(max_bytes, '\0');
  auto const count = ::read(fd, text.data(), text.size());
  if (count < 0) return trouble(file, "cannot be read");
  text.resize(static_cast<std::size_t>(count));
  while (text.ends_with('\n')) text.pop_back();
  if (text.size() < secret_ring::min_bytes)
    return failure(errc::invalid_argument, "the secret file " + file.string() + " holds no secret");
  return secret_string(std::move(text));
}

}  // namespace

// Written whole under another name first: nobody ever reads half of it, and the first to link it is the one.
result<void> write_secret_file(std::filesystem::path const& file, std::string_view text) {
  std::string draft = file.string() + ".draft-XXXXXX";
  {
    descriptor const opened(::mkostemp(draft.data(), O_CLOEXEC));  // readable by its owner only
    if (!opened.valid()) return trouble(file, "cannot be made");
    if (!write_all(opened.get(), text)) {
      auto const failed = trouble(file, "cannot be written");
      ::unlink(draft.c_str());
      return failed;
    }
  }
  result<void> outcome;
  if (::link(draft.c_str(), file.c_str()) != 0) {
    if (errno == EEXIST) outcome = failure(errc::already_exists, file.string() + " is there already");
    else outcome = trouble(file, "cannot be made");
  }
  ::unlink(draft.c_str());
  if (outcome && !sync_folder(file)) return trouble(file, "cannot be made to last");
  return outcome;
}

result<secret_string> secret_from(std::filesystem::path const& file, random_source& random) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    descriptor const opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (opened.valid()) return read(file, opened.get());
    if (errno != ENOENT) return trouble(file, "cannot be opened");
    auto text = made_up(random);
    auto const made = write_secret_file(file, text);
    wipe(text);
    if (!made && made.error().code != errc::already_exists) return made.error();
  }
  return failure(errc::unavailable, "the secret file " + file.string() + " went away");
}

}  // namespace sambung::serving
