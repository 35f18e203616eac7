// The least that a call from Python into C++ takes.
#include <pybind11/pybind11.h>

PYBIND11_MODULE(bare_call, m) {
  m.def("bare", [](pybind11::object const& same) { return same; });
}
