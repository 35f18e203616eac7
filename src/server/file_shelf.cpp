#include "server/file_shelf.hpp"

#include "core/sha256.hpp"
#include "server/static_names.hpp"

#include <algorithm>
#include <deque>
#include <iterator>
#include <utility>

namespace sambung::serving {
namespace {

constexpr std::string_view gzip_ending = ".gz";
constexpr std::string_view brotli_ending = ".br";

failure wrong_files(std::string why) { return failure(errc::invalid_argument, std::move(why)); }

std::string security_lines(static_options const& options) {
  return "X-Content-Type-Options: nosniff\r\n"
         "Content-Security-Policy: " +
         options.content_policy +
         "\r\n"
         "Referrer-Policy: no-referrer\r\n"
         "X-Frame-Options: DENY\r\n"
         "Cross-Origin-Opener-Policy: same-origin\r\n"
         "Cross-Origin-Resource-Policy: same-origin\r\n"
         "Permissions-Policy: camera=(), geolocation=(), microphone=()\r\n";
}

bool is_header_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

result<void> check_static(static_options const& options) {
  if (!is_header_value(options.content_policy)) return wrong_files("the content policy is no value of a header");
  if (!is_file_name(options.index)) return wrong_files(options.index + " is no name of a file");
  for (auto const& one : options.pages)
    if (!is_page_pattern(one)) return wrong_files(one + " is no path of a page");
  return {};
}

file_form form_of_bytes(std::string_view bytes, std::string_view content_hash, std::string_view form) {
  file_form made;
  if (bytes.empty() && !form.empty()) return made;
  made.bytes = bytes;
  made.etag.append("\"").append(content_hash.substr(0, 32)).append(form).append("\"");
  return made;
}

// A packed form is known by the content, which packs differently with another packer: the size says that.
shelved_file shelved(static_file const& from, static_options const& options) {
  auto const hash = sha256_hex(from.content);
  shelved_file made;
  made.type = media_type_of(from.name);
  made.hashed = !options.hashed.empty() && from.name.starts_with(options.hashed);
  made.plain = form_of_bytes(from.content, hash, {});
  made.gzip = form_of_bytes(from.gzip, hash, "-gz" + std::to_string(from.gzip.size()));
  made.brotli = form_of_bytes(from.brotli, hash, "-br" + std::to_string(from.brotli.size()));
  return made;
}

result<std::shared_ptr<shelf_content>> content_of(std::span<static_file const> files, static_options const& options) {
  if (files.size() > options.max_files) return failure(errc::payload_too_large, "too many files");
  auto content = std::make_shared<shelf_content>();
  std::size_t bytes = 0;
  for (auto const& one : files) {
    if (!is_file_name(one.name)) return wrong_files(std::string(one.name) + " is no name of a file that is served");
    bytes += one.content.size() + one.gzip.size() + one.brotli.size();
    auto const added = content->files.emplace(one.name, shelved(one, options));
    if (!added.second) return wrong_files(std::string(one.name) + " is there twice");
  }
  if (bytes > options.max_bytes) return failure(errc::payload_too_large, "the files are too large");
  if (!options.pages.empty() && !content->files.contains(options.index))
    return wrong_files("there is no " + options.index);
  return content;
}

// The packed form of `plain` that is not older; null without one.
folder_entry const* packed_form(std::vector<folder_entry> const& among, folder_entry const& plain,
                                std::string_view ending) {
  auto const name = plain.name + std::string(ending);
  auto const found = std::ranges::lower_bound(among, name, {}, &folder_entry::name);
  bool const fits = found != among.end() && found->name == name && found->changed >= plain.changed;
  return fits ? &*found : nullptr;
}

bool is_packed_form(std::vector<folder_entry> const& among, folder_entry const& one) {
  if (!one.name.ends_with(gzip_ending) && !one.name.ends_with(brotli_ending)) return false;
  auto const plain = one.name.substr(0, one.name.size() - gzip_ending.size());
  return std::ranges::binary_search(among, plain, {}, &folder_entry::name);
}

// Reads entries and keeps what they hold where it stays.
class folder_reading {
 public:
  explicit folder_reading(std::string const& folder) : folder_(folder) {}

  std::string_view read(folder_entry const* entry) {
    if (!entry || fault_) return {};
    auto bytes = read_entry(folder_, *entry);
    if (!bytes) return fault_ = bytes.error(), std::string_view();
    return read_.emplace_back(std::move(*bytes));
  }
  std::optional<failure> const& fault() const { return fault_; }
  std::deque<std::string> take() { return std::move(read_); }

 private:
  std::string const& folder_;
  std::deque<std::string> read_;
  std::optional<failure> fault_;
};

result<std::shared_ptr<shelf_content>> content_in(std::string const& folder, std::vector<folder_entry> const& entries,
                                                  static_options const& options) {
  folder_reading reading(folder);
  std::vector<static_file> files;
  for (auto const& one : entries) {
    if (is_packed_form(entries, one)) continue;
    auto const plain = reading.read(&one);
    auto const gzip = reading.read(packed_form(entries, one, gzip_ending));
    auto const brotli = reading.read(packed_form(entries, one, brotli_ending));
    files.emplace_back(one.name, plain, gzip, brotli);
  }
  if (reading.fault()) return *reading.fault();
  auto made = content_of(files, options);
  if (made) (*made)->owned = reading.take();
  return made;
}

}  // namespace

file_shelf::file_shelf(static_options options, std::string folder)
    : options_(std::move(options)), folder_(std::move(folder)), security_(security_lines(options_)) {}

result<void> file_shelf::load(std::span<static_file const> files) {
  if (auto const good = check_static(options_); !good) return good.error();
  auto made = content_of(files, options_);
  if (!made) return made.error();
  content_ = std::move(*made);
  return {};
}

result<void> file_shelf::load() {
  if (auto const good = check_static(options_); !good) return good.error();
  auto const listing = list_folder(folder_, options_);
  if (!listing) return listing.error();
  seen_ = appearance_of(listing->entries);
  return load(listing->entries);
}

result<void> file_shelf::load(std::vector<folder_entry> const& entries) {
  auto made = content_in(folder_, entries, options_);
  if (!made) return made.error();
  std::lock_guard lock(mutex_);
  content_ = std::move(*made);
  return {};
}

shelf_look file_shelf::reload_if_changed() {
  shelf_look look;
  if (folder_.empty()) return look;
  auto const listing = list_folder(folder_, options_);
  if (listing) {
    std::ranges::set_difference(listing->misnamed, told_, std::back_inserter(look.misnamed));
    told_ = listing->misnamed;
  }
  auto const looks = listing ? appearance_of(listing->entries) : listing.error().message;
  if (looks == std::exchange(seen_, looks)) return look;
  auto const loaded = listing ? load(listing->entries) : result<void>(listing.error());
  look.news = loaded ? shelf_news::reloaded : shelf_news::refused;
  if (!loaded) look.why = loaded.error().message;
  return look;
}

bool file_shelf::is_page(std::string_view path) const {
  return std::ranges::any_of(options_.pages, [&](auto const& one) { return matches_page(path, one); });
}

std::shared_ptr<shelved_file const> file_shelf::find(std::string_view path) const {
  if (path.empty() || is_for_programs(path)) return nullptr;
  std::unique_lock lock(mutex_);
  auto const content = content_;
  lock.unlock();
  auto found = content->files.find(path.substr(1));
  if (found == content->files.end() && is_page(path)) found = content->files.find(options_.index);
  return found == content->files.end() ? nullptr : std::shared_ptr<shelved_file const>(content, &found->second);
}

}  // namespace sambung::serving

namespace sambung {

result<static_files> static_files::table(std::span<static_file const> files, static_options options) {
  auto const made = std::make_shared<serving::file_shelf>(std::move(options), std::string());
  if (auto const loaded = made->load(files); !loaded) return loaded.error();
  return serving::file_shelf::handle(made);
}

result<static_files> static_files::folder(std::string path, static_options options) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  auto const made = std::make_shared<serving::file_shelf>(std::move(options), std::move(path));
  if (auto const loaded = made->load(); !loaded) return loaded.error();
  return serving::file_shelf::handle(made);
}

}  // namespace sambung
