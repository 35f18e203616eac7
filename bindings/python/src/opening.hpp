// opening: what open_engine() is told, as engine_options.
#pragma once

#include <Python.h>

#include "callbacks.hpp"

#include <sambung/engine/engine.hpp>

#include <functional>

namespace sambung::python {

struct opening {
  std::function<engine_options()> make;  // on the engine's thread, without the GIL
  std::size_t threads = 1;
  callbacks_ref by;
};

// Throws error(errc::invalid_argument) with everything that is wrong.
opening read_opening(PyObject* options);

// In providers.cpp: what a Provider holds, and what Callbacks are reached by; null when the object is none.
std::shared_ptr<provider> provider_in(PyObject* object);
callbacks_ref callbacks_in(PyObject* object);

}  // namespace sambung::python
