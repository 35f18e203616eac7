// errors: failures as exceptions of Python's. The classes are Python's own, in sambung.errors: each failure is one by
// its code.
#pragma once

#include <Python.h>

#include <sambung/core/error.hpp>

#include <exception>
#include <string_view>

namespace sambung::python {

void adopt_errors(PyObject* module);

// A new exception; null with another one set when it cannot be made.
PyObject* exception_of(failure const& why);
PyObject* exception_of(std::exception_ptr const& thrown);

// Sets the exception of what is being handled; for `catch (...)`, with the GIL. Gives null.
PyObject* raise_caught();
PyObject* raise(failure const& why);

}  // namespace sambung::python
