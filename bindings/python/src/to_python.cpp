#include "cell.hpp"
#include "codec.hpp"

#include <datetime.h>

#include <chrono>
#include <cstring>

namespace sambung::python {
namespace {

PyObject* datetime_of(timestamp time) {
  using namespace std::chrono;
  if (!PyDateTimeAPI) PyDateTime_IMPORT;
  if (!PyDateTimeAPI) return nullptr;
  auto const day = floor<days>(time);
  year_month_day const date(day);
  hh_mm_ss const clock(time - day);
  return PyDateTimeAPI->DateTime_FromDateAndTime(
      static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
      static_cast<int>(static_cast<unsigned>(date.day())), static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
      static_cast<int>(clock.subseconds().count()) * 1000, PyDateTime_TimeZone_UTC, PyDateTimeAPI->DateTimeType);
}

std::int64_t integer_of(shape const& type, void const* value) {
  auto const read = [value]<class T>(T number) {
    std::memcpy(&number, value, sizeof(number));
    return static_cast<std::int64_t>(number);
  };
  switch (type.size) {
    case 1:
      return type.is_signed ? read(std::int8_t{}) : read(std::uint8_t{});
    case 2:
      return type.is_signed ? read(std::int16_t{}) : read(std::uint16_t{});
    case 4:
      return type.is_signed ? read(std::int32_t{}) : read(std::uint32_t{});
    default:
      return read(std::int64_t{});
  }
}

PyObject* integer_to_python(shape const& type, void const* value) {
  auto const number = integer_of(type, value);
  if (type.size == 8 && !type.is_signed) return PyLong_FromUnsignedLongLong(static_cast<unsigned long long>(number));
  return PyLong_FromLongLong(number);
}

PyObject* enumerator_to_python(shape const& type, void const* value) {
  auto const number = integer_of(type, value);
  for (auto const& one : type.enumerators)
    if (one.value == number) return PyUnicode_InternFromString(one.name.c_str());
  return PyUnicode_InternFromString("unknown");
}

PyObject* duration_to_python(shape const& type, void const* value) {
  std::int64_t ticks = 0;
  std::memcpy(&ticks, value, sizeof(ticks));
  return PyFloat_FromDouble(static_cast<double>(ticks) * static_cast<double>(type.tick_numerator) /
                            static_cast<double>(type.tick_denominator));
}

PyObject* secret_to_python(std::string_view text) {
  auto* const made = adopted("Secret");
  reference const plain(to_python(text));
  if (!made || !plain) return Py_XNewRef(plain.get());
  return PyObject_CallOneArg(made, plain.get());
}

PyObject* names_to_python(permission_set const& some) {
  auto names = to_names(some);
  reference const list(to_python(shape_of<std::vector<std::string>>(), &names));
  return Py_XNewRef(list.get());
}

PyObject* list_to_python(shape const& type, void* value) {
  auto const size = type.count(value);
  reference tuple(PyTuple_New(static_cast<Py_ssize_t>(size)));
  if (!tuple) return nullptr;
  for (std::size_t i = 0; i < size; ++i) {
    auto* const item = to_python(*type.of.front(), type.at(value, i));
    if (!item) return nullptr;
    PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(i), item);
  }
  return tuple.release();
}

PyObject* map_to_python(shape const& type, void* value) {
  reference dict(PyDict_New());
  if (!dict) return nullptr;
  for (std::size_t i = 0; i < type.count(value); ++i) {
    reference const name(to_python(std::string_view(*type.key(value, i))));
    reference const item(to_python(*type.of.front(), type.at(value, i)));
    if (!name || !item || PyDict_SetItem(dict.get(), name.get(), item.get()) < 0) return nullptr;
  }
  return dict.release();
}

PyObject* page_to_python(shape const& type, void* value) {
  reference const items(to_python(*type.of.front(), type.at(value, 0)));
  if (!items) return nullptr;
  auto const& cursor = *type.cursor(value);
  reference const next(cursor ? to_python(std::string_view(*cursor)) : Py_NewRef(Py_None));
  if (!next) return nullptr;
  reference tuple(PyTuple_New(2 + static_cast<Py_ssize_t>(type.fields.size())));
  if (!tuple) return nullptr;
  PyTuple_SET_ITEM(tuple.get(), 0, Py_NewRef(items.get()));
  PyTuple_SET_ITEM(tuple.get(), 1, Py_NewRef(next.get()));
  Py_ssize_t place = 2;
  for (auto const& f : type.fields) {
    auto* const more = to_python(*f.type, static_cast<std::byte*>(value) + f.offset);
    if (!more) return nullptr;
    PyTuple_SET_ITEM(tuple.get(), place++, more);
  }
  return tuple.release();
}

PyObject* dict_of(shape const& type, void* value) {
  reference dict(PyDict_New());
  if (!dict) return nullptr;
  for (auto const& f : type.fields) {
    if (f.limits.internal) continue;
    reference const item(to_python(*f.type, static_cast<std::byte*>(value) + f.offset));
    if (!item || PyDict_SetItemString(dict.get(), f.name.c_str(), item.get()) < 0) return nullptr;
  }
  return dict.release();
}

// Straight into the slots: nothing of Python's runs.
PyObject* record_to_python(shape const& type, void* value) {
  auto const* known = class_of(type);
  if (!known) return dict_of(type, value);
  reference object(known->type->tp_alloc(known->type, 0));
  if (!object) return nullptr;
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    if (known->slots[i] < 0) continue;
    auto* const item = to_python(*type.fields[i].type, static_cast<std::byte*>(value) + type.fields[i].offset);
    if (!item) return nullptr;
    auto** const slot = reinterpret_cast<PyObject**>(reinterpret_cast<char*>(object.get()) + known->slots[i]);
    *slot = item;
  }
  return object.release();
}

PyObject* cell_to_python(cell& in) {
  return std::visit(
      []<class T>(T& of) -> PyObject* {
        if constexpr (std::is_same_v<T, std::monostate>) return Py_NewRef(Py_None);
        else return to_python(shape_of<T>(), &of);
      },
      in.value);
}

PyObject* json_array_to_python(boost::json::array const& in) {
  reference list(PyList_New(static_cast<Py_ssize_t>(in.size())));
  if (!list) return nullptr;
  for (std::size_t i = 0; i < in.size(); ++i) {
    auto* const item = to_python(in[i]);
    if (!item) return nullptr;
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), item);
  }
  return list.release();
}

PyObject* json_object_to_python(boost::json::object const& in) {
  reference dict(PyDict_New());
  if (!dict) return nullptr;
  for (auto const& member : in) {
    reference const name(to_python(std::string_view(member.key())));
    reference const item(to_python(member.value()));
    if (!name || !item || PyDict_SetItem(dict.get(), name.get(), item.get()) < 0) return nullptr;
  }
  return dict.release();
}

}  // namespace

PyObject* to_python(std::string_view text) {
  return PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace");
}

PyObject* to_python(boost::json::value const& in) {
  switch (in.kind()) {
    case boost::json::kind::null:
      return Py_NewRef(Py_None);
    case boost::json::kind::bool_:
      return PyBool_FromLong(in.get_bool());
    case boost::json::kind::int64:
      return PyLong_FromLongLong(in.get_int64());
    case boost::json::kind::uint64:
      return PyLong_FromUnsignedLongLong(in.get_uint64());
    case boost::json::kind::double_:
      return PyFloat_FromDouble(in.get_double());
    case boost::json::kind::string:
      return to_python(std::string_view(in.get_string()));
    case boost::json::kind::array:
      return json_array_to_python(in.get_array());
    case boost::json::kind::object:
      return json_object_to_python(in.get_object());
  }
  return Py_NewRef(Py_None);
}

PyObject* to_python(shape const& type, void* value) {
  switch (type.what) {
    case kind::nothing:
      return Py_NewRef(Py_None);
    case kind::boolean:
      return PyBool_FromLong(*static_cast<bool const*>(value));
    case kind::integer:
      return integer_to_python(type, value);
    case kind::real:
      return PyFloat_FromDouble(type.size == sizeof(float) ? static_cast<double>(*static_cast<float const*>(value))
                                                           : *static_cast<double const*>(value));
    case kind::text:
      return to_python(std::string_view(*static_cast<std::string const*>(value)));
    case kind::bytes: {
      auto const& bytes = *static_cast<binary const*>(value);
      return PyBytes_FromStringAndSize(reinterpret_cast<char const*>(bytes.data()),
                                       static_cast<Py_ssize_t>(bytes.size()));
    }
    case kind::timestamp:
      return datetime_of(*static_cast<timestamp const*>(value));
    case kind::duration:
      return duration_to_python(type, value);
    case kind::json_value:
      return to_python(*static_cast<boost::json::value const*>(value));
    case kind::json_object:
      return json_object_to_python(*static_cast<boost::json::object const*>(value));
    case kind::json_array:
      return json_array_to_python(*static_cast<boost::json::array const*>(value));
    case kind::secret:
      return secret_to_python(static_cast<secret_string const*>(value)->view());
    case kind::shown_text:
      return secret_to_python(*static_cast<std::string const*>(value));
    case kind::id:
      return to_python(std::string_view(to_string(*static_cast<uuid const*>(value))));
    case kind::enumeration:
      return enumerator_to_python(type, value);
    case kind::permissions:
      return names_to_python(*static_cast<permission_set const*>(value));
    case kind::structure:
      return record_to_python(type, value);
    case kind::list:
      return list_to_python(type, value);
    case kind::map:
      return map_to_python(type, value);
    case kind::optional:
      return type.count(value) ? to_python(*type.of.front(), type.at(value, 0)) : Py_NewRef(Py_None);
    case kind::variant:
      return to_python(*type.of[type.which(value)], type.alternative(value));
    case kind::cell:
      return cell_to_python(*static_cast<cell*>(value));
    case kind::page:
      return page_to_python(type, value);
    case kind::handle:
      return handle_to_python(type, value);
  }
  return Py_NewRef(Py_None);
}

PyObject* to_python(erased const& of) { return to_python(*of.type, of.value.get()); }

}  // namespace sambung::python
