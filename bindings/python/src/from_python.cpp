#include "cell.hpp"
#include "codec.hpp"

#include <datetime.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace sambung::python {
namespace {

constexpr std::size_t max_json_depth = 32;

bool is_number(PyObject* in) { return PyLong_Check(in) && !PyBool_Check(in); }

void write_integer(shape const& type, void* out, std::int64_t number) {
  auto const write = [out]<class T>(T narrow) { std::memcpy(out, &narrow, sizeof(narrow)); };
  switch (type.size) {
    case 1:
      return write(static_cast<std::int8_t>(number));
    case 2:
      return write(static_cast<std::int16_t>(number));
    case 4:
      return write(static_cast<std::int32_t>(number));
    default:
      return write(number);
  }
}

// As the JSON codec narrows it.
field narrowed(shape const& type, field const& limits) {
  field narrow = limits;
  auto const bits = type.size * 8 - (type.is_signed ? 1 : 0);
  auto const highest = bits >= 63 ? std::numeric_limits<std::int64_t>::max() : (std::int64_t{1} << bits) - 1;
  narrow.maximum = std::min(narrow.maximum, highest);
  narrow.minimum = std::max(narrow.minimum, type.is_signed ? -highest - 1 : 0);
  return narrow;
}

void read_integer(PyObject* in, shape const& type, void* out, field const& limits, json_reader& reader) {
  if (!is_number(in)) return reader.fault("must be an integer");
  int overflow = 0;
  auto const number = PyLong_AsLongLongAndOverflow(in, &overflow);
  if (overflow != 0) return reader.fault("must be an integer of 64 bits");
  if (reader.check(static_cast<std::int64_t>(number), narrowed(type, limits))) write_integer(type, out, number);
}

std::optional<double> real_of(PyObject* in, json_reader& reader) {
  if (!PyFloat_Check(in) && !is_number(in)) {
    reader.fault("must be a number");
    return std::nullopt;
  }
  auto const number = PyFloat_AsDouble(in);
  if (number == -1.0 && PyErr_Occurred()) {
    PyErr_Clear();
    reader.fault("is too large for a number");
    return std::nullopt;
  }
  if (!reader.check(number)) return std::nullopt;
  return number;
}

void read_real(PyObject* in, shape const& type, void* out, json_reader& reader) {
  auto const number = real_of(in, reader);
  if (!number) return;
  if (type.size == sizeof(float)) *static_cast<float*>(out) = static_cast<float>(*number);
  else *static_cast<double*>(out) = *number;
}

void read_text(PyObject* in, std::string& out, field const& limits, json_reader& reader) {
  auto const text = text_of(in, reader);
  if (text && reader.check(*text, limits)) out = *text;
}

void read_bytes(PyObject* in, binary& out, field const& limits, json_reader& reader) {
  Py_buffer view;
  if (!PyObject_CheckBuffer(in) || PyObject_GetBuffer(in, &view, PyBUF_SIMPLE) < 0) {
    PyErr_Clear();
    return reader.fault("must be bytes");
  }
  auto const* first = static_cast<std::byte const*>(view.buf);
  binary read(first, first + view.len);
  PyBuffer_Release(&view);
  if (reader.check(read, limits)) out = std::move(read);
}

bool has_dates() {
  if (!PyDateTimeAPI) PyDateTime_IMPORT;
  if (!PyDateTimeAPI) PyErr_Clear();
  return PyDateTimeAPI != nullptr;
}

// Of an aware datetime: in UTC, to the millisecond.
void read_time(PyObject* in, timestamp& out, json_reader& reader) {
  if (!has_dates() || !PyDateTime_Check(in)) return reader.fault("must be a datetime");
  if (PyDateTime_DATE_GET_TZINFO(in) == Py_None) return reader.fault("must have a time zone");
  reference const utc(PyObject_CallMethod(in, "astimezone", "O", PyDateTime_TimeZone_UTC));
  if (!utc || !PyDateTime_Check(utc.get())) {
    PyErr_Clear();
    return reader.fault("cannot be told in UTC");
  }
  using namespace std::chrono;
  auto* const time = utc.get();
  auto const day = sys_days(year(PyDateTime_GET_YEAR(time)) / PyDateTime_GET_MONTH(time) / PyDateTime_GET_DAY(time));
  timestamp const read = day + hours(PyDateTime_DATE_GET_HOUR(time)) + minutes(PyDateTime_DATE_GET_MINUTE(time)) +
                         seconds(PyDateTime_DATE_GET_SECOND(time)) +
                         milliseconds(PyDateTime_DATE_GET_MICROSECOND(time) / 1000);
  if (reader.check(read)) out = read;
}

std::optional<double> seconds_of(PyObject* in, json_reader& reader) {
  if (!has_dates() || !PyDelta_Check(in)) return real_of(in, reader);
  return PyDateTime_DELTA_GET_DAYS(in) * 86'400.0 + PyDateTime_DELTA_GET_SECONDS(in) +
         PyDateTime_DELTA_GET_MICROSECONDS(in) / 1e6;
}

void read_duration(PyObject* in, shape const& type, void* out, json_reader& reader) {
  auto const seconds = seconds_of(in, reader);
  if (!seconds) return;
  auto const ticks =
      std::round(*seconds * static_cast<double>(type.tick_denominator) / static_cast<double>(type.tick_numerator));
  if (std::abs(ticks) > 1e15) return reader.fault("is too long a time");
  auto const whole = static_cast<std::int64_t>(ticks);
  std::memcpy(out, &whole, sizeof(whole));
}

void read_id(PyObject* in, uuid& out, json_reader& reader) {
  auto const text = text_of(in, reader);
  if (!text) return;
  if (auto const read = parse_uuid(*text)) out = *read;
  else reader.fault("must be a UUID");
}

void read_enumerator(PyObject* in, shape const& type, void* out, json_reader& reader) {
  auto const text = text_of(in, reader);
  if (!text) return;
  std::string names;
  for (auto const& one : type.enumerators) {
    if (one.name == *text) return write_integer(type, out, one.value);
    names += (names.empty() ? "" : ", ") + one.name;
  }
  reader.fault("must be one of " + names);
}

// A sequence, but no text: whoever gives "abc" for a list means ["abc"].
reference sequence_of(PyObject* in, json_reader& reader) {
  reference items;
  if (!PyUnicode_Check(in) && !PyBytes_Check(in) && !PyDict_Check(in)) items.reset(PySequence_Fast(in, ""));
  if (!items) {
    PyErr_Clear();
    reader.fault("must be a sequence");
  }
  return items;
}

void read_list(PyObject* in, shape const& type, void* out, field const& limits, json_reader& reader) {
  auto const items = sequence_of(in, reader);
  if (!items) return;
  auto const size = static_cast<std::size_t>(PySequence_Fast_GET_SIZE(items.get()));
  if (size > limits.max_items) return reader.fault("at most " + std::to_string(limits.max_items) + " items");
  type.resize(out, size);
  for (std::size_t i = 0; i < size; ++i)
    reader.inside(i, [&] {
      auto* const item = PySequence_Fast_GET_ITEM(items.get(), static_cast<Py_ssize_t>(i));
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
  reference const pairs(PyDict_Check(in) ? Py_NewRef(in) : PyDict_New());
  if (!PyDict_Check(in) && PyDict_MergeFromSeq2(pairs.get(), in, 1) < 0) {
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
  if (PyObject_CheckBuffer(in)) return read_cell_as<binary>(in, out, limits, reader);
  if (has_dates() && PyDateTime_Check(in)) return read_cell_as<timestamp>(in, out, limits, reader);
  if (Py_EnterRecursiveCall(" while a value was read")) {
    PyErr_Clear();
    return reader.fault("is nested too deeply");
  }
  if (PyDict_Check(in)) read_cell_as<cell_map>(in, out, limits, reader);
  else read_cell_as<cell_list>(in, out, limits, reader);
  Py_LeaveRecursiveCall();
}

void read_optional(PyObject* in, shape const& type, void* out, field const& limits, json_reader& reader) {
  type.resize(out, in == Py_None ? 0 : 1);
  if (in != Py_None) from_python(in, *type.of.front(), type.at(out, 0), limits, reader);
}

void read_secret(PyObject* in, secret_string& out, json_reader& reader) {
  if (auto const text = text_of(in, reader)) out = secret_string(std::string(*text));
}

}  // namespace

std::optional<std::string_view> text_of(PyObject* in, json_reader& reader) {
  if (!PyUnicode_Check(in)) {
    reader.fault("must be text");
    return std::nullopt;
  }
  Py_ssize_t size = 0;
  auto const* text = PyUnicode_AsUTF8AndSize(in, &size);
  if (text) return std::string_view(text, static_cast<std::size_t>(size));
  PyErr_Clear();
  reader.fault("has half of a surrogate pair, which is no text");
  return std::nullopt;
}

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

void from_python(PyObject* in, shape const& type, void* out, field const& limits, json_reader& reader) {
  if (type.from_text && PyUnicode_Check(in)) {
    auto const text = text_of(in, reader);
    if (text && reader.check(*text, limits) && !type.from_text(*text, out)) reader.fault("is not known");
    return;
  }
  switch (type.what) {
    case kind::boolean:
      if (PyBool_Check(in)) *static_cast<bool*>(out) = in == Py_True;
      else reader.fault("must be True or False");
      return;
    case kind::integer:
      return read_integer(in, type, out, limits, reader);
    case kind::real:
      return read_real(in, type, out, reader);
    case kind::text:
    case kind::shown_text:
      return read_text(in, *static_cast<std::string*>(out), limits, reader);
    case kind::bytes:
      return read_bytes(in, *static_cast<binary*>(out), limits, reader);
    case kind::timestamp:
      return read_time(in, *static_cast<timestamp*>(out), reader);
    case kind::duration:
      return read_duration(in, type, out, reader);
    case kind::json_value:
    case kind::json_object:
    case kind::json_array:
      return read_opaque(in, type, out, limits, reader);
    case kind::secret:
      return read_secret(in, *static_cast<secret_string*>(out), reader);
    case kind::id:
      return read_id(in, *static_cast<uuid*>(out), reader);
    case kind::enumeration:
      return read_enumerator(in, type, out, reader);
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
