// Records as Arrow's C stream. Everything is copied when the stream is made: whoever reads it needs no GIL.
#include <pybind11/pybind11.h>

#include "arrow_stream.hpp"
#include "cell.hpp"
#include "codec.hpp"
#include "errors.hpp"
#include "parts_of_module.hpp"

#include <boost/json/serialize.hpp>

#include <deque>
#include <limits>

namespace py = pybind11;

namespace sambung::python {
namespace {

column_kind kind_called(std::string const& name) {
  if (name == "utf8") return column_kind::text;
  if (name == "int64") return column_kind::integer;
  if (name == "float64") return column_kind::real;
  if (name == "bool") return column_kind::boolean;
  if (name == "timestamp") return column_kind::time;
  if (name == "json") return column_kind::json;
  throw error(errc::invalid_argument, "a column is utf8, int64, float64, bool, timestamp or json, not " + name);
}

// What was stored has been checked.
field unlimited() {
  field limits;
  limits.max_bytes = std::numeric_limits<std::size_t>::max();
  limits.max_items = std::numeric_limits<std::size_t>::max();
  return limits;
}

// What is there; nothing for what is no value of the column's type.
template <class T>
std::optional<T> read(PyObject* in) {
  if (in == Py_None) return std::nullopt;
  T value{};
  json_reader reader;
  from_python(in, shape_of<T>(), &value, unlimited(), reader);
  if (reader.failed()) throw error(reader.why());
  return value;
}

std::optional<std::string> read_json(PyObject* in) {
  if (in == Py_None) return std::nullopt;
  if (PyUnicode_Check(in)) return read<std::string>(in);
  deeper_call const deeper(" while a value was read");
  if (!deeper) throw py::error_already_set();
  if (PyObject_HasAttrString(in, "to_dict")) {
    reference const told(PyObject_CallMethod(in, "to_dict", nullptr));
    if (!told) throw py::error_already_set();
    return read_json(told.get());
  }
  if (PyTuple_Check(in) || PyList_Check(in)) {
    std::string all = "[";
    reference const items(PySequence_Tuple(in));  // a copy: to_dict() may change the caller's
    if (!items) throw py::error_already_set();
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(items.get()); ++i) {
      auto* const item = PyTuple_GET_ITEM(items.get(), i);
      auto const one = PyUnicode_Check(item)
                           ? std::optional(boost::json::serialize(boost::json::string(*read<std::string>(item))))
                           : read_json(item);
      all += (i ? "," : "") + one.value_or("null");
    }
    return all + "]";
  }
  json_reader reader;
  cell value;
  from_python(in, shape_of<cell>(), &value, unlimited(), reader);
  auto const made = json_of(value, reader);
  if (reader.failed()) throw error(reader.why());
  return boost::json::serialize(made);
}

void append(column_values& to, column_kind kind, PyObject* in, std::size_t row) {
  bool present = in != Py_None;
  switch (kind) {
    case column_kind::integer:
      to.whole.push_back(read<std::int64_t>(in).value_or(0));
      break;
    case column_kind::real:
      to.real.push_back(read<double>(in).value_or(0));
      break;
    case column_kind::boolean:
      set_bit(to.bits, row, read<bool>(in).value_or(false));
      break;
    case column_kind::time: {
      auto const time = read<timestamp>(in);
      to.whole.push_back(time ? time->time_since_epoch().count() : 0);
      break;
    }
    case column_kind::text:
    case column_kind::json:
      to.text += (kind == column_kind::text ? read<std::string>(in) : read_json(in)).value_or("");
      to.offsets.push_back(static_cast<std::int64_t>(to.text.size()));
      break;
  }
  set_bit(to.valid, row, present);
  if (!present) ++to.nulls;
}

void release_capsule(PyObject* capsule) {
  delete_arrow_stream(static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule, "arrow_array_stream")));
}

reference member_of(PyObject* record, arrow_column const& of) {
  if (PyDict_Check(record)) {
    auto* const found = PyDict_GetItemString(record, of.name.c_str());
    return reference(Py_NewRef(found ? found : Py_None));
  }
  reference found(PyObject_GetAttrString(record, of.name.c_str()));
  if (!found) throw py::error_already_set();
  return found;
}

batch_values batch_from(py::sequence const& records, std::vector<arrow_column> const& columns) {
  batch_values made;
  made.columns.resize(columns.size());
  for (auto const record : records) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      auto const value = member_of(record.ptr(), columns[i]);
      append(made.columns[i], columns[i].kind, value.get(), static_cast<std::size_t>(made.rows));
    }
    ++made.rows;
  }
  return made;
}

py::capsule arrow_stream(py::sequence const& columns, py::iterable const& batches) {
  try {
    std::vector<arrow_column> made;
    for (auto const one : columns) {
      auto const pair = one.cast<std::pair<py::str, py::str>>();
      made.push_back({pair.first.cast<std::string>(), kind_called(pair.second.cast<std::string>())});
    }
    std::deque<batch_values> copies;
    for (auto const records : batches) copies.push_back(batch_from(records.cast<py::sequence>(), made));
    auto* const stream = new_arrow_stream(std::move(made), std::move(copies));
    return py::reinterpret_steal<py::capsule>(PyCapsule_New(stream, "arrow_array_stream", release_capsule));
  } catch (error const&) {
    raise_caught();
    throw py::error_already_set();
  }
}

}  // namespace

void add_arrow(py::module_& m) { m.def("arrow_stream", arrow_stream, py::arg("columns"), py::arg("batches")); }

}  // namespace sambung::python
