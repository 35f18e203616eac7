// What of the module is in other files.
#pragma once

#include <pybind11/pybind11.h>

namespace sambung::python {

void add_answers(pybind11::module_& m);
void add_providers(pybind11::module_& m);
void add_arrow(pybind11::module_& m);
void add_copying(pybind11::module_& m);
void add_information(pybind11::module_& m);
void add_logs(pybind11::module_& m);

}  // namespace sambung::python
