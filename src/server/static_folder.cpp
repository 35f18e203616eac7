#include "server/static_folder.hpp"

#include "server/static_names.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>

namespace sambung::serving {
namespace {

namespace fs = std::filesystem;

// A file that is open; links are not followed, and nothing waits for the other end of a pipe.
class open_entry {
 public:
  explicit open_entry(std::string const& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)) {}
  ~open_entry() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  open_entry(open_entry const&) = delete;
  open_entry& operator=(open_entry const&) = delete;

  bool is_file() const {
    struct stat found{};
    return descriptor_ >= 0 && ::fstat(descriptor_, &found) == 0 && S_ISREG(found.st_mode);
  }
  // Up to as many bytes as `into` has; how many came, negative for a fault.
  ssize_t read(std::string& into) const {
    std::size_t size = 0;
    while (size < into.size()) {
      auto const count = ::read(descriptor_, into.data() + size, into.size() - size);
      if (count < 0) return -1;
      if (count == 0) break;
      size += static_cast<std::size_t>(count);
    }
    return static_cast<ssize_t>(size);
  }

 private:
  int descriptor_;
};

std::string name_in(std::string const& folder, fs::directory_entry const& found) {
  return found.path().lexically_relative(folder).generic_string();
}

// What is known of a file; nothing of one that has gone meanwhile.
std::optional<folder_entry> entry_of(fs::directory_entry const& found, std::string name) {
  struct stat status{};
  if (::lstat(found.path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  folder_entry entry;
  entry.name = std::move(name);
  entry.bytes = static_cast<std::uint64_t>(status.st_size);
  entry.changed = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
  return entry;
}

bool is_hidden(fs::directory_entry const& found) { return found.path().filename().native().starts_with('.'); }

bool is_link(fs::directory_entry const& found) {
  std::error_code gone;
  return found.is_symlink(gone);
}

}  // namespace

result<folder_listing> list_folder(std::string const& folder, static_options const& limits) {
  std::error_code fault;
  folder_listing listing;
  std::uint64_t bytes = 0;
  std::size_t seen = 0;
  // Beside each file there may be two packed ones, and the folders that they are in.
  auto const most_seen = limits.max_files * 4;
  fs::recursive_directory_iterator at(folder, fault);
  if (fault) return failure(errc::not_found, "the folder " + folder + " cannot be read: " + fault.message());
  for (; at != fs::recursive_directory_iterator(); at.increment(fault)) {
    if (++seen > most_seen) return failure(errc::payload_too_large, "the folder " + folder + " holds too many files");
    if (is_hidden(*at)) {
      at.disable_recursion_pending();
      continue;
    }
    if (is_link(*at)) continue;
    auto name = name_in(folder, *at);
    if (!is_file_name(name)) {
      at.disable_recursion_pending();
      listing.misnamed.push_back(std::move(name));
      continue;
    }
    auto entry = entry_of(*at, std::move(name));
    if (!entry) continue;
    bytes += entry->bytes;
    if (bytes > limits.max_bytes) return failure(errc::payload_too_large, "the folder " + folder + " is too large");
    listing.entries.push_back(std::move(*entry));
  }
  if (fault) return failure(errc::not_found, "the folder " + folder + " cannot be read: " + fault.message());
  std::ranges::sort(listing.entries, {}, &folder_entry::name);
  std::ranges::sort(listing.misnamed);
  return listing;
}

std::string appearance_of(std::vector<folder_entry> const& entries) {
  std::string all;
  for (auto const& one : entries)
    all.append(one.name).append(" ") += std::to_string(one.bytes) + ' ' + std::to_string(one.changed) + '\n';
  return all;
}

result<std::string> read_entry(std::string const& folder, folder_entry const& entry) {
  open_entry const opened(folder + '/' + entry.name);
  std::string bytes(entry.bytes + 1, '\0');
  auto const count = opened.is_file() ? opened.read(bytes) : -1;
  if (count < 0 || static_cast<std::uint64_t>(count) != entry.bytes)
    return failure(errc::unavailable, entry.name + " changed while it was read, or cannot be");
  bytes.resize(entry.bytes);
  return bytes;
}

}  // namespace sambung::serving
