#include "standard_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <initializer_list>

namespace command_line {

void keep_standard_streams() {
  for (int one : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(one, F_GETFD) < 0 && errno == EBADF) ::open("/dev/null", O_RDWR);
  std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace command_line
