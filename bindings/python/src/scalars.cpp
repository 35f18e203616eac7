#include "scalars.hpp"

#include <datetime.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace sambung::python {
namespace {

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

void read_secret(PyObject* in, secret_string& out, json_reader& reader) {
  if (auto const text = text_of(in, reader)) out = secret_string(std::string(*text));
}

}  // namespace

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

bool is_datetime(PyObject* in) { return has_dates() && PyDateTime_Check(in); }

void read_scalar(PyObject* in, shape const& type, void* out, field const& limits, json_reader& reader) {
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
    case kind::secret:
      return read_secret(in, *static_cast<secret_string*>(out), reader);
    case kind::id:
      return read_id(in, *static_cast<uuid*>(out), reader);
    case kind::enumeration:
      return read_enumerator(in, type, out, reader);
    default:
      return reader.fault("cannot be given");
  }
}

}  // namespace sambung::python
