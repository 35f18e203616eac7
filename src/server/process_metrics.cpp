#include "server/process_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

namespace sambung::serving {
namespace {

// Linux: proc(5), /proc/self/stat. What stands behind the name of the program, which may hold anything.
std::optional<std::string> read_stat() {
  std::ifstream file("/proc/self/stat");
  std::string const text((std::istreambuf_iterator<char>(file)), {});
  auto const end = text.rfind(')');
  if (end == text.npos) return std::nullopt;
  return text.substr(end + 1);
}

// A field of it by its number in proc(5).
double stat_field(int number) {
  constexpr int first = 3;
  auto const stat = read_stat();
  if (!stat) return 0;
  std::istringstream fields(*stat);
  std::string field;
  for (int i = first; i <= number; ++i) fields >> field;
  return std::strtod(field.c_str(), nullptr);
}

double resident_bytes() {
  constexpr int pages = 24;
  return stat_field(pages) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double seconds_of(timeval const& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

double processor_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
}

double open_descriptors() {
  std::error_code fault;
  std::filesystem::directory_iterator const all("/proc/self/fd", fault);
  if (fault) return 0;
  return static_cast<double>(std::distance(begin(all), end(all)) - 1);  // without the one that reads this
}

double max_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

// Since 1970. The system counts from its own start, by a clock that nobody sets.
double start_time() {
  constexpr int start = 22;
  timespec up{};
  ::clock_gettime(CLOCK_BOOTTIME, &up);
  auto const now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  auto const age = static_cast<double>(up.tv_sec) + 1e-9 * static_cast<double>(up.tv_nsec) -
                   stat_field(start) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  return now - age;
}

std::shared_ptr<void> watch_number(metrics& to, metric_kind kind, metric_description what, double (*read)()) {
  return to.watch(kind, std::move(what),
                  [read](std::vector<metric_sample>& out) { out.emplace_back().value = read(); });
}

}  // namespace

std::vector<std::shared_ptr<void>> watch_process(metrics& to) {
  using enum metric_kind;
  auto const started = start_time();
  return {
      watch_number(to, gauge, {"process_resident_memory_bytes", "Memory of the process that is in use."},
                   resident_bytes),
      watch_number(to, metric_kind::counter, {"process_cpu_seconds_total", "Processor time of the process."},
                   processor_seconds),
      watch_number(to, gauge, {"process_open_fds", "Open descriptors."}, open_descriptors),
      watch_number(to, gauge, {"process_max_fds", "Descriptors that there may be."}, max_descriptors),
      to.watch(gauge, {"process_start_time_seconds", "When the process started, since 1970."},
               [started](std::vector<metric_sample>& out) { out.emplace_back().value = started; }),
  };
}

}  // namespace sambung::serving
