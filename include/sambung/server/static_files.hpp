// static_files: the files of a page that a server gives to browsers: those that a program brings, or those of a folder.
//
//   sambung::static_options page;
//   page.pages = {"/", "/search", "/c/*"};
//   options.static_files = sambung::static_files::folder("/srv/page", page).value();
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sambung {

namespace serving {
class file_shelf;
}

// A file that a program brings. Lifetime: of the program.
struct static_file {
  // `gzip` and `brotli` are the same content, packed; empty: it is not there so.
  constexpr static_file(std::string_view name_, std::string_view content_, std::string_view gzip_ = {},
                        std::string_view brotli_ = {})
      : name(name_), content(content_), gzip(gzip_), brotli(brotli_) {}

  std::string_view name;  // "assets/app-x4Kd.js": its path, without the first slash
  std::string_view content;
  std::string_view gzip;
  std::string_view brotli;
};

struct static_options {
  static_options() = default;

  std::string index = "index.html";
  // Paths of the page, which all give the index: "/search" is that path, and in "/c/*" the star is any one segment.
  std::vector<std::string> pages{"/"};
  // What begins so is named after its content: browsers and proxies may keep it for a year. They ask about the rest
  // each time. Empty: nothing is.
  std::string hashed = "assets/";
  // What the page may load and do: Content-Security-Policy of every file.
  std::string content_policy =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
      "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  std::size_t max_files = 1'000;
  std::size_t max_bytes = 64 * 1'048'576;  // of all together, packed ones too: they are held in memory
};

// Names are ASCII letters, digits and "-._~@+" in segments that do not begin with a dot; every other path is 404, as
// JSON. What Sambung serves itself goes first: below /rpc, /api, /v1 and /streams there are no files. Thread safety:
// safe to use from any thread. Copies are the same files.
class SAMBUNG_API static_files {
 public:
  // errc::invalid_argument for a name that is none, or is there twice, for files without the index, and for options
  // that are wrong; errc::payload_too_large for more than the options allow.
  static result<static_files> table(std::span<static_file const> files, static_options options = static_options());

  // What is in a folder, read into memory. "x.js.gz" and "x.js.br" are "x.js", packed, unless they are older. What
  // begins with a dot is left out, and so are links: nothing outside is served. A file or folder whose name is none is
  // left out as well, and a server logs that once. It looks at the folder every two seconds, and reads it again when it
  // changed; what cannot be served then is logged, and what was there before stays. Errors as table, and
  // errc::not_found for a folder that is not there or may not be read.
  static result<static_files> folder(std::string path, static_options options = static_options());

 private:
  friend class serving::file_shelf;
  explicit static_files(std::shared_ptr<serving::file_shelf> shelf) : shelf_(std::move(shelf)) {}

  std::shared_ptr<serving::file_shelf> shelf_;
};

}  // namespace sambung
