#include "faults/traced_scenario.hpp"

#include "support/child_process.hpp"
#include "support/programs.hpp"

#include <fstream>
#include <sstream>

namespace sambung::tests {

bool can_trace() {
  try {
    return child_process("strace", {}, {"-o", "/dev/null", "true"}).wait() == 0;
  } catch (std::runtime_error const&) {
    return false;
  }
}

int traced_scenario::run(std::string const& inject) {
  auto const call = inject.substr(0, inject.find(':'));
  return run_traced({"-o", "/dev/null", "-e", "trace=" + call, "-e", "inject=" + inject});
}

std::map<std::string, call_range> traced_scenario::count(std::vector<std::string> const& calls) {
  std::string wanted = "trace=";
  for (auto const& call : calls) wanted += call + ',';
  wanted.pop_back();
  auto const log = folder_.path() / "calls";
  if (run_traced({"-y", "-o", log.string(), "-e", wanted}) != 0) throw std::runtime_error("the scenario failed");
  // "1234 pwrite64(5</tmp/chat.db>, ..."; the end of a call that another one interrupted has no parenthesis there.
  std::map<std::string, call_range> ranges;
  std::map<std::pair<std::string, std::string>, std::size_t> seen;
  bool said = false;
  std::ifstream in(log);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string thread, rest;
    words >> thread >> rest;
    auto const end = rest.find('(');
    if (end == rest.npos) continue;
    auto const call = rest.substr(0, end);
    auto const number = ++seen[{thread, call}];
    bool const says = rest.starts_with("write(1<");
    if (!says && line.find(file().string()) == line.npos) continue;
    said = said || says;
    auto& range = ranges[call];
    range.first = range.first == 0 ? number : std::min(range.first, number);
    if (!said) range.settled = std::max(range.settled, number + 1);
    range.last = std::max(range.last, number);
  }
  return ranges;
}

int traced_scenario::run_traced(std::vector<std::string> options) {
  std::vector<std::string> arguments{"-f"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  arguments.insert(arguments.end(), {durable_scenario_program(), file().string(), std::to_string(seed_)});
  child_process process("strace", {}, arguments);
  while (auto const line = process.line())
    if (auto event = parse_history_line(*line)) told_.push_back(std::move(*event));
  return process.wait();
}

}  // namespace sambung::tests
