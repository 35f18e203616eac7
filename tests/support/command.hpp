// A command that a test runs to its end.
#pragma once

#include "temporary_folder.hpp"

#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace sambung::tests {

struct command_outcome {
  int status = 0;  // its exit status; -1 when a signal ended it
  std::string output;
  std::string errors;
};

// With these variables on top of PATH and what sanitizers read.
inline command_outcome run_command(std::string const& path, std::vector<std::string> const& arguments,
                                   std::map<std::string, std::string> const& variables = {}) {
  testing::temporary_folder const folder;
  auto const quoted = [](std::string const& text) {
    std::string out = "'";
    for (char const c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
  };
  auto const file = [&](char const* name) { return (folder.path() / name).string(); };
  auto const content = [&](char const* name) {
    std::ostringstream text;
    text << std::ifstream(file(name)).rdbuf();
    return text.str();
  };
  std::string line = "exec env -i";
  for (auto const* name : {"PATH", "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"})
    if (auto const* found = std::getenv(name)) line += ' ' + quoted(std::string(name) + '=' + found);
  for (auto const& [name, setting] : variables) line += ' ' + quoted(name + '=' + setting);
  line += ' ' + quoted(path);
  for (auto const& argument : arguments) line += ' ' + quoted(argument);
  line += " >" + quoted(file("output")) + " 2>" + quoted(file("errors")) + " </dev/null";
  int const status = std::system(line.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content("output"), content("errors")};
}

}  // namespace sambung::tests
