// scalars: values without others inside, from Python. What is wrong with one the reader is told, and no Python
// exception is left. Everything here wants the GIL.
#pragma once

#include "codec.hpp"

namespace sambung::python {

// `type` is a boolean, a number, text, bytes, a time, a duration, a secret, an id or an enumerator.
void read_scalar(PyObject* in, shape const& type, void* out, field const& limits, json_reader& reader);

// An int's or a float's, but no bool's.
std::optional<double> real_of(PyObject* in, json_reader& reader);

bool is_datetime(PyObject* in);

}  // namespace sambung::python
