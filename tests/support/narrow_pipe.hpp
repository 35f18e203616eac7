// A pipe that holds little, so that who writes to it soon finds out whether anybody reads.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace sambung::tests {

class narrow_pipe {
 public:
  narrow_pipe() {
    if (::pipe2(ends_, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    ::fcntl(ends_[1], F_SETPIPE_SZ, 4'096);
  }
  narrow_pipe(narrow_pipe const&) = delete;
  narrow_pipe& operator=(narrow_pipe const&) = delete;
  ~narrow_pipe() {
    close_reader();
    close_writer();
  }

  int writer() const { return ends_[1]; }
  void close_reader() { close(ends_[0]); }
  void close_writer() { close(ends_[1]); }

  // What is there, as soon as something is; empty at the end, and when nothing comes for too long.
  std::string read() {
    pollfd asked{ends_[0], POLLIN, 0};
    if (::poll(&asked, 1, 20'000) <= 0) return {};
    char bytes[65'536];
    auto const count = ::read(ends_[0], bytes, sizeof bytes);
    return count > 0 ? std::string(bytes, static_cast<std::size_t>(count)) : std::string();
  }
  // Up to the end of the line that `mark` stands in, or of everything.
  std::string read_line_with(std::string const& mark) {
    std::string seen;
    auto const there = [&] {
      auto const at = seen.find(mark);
      return at != seen.npos && seen.find('\n', at) != seen.npos;
    };
    while (!there()) {
      auto const more = read();
      if (more.empty()) break;
      seen += more;
    }
    return seen;
  }

 private:
  static void close(int& end) {
    if (end >= 0) ::close(std::exchange(end, -1));
  }

  int ends_[2] = {-1, -1};
};

}  // namespace sambung::tests
