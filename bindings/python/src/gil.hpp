// gil: waiting without the GIL, and hearing signals meanwhile.
#pragma once

#include <Python.h>

#include <functional>

namespace sambung::python {

// Lets the GIL go for its lifetime.
class without_gil {
 public:
  without_gil() : state_(PyEval_SaveThread()) {}
  ~without_gil() { take(state_); }
  without_gil(without_gil const&) = delete;
  without_gil& operator=(without_gil const&) = delete;

 private:
  static void take(PyThreadState* state);

  PyThreadState* state_;
};

bool on_main_thread();

// What wait_for() asks, without the GIL: on the main thread whether no handler of a signal has raised, whose exception
// is set then; nothing on others.
std::function<bool()> signals_watched();

}  // namespace sambung::python
