#include "gil.hpp"

#include <cxxabi.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sambung::python {

// An interpreter that ends ends a daemon thread that asks for the GIL, through whatever stands on its stack. Such a
// thread stays here instead, as it does from Python 3.14 on; it goes with the process.
void without_gil::take(PyThreadState* state) {
  try {
    PyEval_RestoreThread(state);
  } catch (abi::__forced_unwind&) {
    for (;;) ::pause();
  }
}

bool on_main_thread() { return ::getpid() == static_cast<pid_t>(::syscall(SYS_gettid)); }

std::function<bool()> signals_watched() {
  if (!on_main_thread()) return nullptr;
  return [] {
    auto const state = PyGILState_Ensure();  // this thread is Python's own
    bool const on = PyErr_CheckSignals() == 0;
    PyGILState_Release(state);
    return on;
  };
}

}  // namespace sambung::python
