// file_shelf: the files of a page in memory, as they are answered.
#pragma once

#include <sambung/server/static_files.hpp>

#include "server/static_folder.hpp"

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace sambung::serving {

// One form of a file; without a tag it is not there.
struct file_form {
  std::string_view bytes;
  std::string etag;  // quoted; another one for each form
};

struct shelved_file {
  std::string_view type;  // a literal
  bool hashed = false;    // named after its content
  file_form plain;
  file_form gzip;
  file_form brotli;
};

// All files at one time.
struct shelf_content {
  std::deque<std::string> owned;  // what the views below are of, unless a program brings it
  std::map<std::string, shelved_file, std::less<>> files;
};

enum class shelf_news { none, reloaded, refused };

// What there is to say of a folder that was looked at.
struct shelf_look {
  shelf_news news = shelf_news::none;
  std::string why;                    // it was refused
  std::vector<std::string> misnamed;  // what is left out because no path can name it, and was not said before
};

// Thread safety: safe to use from any thread.
class file_shelf {
 public:
  // `folder`: what the files are read from; empty: they never change.
  file_shelf(static_options options, std::string folder);

  // The files of a folder, or of a program.
  result<void> load();
  result<void> load(std::span<static_file const> files);

  // What a path gives; null when that is nothing.
  std::shared_ptr<shelved_file const> find(std::string_view path) const;

  // Header lines of every file.
  std::string const& security() const { return security_; }

  // Loads the folder again when it does not look as it did. What cannot be served is refused once. For one thread at a
  // time.
  shelf_look reload_if_changed();

  static static_files handle(std::shared_ptr<file_shelf> of) { return static_files(std::move(of)); }
  static std::shared_ptr<file_shelf> of(static_files const& files) { return files.shelf_; }

 private:
  bool is_page(std::string_view path) const;
  result<void> load(std::vector<folder_entry> const& entries);

  static_options const options_;
  std::string const folder_;
  std::string const security_;
  std::mutex mutable mutex_;
  std::shared_ptr<shelf_content const> content_;
  std::string seen_;               // how the folder looked when it was read last
  std::vector<std::string> told_;  // what was misnamed in it when it was looked at last
};

}  // namespace sambung::serving
