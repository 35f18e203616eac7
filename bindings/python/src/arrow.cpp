// Records as Arrow's C stream (https://arrow.apache.org/docs/format/CStreamInterface.html), without any library of
// Arrow's. Everything is copied when the stream is made: whoever reads it may do so on any thread, without the GIL.
#include <pybind11/pybind11.h>

#include "cell.hpp"
#include "codec.hpp"
#include "errors.hpp"
#include "parts_of_module.hpp"

#include <boost/json/serialize.hpp>

#include <cstring>
#include <deque>
#include <limits>
#include <memory>

namespace py = pybind11;

// As the specification spells them.
extern "C" {
struct ArrowSchema {
  char const* format;
  char const* name;
  char const* metadata;
  std::int64_t flags;
  std::int64_t n_children;
  ArrowSchema** children;
  ArrowSchema* dictionary;
  void (*release)(ArrowSchema*);
  void* private_data;
};
struct ArrowArray {
  std::int64_t length;
  std::int64_t null_count;
  std::int64_t offset;
  std::int64_t n_buffers;
  std::int64_t n_children;
  void const** buffers;
  ArrowArray** children;
  ArrowArray* dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};
struct ArrowArrayStream {
  int (*get_schema)(ArrowArrayStream*, ArrowSchema*);
  int (*get_next)(ArrowArrayStream*, ArrowArray*);
  char const* (*get_last_error)(ArrowArrayStream*);
  void (*release)(ArrowArrayStream*);
  void* private_data;
};
}

namespace sambung::python {
namespace {

constexpr std::int64_t nullable_flag = 2;

enum class column_kind { text, integer, real, boolean, time, json };

struct column {
  std::string name;
  column_kind kind = column_kind::text;
};

char const* format_of(column_kind kind) {
  switch (kind) {
    case column_kind::text:
    case column_kind::json:
      return "U";  // with offsets of 64 bits
    case column_kind::integer:
      return "l";
    case column_kind::real:
      return "g";
    case column_kind::boolean:
      return "b";
    case column_kind::time:
      return "tsm:UTC";
  }
  return "U";
}

column_kind kind_called(std::string const& name) {
  if (name == "utf8") return column_kind::text;
  if (name == "int64") return column_kind::integer;
  if (name == "float64") return column_kind::real;
  if (name == "bool") return column_kind::boolean;
  if (name == "timestamp") return column_kind::time;
  if (name == "json") return column_kind::json;
  throw error(errc::invalid_argument, "a column is utf8, int64, float64, bool, timestamp or json, not " + name);
}

// The values of one column in one batch.
struct column_values {
  std::int64_t nulls = 0;
  std::vector<std::uint8_t> valid;  // bits
  std::vector<std::uint8_t> bits;   // of booleans
  std::vector<std::int64_t> whole;  // of integers and times
  std::vector<double> real;
  std::vector<std::int64_t> offsets{0};
  std::string text;
};

void set_bit(std::vector<std::uint8_t>& bits, std::size_t at, bool on) {
  if (bits.size() <= at / 8) bits.resize(at / 8 + 1);
  if (on) bits[at / 8] = static_cast<std::uint8_t>(bits[at / 8] | (1U << (at % 8)));
}

// What is there; nothing for what is no value of the column's type.
template <class T>
std::optional<T> read(PyObject* in) {
  if (in == Py_None) return std::nullopt;
  T value{};
  json_reader reader;
  field limits;
  limits.max_bytes = std::numeric_limits<std::size_t>::max();
  from_python(in, shape_of<T>(), &value, limits, reader);
  if (reader.failed()) throw error(reader.why());
  return value;
}

std::optional<std::string> read_json(PyObject* in) {
  if (in == Py_None) return std::nullopt;
  if (PyUnicode_Check(in)) return read<std::string>(in);
  json_reader reader;
  cell value;
  if (PyObject_HasAttrString(in, "to_dict")) {
    reference const told(PyObject_CallMethod(in, "to_dict", nullptr));
    if (!told) throw py::error_already_set();
    return read_json(told.get());
  }
  if (PyTuple_Check(in) || PyList_Check(in)) {
    std::string all = "[";
    reference const items(PySequence_Fast(in, ""));
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(items.get()); ++i) {
      auto* const item = PySequence_Fast_GET_ITEM(items.get(), i);
      auto const one = PyUnicode_Check(item)
                           ? std::optional(boost::json::serialize(boost::json::string(*read<std::string>(item))))
                           : read_json(item);
      all += (i ? "," : "") + one.value_or("null");
    }
    return all + "]";
  }
  from_python(in, shape_of<cell>(), &value, {}, reader);
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

struct batch_values {
  std::int64_t rows = 0;
  std::vector<column_values> columns;
};

// What an ArrowArray points to.
struct held_array {
  column_values values;
  std::vector<void const*> buffers;
  std::vector<std::unique_ptr<ArrowArray>> children;
  std::vector<ArrowArray*> pointers;
};

void release_array(ArrowArray* array) {
  auto* const held = static_cast<held_array*>(array->private_data);
  for (auto const& child : held->children)
    if (child->release) child->release(child.get());
  delete held;
  array->release = nullptr;
}

void fill_array(ArrowArray& out, std::unique_ptr<held_array> held, std::int64_t rows, std::int64_t nulls) {
  out = {};
  out.length = rows;
  out.null_count = nulls;
  out.n_buffers = static_cast<std::int64_t>(held->buffers.size());
  out.buffers = held->buffers.data();
  out.n_children = static_cast<std::int64_t>(held->children.size());
  for (auto const& child : held->children) held->pointers.push_back(child.get());
  out.children = held->pointers.data();
  out.release = release_array;
  out.private_data = held.release();
}

void fill_column(ArrowArray& out, column_kind kind, column_values values, std::int64_t rows) {
  auto held = std::make_unique<held_array>();
  held->values = std::move(values);
  auto const& of = held->values;
  held->buffers.push_back(of.nulls ? of.valid.data() : nullptr);
  if (kind == column_kind::text || kind == column_kind::json) {
    held->buffers.push_back(of.offsets.data());
    held->buffers.push_back(of.text.data());
  } else if (kind == column_kind::real) {
    held->buffers.push_back(of.real.data());
  } else if (kind == column_kind::boolean) {
    held->buffers.push_back(of.bits.data());
  } else {
    held->buffers.push_back(of.whole.data());
  }
  auto const nulls = of.nulls;
  fill_array(out, std::move(held), rows, nulls);
}

struct held_schema {
  std::string name;
  std::vector<std::unique_ptr<ArrowSchema>> children;
  std::vector<ArrowSchema*> pointers;
};

void release_schema(ArrowSchema* schema) {
  auto* const held = static_cast<held_schema*>(schema->private_data);
  for (auto const& child : held->children)
    if (child->release) child->release(child.get());
  delete held;
  schema->release = nullptr;
}

void fill_schema(ArrowSchema& out, char const* format, std::unique_ptr<held_schema> held, std::int64_t flags) {
  out = {};
  out.format = format;
  out.name = held->name.c_str();
  out.flags = flags;
  out.n_children = static_cast<std::int64_t>(held->children.size());
  for (auto const& child : held->children) held->pointers.push_back(child.get());
  out.children = held->pointers.data();
  out.release = release_schema;
  out.private_data = held.release();
}

struct held_stream {
  std::vector<column> columns;
  std::deque<batch_values> batches;
};

int get_schema(ArrowArrayStream* stream, ArrowSchema* out) {
  auto const& of = *static_cast<held_stream*>(stream->private_data);
  auto held = std::make_unique<held_schema>();
  for (auto const& one : of.columns) {
    auto child = std::make_unique<held_schema>();
    child->name = one.name;
    fill_schema(*held->children.emplace_back(std::make_unique<ArrowSchema>()), format_of(one.kind), std::move(child),
                nullable_flag);
  }
  fill_schema(*out, "+s", std::move(held), 0);
  return 0;
}

int get_next(ArrowArrayStream* stream, ArrowArray* out) {
  auto& of = *static_cast<held_stream*>(stream->private_data);
  *out = {};  // released: the end
  if (of.batches.empty()) return 0;
  auto batch = std::move(of.batches.front());
  of.batches.pop_front();
  auto held = std::make_unique<held_array>();
  held->buffers.push_back(nullptr);
  for (std::size_t i = 0; i < of.columns.size(); ++i)
    fill_column(*held->children.emplace_back(std::make_unique<ArrowArray>()), of.columns[i].kind,
                std::move(batch.columns[i]), batch.rows);
  fill_array(*out, std::move(held), batch.rows, 0);
  return 0;
}

char const* get_last_error(ArrowArrayStream*) { return nullptr; }

void release_stream(ArrowArrayStream* stream) {
  delete static_cast<held_stream*>(stream->private_data);
  stream->release = nullptr;
}

void release_capsule(PyObject* capsule) {
  auto* const stream = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule, "arrow_array_stream"));
  if (stream->release) stream->release(stream);
  delete stream;
}

reference member_of(PyObject* record, column const& of) {
  if (PyDict_Check(record)) {
    auto* const found = PyDict_GetItemString(record, of.name.c_str());
    return reference(Py_NewRef(found ? found : Py_None));
  }
  reference found(PyObject_GetAttrString(record, of.name.c_str()));
  if (!found) throw py::error_already_set();
  return found;
}

batch_values batch_from(py::sequence const& records, std::vector<column> const& columns) {
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
    auto held = std::make_unique<held_stream>();
    for (auto const one : columns) {
      auto const pair = one.cast<std::pair<py::str, py::str>>();
      held->columns.push_back({pair.first.cast<std::string>(), kind_called(pair.second.cast<std::string>())});
    }
    for (auto const records : batches) held->batches.push_back(batch_from(records.cast<py::sequence>(), held->columns));
    auto* const stream = new ArrowArrayStream{get_schema, get_next, get_last_error, release_stream, held.release()};
    return py::reinterpret_steal<py::capsule>(PyCapsule_New(stream, "arrow_array_stream", release_capsule));
  } catch (error const&) {
    raise_caught();
    throw py::error_already_set();
  }
}

}  // namespace

void add_arrow(py::module_& m) { m.def("arrow_stream", arrow_stream, py::arg("columns"), py::arg("batches")); }

}  // namespace sambung::python
