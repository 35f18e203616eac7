// guarded: functions of the module with their failures as exceptions of Python's.
#pragma once

#include <pybind11/pybind11.h>

#include "errors.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace sambung::python {

// A new reference as an object; what could not be made is raised.
inline pybind11::object taken(PyObject* made) {
  if (!made) throw pybind11::error_already_set();
  return pybind11::reinterpret_steal<pybind11::object>(made);
}

// Runs f; what it throws of ours is raised as an exception of Python's.
template <class F>
auto guarded(F f) {
  try {
    return f();
  } catch (pybind11::error_already_set&) {
    throw;
  } catch (...) {
    raise_caught();
    throw pybind11::error_already_set();
  }
}

inline std::chrono::milliseconds milliseconds_of(double seconds) {
  if (!(seconds >= 0)) throw error(errc::invalid_argument, "a time is not negative");
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::min(seconds, 1e9) * 1000));
}

}  // namespace sambung::python
