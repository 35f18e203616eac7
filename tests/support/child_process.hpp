// A child process of a test: its output read line by line, killed when the test is done with it.
#pragma once

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sambung::tests {

// What a child has for its standard error.
class error_output {
 public:
  static error_output nowhere() { return error_output(-1); }
  static error_output closed() { return error_output(-2); }
  // Lifetime: until the child is started.
  static error_output descriptor(int which) { return error_output(which); }

  void apply(posix_spawn_file_actions_t& actions) const {
    if (descriptor_ >= 0) ::posix_spawn_file_actions_adddup2(&actions, descriptor_, STDERR_FILENO);
    else if (descriptor_ == -2) ::posix_spawn_file_actions_addclose(&actions, STDERR_FILENO);
    else ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  }

 private:
  explicit error_output(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

class child_process {
 public:
  // Starts `path`, or what PATH has under this name, with these variables on top of PATH, HOME and LANG; its standard
  // output comes back through line().
  child_process(std::string const& path, std::map<std::string, std::string> const& variables,
                std::vector<std::string> arguments = {}, error_output errors = error_output::nowhere()) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe failed");
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    errors.apply(actions);
    std::vector<std::string> settings;
    for (auto const* name : {"PATH", "HOME", "LANG", "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"})
      if (auto const* found = std::getenv(name)) settings.push_back(std::string(name) + "=" + found);
    for (auto const& [name, setting] : variables) settings.push_back(name + "=" + setting);
    std::vector<char*> environment;
    for (auto& setting : settings) environment.push_back(setting.data());
    environment.push_back(nullptr);
    arguments.insert(arguments.begin(), path);
    std::vector<char*> words;
    for (auto& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    int const failed = ::posix_spawnp(&pid_, path.c_str(), &actions, nullptr, words.data(), environment.data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (failed) throw std::runtime_error("cannot start " + path);
    output_ = ::fdopen(ends[0], "r");
  }
  child_process(child_process const&) = delete;
  child_process& operator=(child_process const&) = delete;
  ~child_process() {
    if (pid_ > 0) end(SIGKILL);
    std::fclose(output_);
  }

  // The next line of its output without the line end; empty at the end of the output.
  std::optional<std::string> line() {
    std::string text;
    for (int c = std::fgetc(output_); c != EOF; c = std::fgetc(output_)) {
      if (c == '\n') return text;
      text += static_cast<char>(c);
    }
    return std::nullopt;
  }

  // The rest of the first line that begins with `prefix`, or contains it.
  std::string after(std::string const& mark) {
    while (auto text = line())
      if (auto const at = text->find(mark); at != text->npos) return text->substr(at + mark.size());
    throw std::runtime_error("the child never said: " + mark);
  }

  pid_t pid() const { return pid_; }

  // Waits until it ends by itself, and gives the exit status as waitpid has it.
  int wait() { return end(0); }

  // Sends the signal, waits, and gives the exit status as waitpid has it.
  int end(int signal) {
    ::kill(pid_, signal);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return status;
  }

 private:
  pid_t pid_ = 0;
  std::FILE* output_ = nullptr;
};

}  // namespace sambung::tests
