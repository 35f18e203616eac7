// JSON out of Python's values: json_of() of codec.hpp.
#include "scalars.hpp"

namespace sambung::python {
namespace {

constexpr std::size_t max_json_depth = 32;

boost::json::value json_of_dict(PyObject* in, json_reader& reader, std::size_t depth) {
  boost::json::object object;
  Py_ssize_t place = 0;
  PyObject* name = nullptr;
  PyObject* item = nullptr;
  while (PyDict_Next(in, &place, &name, &item)) {
    auto const text = text_of(name, reader);
    if (!text) continue;
    reader.inside(*text, [&] { object.emplace(*text, json_of(item, reader, depth + 1)); });
  }
  return boost::json::value(std::move(object));
}

boost::json::value json_of_list(PyObject* in, json_reader& reader, std::size_t depth) {
  boost::json::array array;
  reference const items(PySequence_Fast(in, ""));
  if (!items) {
    PyErr_Clear();
    reader.fault("must be a sequence");
    return boost::json::value(nullptr);
  }
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(items.get()); ++i)
    reader.inside(static_cast<std::size_t>(i),
                  [&] { array.push_back(json_of(PySequence_Fast_GET_ITEM(items.get(), i), reader, depth + 1)); });
  return boost::json::value(std::move(array));
}

boost::json::value json_of_integer(PyObject* in, json_reader& reader) {
  int overflow = 0;
  auto const number = PyLong_AsLongLongAndOverflow(in, &overflow);
  if (overflow == 0) return boost::json::value(static_cast<std::int64_t>(number));
  auto const large = PyLong_AsUnsignedLongLong(in);
  if (!PyErr_Occurred()) return boost::json::value(static_cast<std::uint64_t>(large));
  PyErr_Clear();
  reader.fault("must be an integer of 64 bits");
  return boost::json::value(nullptr);
}

}  // namespace

boost::json::value json_of(PyObject* in, json_reader& reader, std::size_t depth) {
  if (depth > max_json_depth) {
    reader.fault("nested deeper than " + std::to_string(max_json_depth));
    return boost::json::value(nullptr);
  }
  if (in == Py_None) return boost::json::value(nullptr);
  if (PyBool_Check(in)) return boost::json::value(in == Py_True);
  if (PyLong_Check(in)) return json_of_integer(in, reader);
  if (PyFloat_Check(in)) return boost::json::value(real_of(in, reader).value_or(0));
  if (PyUnicode_Check(in)) return boost::json::value(text_of(in, reader).value_or(""));
  if (PyDict_Check(in)) return json_of_dict(in, reader, depth);
  if (PyList_Check(in) || PyTuple_Check(in)) return json_of_list(in, reader, depth);
  reader.fault("must be JSON: a dict, list, str, int, float, bool or None");
  return boost::json::value(nullptr);
}

}  // namespace sambung::python
