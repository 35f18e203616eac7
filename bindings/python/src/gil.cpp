#include "gil.hpp"

#include <sys/syscall.h>
#include <unistd.h>

namespace sambung::python {

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
