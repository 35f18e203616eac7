// unfinished_file: a file under another name until it is whole.
#pragma once

#include <filesystem>

namespace command_line {

class unfinished_file {
 public:
  // Makes the folder PATH.partial-XXXXXX for it. Throws sambung::error: errc::already_exists when there is something at
  // `path`, errc::unavailable when the folder cannot be made.
  explicit unfinished_file(std::filesystem::path path);
  ~unfinished_file();  // takes the folder and everything in it away
  unfinished_file(unfinished_file const&) = delete;
  unfinished_file& operator=(unfinished_file const&) = delete;

  // Where to write it until then.
  std::filesystem::path const& path() const { return unfinished_; }

  // Moves it to its place, durably, unless there is something by now. Nobody may have it open. Throws as above.
  void publish();

 private:
  std::filesystem::path path_;
  std::filesystem::path folder_;
  std::filesystem::path unfinished_;
};

}  // namespace command_line
