// binder: verbs as functions of the module.
#pragma once

#include "bridge.hpp"
#include "handle.hpp"

#include <Python.h>

namespace sambung::python {

// Adds every verb to the module. False with an exception set when it cannot.
bool bind_verbs(PyObject* module);

// None, seconds or a timedelta; false with an exception set.
bool read_limit(PyObject* in, std::optional<std::chrono::milliseconds>& out);

// In module.cpp, which knows the classes: what a Python object holds; null when it is no such thing.
handle* handle_in(PyObject* object);
bridge* bridge_in(PyObject* object);

}  // namespace sambung::python
