// progress: what a copy shows while it runs, and at its end.
#pragma once

#include <sambung/storage/copy.hpp>

#include <chrono>
#include <ostream>

namespace command_line {

// On a terminal one line that is written anew, otherwise a line now and then; on stderr.
class progress {
 public:
  progress();
  ~progress();  // leaves the last state on a line of its own
  progress(progress const&) = delete;
  progress& operator=(progress const&) = delete;

  void show(sambung::copy_progress const& now);

 private:
  using clock = std::chrono::steady_clock;

  void print();

  bool const terminal_;
  sambung::copy_progress last_;
  clock::time_point step_started_;
  clock::time_point printed_;
  bool started_ = false;
  bool pending_ = false;
};

// Rows by table.
void print_table(std::ostream& out, sambung::copy_report const& report);

}  // namespace command_line
