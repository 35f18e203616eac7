#include "progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iomanip>
#include <sstream>

namespace command_line {
namespace {

constexpr std::chrono::milliseconds terminal_interval{100};
constexpr std::chrono::milliseconds line_interval{1'000};
constexpr std::chrono::milliseconds shortest_measure{100};  // a rate over less says nothing

std::string text_of(sambung::copy_progress const& now, std::chrono::duration<double> elapsed) {
  std::ostringstream text;
  text << (now.step == sambung::copy_step::copying ? "copying " : "comparing ") << now.table << ": " << now.rows
       << " rows";
  if (elapsed >= shortest_measure)
    text << ", " << static_cast<std::uint64_t>(static_cast<double>(now.rows) / elapsed.count()) << " rows/s";
  if (now.tenant > 0) text << ", tenant " << now.tenant << " of " << now.tenants;
  return text.str();
}

}  // namespace

progress::progress() : terminal_(::isatty(STDERR_FILENO) == 1) {}

progress::~progress() {
  if (pending_) print();
  if (terminal_ && started_) std::fputc('\n', stderr);
}

void progress::show(sambung::copy_progress const& now) {
  auto const time = clock::now();
  bool const next_step = !started_ || now.step != last_.step;
  if (next_step) {
    if (pending_) print();
    step_started_ = time;
    started_ = true;
  }
  last_ = now;
  pending_ = true;
  if (next_step || time - printed_ >= (terminal_ ? terminal_interval : line_interval)) print();
}

void progress::print() {
  printed_ = clock::now();
  pending_ = false;
  auto const text = text_of(last_, printed_ - step_started_);
  if (terminal_) std::fprintf(stderr, "\r\x1b[K%s", text.c_str());
  else std::fprintf(stderr, "%s\n", text.c_str());
}

void print_table(std::ostream& out, sambung::copy_report const& report) {
  std::size_t width = 5;
  std::uint64_t total = 0;
  for (auto const& one : report.tables) {
    width = std::max(width, one.table.size());
    total += one.rows;
  }
  auto const line = [&](std::string const& name, auto const& rows) {
    out << std::left << std::setw(static_cast<int>(width)) << name << "  " << std::right << std::setw(12) << rows
        << '\n';
  };
  line("table", "rows");
  for (auto const& one : report.tables) line(one.table, one.rows);
  line("total", total);
  out << std::flush;
}

}  // namespace command_line
