#include "cell.hpp"
#include "codec.hpp"
#include "scalars.hpp"

namespace sambung::python {
namespace {

// A sequence, but no text: whoever gives "abc" for a list means ["abc"]. A copy: what is read may run Python, which may
// change the caller's.
reference sequence_of(PyObject* in, json_reader& reader) {
  reference items;
  if (!PyUnicode_Check(in) && !PyBytes_Check(in) && !PyDict_Check(in)) items.reset(PySequence_Tuple(in));
  if (!items) {
    PyErr_Clear();
    reader.fault("must be a sequence");
  }
  return items;
}

void read_list(PyObject* in, shape const& type, void* out, field const& limits, json_reader& reader) {
  auto const items = sequence_of(in, reader);
  if (!items) return;
  auto const size = static_cast<std::size_t>(PyTuple_GET_SIZE(items.get()));
  if (size > limits.max_items) return reader.fault("at most " + std::to_string(limits.max_items) + " items");
  type.resize(out, size);
  for (std::size_t i = 0; i < size; ++i)
    reader.inside(i, [&] {
      auto* const item = PyTuple_GET_ITEM(items.get(), static_cast<Py_ssize_t>(i));
      from_python(item, *type.of.front(), type.at(out, i), limits, reader);
    });
}

void read_permissions(PyObject* in, permission_set& out, json_reader& reader) {
  std::vector<std::string> names;
  json_reader inner;
  from_python(in, shape_of<std::vector<std::string>>(), &names, {}, inner);
  auto const read = inner.failed() ? std::nullopt : parse_permissions(names);
  if (read) out = *read;
  else reader.fault("must be a sequence of names of permissions");
}

void read_map(PyObject* in, shape const& type, void* out, field const& limits, json_reader& reader) {
  reference const pairs(PyDict_Check(in) ? PyDict_Copy(in) : PyDict_New());
  if (!pairs || (!PyDict_Check(in) && PyDict_MergeFromSeq2(pairs.get(), in, 1) < 0)) {
    PyErr_Clear();
    return reader.fault("must be a dict, or pairs");
  }
  in = pairs.get();
  type.resize(out, static_cast<std::size_t>(PyDict_Size(in)));
  Py_ssize_t place = 0;
  PyObject* name = nullptr;
  PyObject* item = nullptr;
  for (std::size_t i = 0; PyDict_Next(in, &place, &name, &item); ++i) {
    auto const text = text_of(name, reader);
    if (!text) return;
    *type.key(out, i) = *text;
    reader.inside(*text, [&] { from_python(item, *type.of.front(), type.at(out, i), limits, reader); });
  }
}

shape_field const* field_called(shape const& type, std::string_view name) {
  for (auto const& f : type.fields)
    if (!f.limits.internal && f.name == name) return &f;
  return nullptr;
}

void read_field(PyObject* in, shape_field const& f, void* out, json_reader& reader) {
  reader.inside(std::string_view(f.name), [&] {
    if (in) from_python(in, *f.type, static_cast<std::byte*>(out) + f.offset, f.limits, reader);
    else if (f.limits.required) reader.fault("required");
  });
}

void read_dict(PyObject* in, shape const& type, void* out, json_reader& reader) {
  Py_ssize_t place = 0;
  PyObject* name = nullptr;
  PyObject* item = nullptr;
  while (PyDict_Next(in, &place, &name, &item)) {
    auto const text = text_of(name, reader);
    if (!text || (*text == "type" && !type.tag.empty() && !field_called(type, *text))) continue;
    if (!field_called(type, *text)) reader.inside(*text, [&] { reader.fault("unknown field"); });
  }
  for (auto const& f : type.fields)
    if (!f.limits.internal) read_field(PyDict_GetItemString(in, f.name.c_str()), f, out, reader);
}

// Of the structure's own class: its slots.
void read_record(PyObject* in, shape const& type, record_class const& known, void* out, json_reader& reader) {
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    if (known.slots[i] < 0) continue;
    auto* const item = *reinterpret_cast<PyObject**>(reinterpret_cast<char*>(in) + known.slots[i]);
    read_field(item, type.fields[i], out, reader);
  }
}

void read_structure(PyObject* in, shape const& type, void* out, json_reader& reader) {
  auto const* known = class_of(type);
  if (PyDict_Check(in)) read_dict(in, type, out, reader);
  else if (known && PyObject_TypeCheck(in, known->type)) read_record(in, type, *known, out, reader);
  else return reader.fault("must be a dict or " + class_name(type.name));
  if (type.settle) type.settle(out);
}

std::optional<std::size_t> alternative_of(PyObject* in, shape const& type) {
  auto* const tag = PyDict_Check(in) ? PyDict_GetItemString(in, "type") : nullptr;
  for (std::size_t i = 0; i < type.of.size(); ++i) {
    if (tag && PyUnicode_Check(tag) && PyUnicode_CompareWithASCIIString(tag, type.of[i]->tag.c_str()) == 0) return i;
    if (PyDict_Check(in)) continue;
    auto const* known = class_of(*type.of[i]);
    if (known && PyObject_TypeCheck(in, known->type)) return i;
  }
  return std::nullopt;
}

void read_variant(PyObject* in, shape const& type, void* out, json_reader& reader) {
  if (auto const which = alternative_of(in, type))
    return read_structure(in, *type.of[*which], type.become(out, *which), reader);
  std::string names;
  for (auto const* one : type.of) names += (names.empty() ? "" : ", ") + class_name(one->name);
  reader.fault("must be one of " + names + ", or a dict with its type");
}

void read_opaque(PyObject* in, shape const& type, void* out, field const& limits, json_reader& reader) {
  if (type.what == kind::json_object && !PyDict_Check(in)) return reader.fault("must be a dict");
  if (type.what == kind::json_array && !PyList_Check(in) && !PyTuple_Check(in)) return reader.fault("must be a list");
  json_reader inner;
  auto read = json_of(in, inner);
  if (inner.failed()) {
    for (auto const& one : inner.why().issues)
      reader.inside(std::string_view(one.path), [&] { reader.fault(one.message); });
    return;
  }
  reader.check_opaque(read, limits);
  if (type.what == kind::json_object) *static_cast<boost::json::object*>(out) = std::move(read.get_object());
  else if (type.what == kind::json_array) *static_cast<boost::json::array*>(out) = std::move(read.get_array());
  else *static_cast<boost::json::value*>(out) = std::move(read);
}

template <class T>
void read_cell_as(PyObject* in, cell& out, field const& limits, json_reader& reader) {
  from_python(in, shape_of<T>(), &out.value.emplace<T>(), limits, reader);
}

// As deep as JSON may be: the interpreter bounds what nests deeper.
void read_cell(PyObject* in, cell& out, field const& limits, json_reader& reader) {
  if (in == Py_None) return static_cast<void>(out.value.emplace<std::monostate>());
  if (PyBool_Check(in)) return read_cell_as<bool>(in, out, limits, reader);
  if (PyLong_Check(in)) return read_cell_as<std::int64_t>(in, out, limits, reader);
  if (PyFloat_Check(in)) return read_cell_as<double>(in, out, limits, reader);
  if (PyUnicode_Check(in)) return read_cell_as<std::string>(in, out, limits, reader);
  // Not whatever has a buffer: an array of numbers is a sequence of them.
  if (PyBytes_Check(in) || PyByteArray_Check(in) || PyMemoryView_Check(in))
    return read_cell_as<binary>(in, out, limits, reader);
  if (is_datetime(in)) return read_cell_as<timestamp>(in, out, limits, reader);
  deeper_call const deeper(" while a value was read");
  if (!deeper) {
    PyErr_Clear();
    return reader.fault("is nested too deeply");
  }
  if (PyDict_Check(in)) read_cell_as<cell_map>(in, out, limits, reader);
  else read_cell_as<cell_list>(in, out, limits, reader);
}

void read_optional(PyObject* in, shape const& type, void* out, field const& limits, json_reader& reader) {
  type.resize(out, in == Py_None ? 0 : 1);
  if (in != Py_None) from_python(in, *type.of.front(), type.at(out, 0), limits, reader);
}

}  // namespace

void from_python(PyObject* in, shape const& type, void* out, field const& limits, json_reader& reader) {
  reference const held(Py_NewRef(in));  // whoever else has it may let it go meanwhile
  if (type.from_text && PyUnicode_Check(in)) {
    auto const text = text_of(in, reader);
    if (text && reader.check(*text, limits) && !type.from_text(*text, out)) reader.fault("is not known");
    return;
  }
  switch (type.what) {
    case kind::boolean:
    case kind::integer:
    case kind::real:
    case kind::text:
    case kind::shown_text:
    case kind::bytes:
    case kind::timestamp:
    case kind::duration:
    case kind::secret:
    case kind::id:
    case kind::enumeration:
      return read_scalar(in, type, out, limits, reader);
    case kind::json_value:
    case kind::json_object:
    case kind::json_array:
      return read_opaque(in, type, out, limits, reader);
    case kind::permissions:
      return read_permissions(in, *static_cast<permission_set*>(out), reader);
    case kind::structure:
      return read_structure(in, type, out, reader);
    case kind::list:
      return read_list(in, type, out, limits, reader);
    case kind::map:
      return read_map(in, type, out, limits, reader);
    case kind::optional:
      return read_optional(in, type, out, limits, reader);
    case kind::variant:
      return read_variant(in, type, out, reader);
    case kind::cell:
      return read_cell(in, *static_cast<cell*>(out), limits, reader);
    case kind::nothing:
    case kind::page:
    case kind::handle:
      return reader.fault("cannot be given");
  }
}

}  // namespace sambung::python
