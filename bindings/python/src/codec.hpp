// codec: values of described types to and from Python, by their shapes. Everything here wants the GIL.
#pragma once

#include <Python.h>

#include "shape_of.hpp"

#include <sambung/core/json_codec.hpp>

#include <memory>

namespace sambung::python {

struct drop_reference {
  void operator()(PyObject* one) const noexcept { Py_DECREF(one); }
};
using reference = std::unique_ptr<PyObject, drop_reference>;  // of what a function of CPython made new

// One call deeper, as long as it lives. False, with a Python exception set, where the interpreter lets nothing nest
// deeper.
class deeper_call {
 public:
  explicit deeper_call(char const* where) : entered_(Py_EnterRecursiveCall(where) == 0) {}
  deeper_call(deeper_call const&) = delete;
  deeper_call& operator=(deeper_call const&) = delete;
  ~deeper_call() {
    if (entered_) Py_LeaveRecursiveCall();
  }

  explicit operator bool() const { return entered_; }

 private:
  bool entered_;
};

// A new reference, or null with a Python exception set. Handles are moved out of the value.
PyObject* to_python(shape const& type, void* value);
PyObject* to_python(erased const& of);
PyObject* to_python(boost::json::value const& in);
PyObject* to_python(std::string_view text);

// Reads `in`; what is wrong with it the reader is told, and no Python exception is left.
void from_python(PyObject* in, shape const& type, void* out, field const& limits, json_reader& reader);

// The text of a str, or a fault.
std::optional<std::string_view> text_of(PyObject* in, json_reader& reader);
boost::json::value json_of(PyObject* in, json_reader& reader, std::size_t depth = 0);

// Takes the classes of records from a module: see classes.cpp.
void adopt_classes(PyObject* module);

// The class of a structure with the places of its slots, as many as it has fields, -1 where Python has none; null when
// there is none of its name.
struct record_class {
  PyTypeObject* type = nullptr;
  std::vector<Py_ssize_t> slots;
};
record_class const* class_of(shape const& structure);
// What the module of classes calls by that name; borrowed, null without exception when it has it not.
PyObject* adopted(char const* name);

// "turn_started" is "TurnStarted".
std::string class_name(std::string_view name);

// The object of a handle; in module.cpp, which knows their classes.
PyObject* handle_to_python(shape const& type, void* value);

}  // namespace sambung::python
