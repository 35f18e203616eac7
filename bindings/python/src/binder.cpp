#include "binder.hpp"

#include "codec.hpp"
#include "errors.hpp"
#include "gil.hpp"
#include "verb_table.hpp"

#include <algorithm>

namespace sambung::python {
namespace {

field const any_value = [] {
  field f;
  f.max_items = 100'000;
  f.max_bytes = 64 * 1'048'576;
  return f;
}();

// Options are, which all have a value to begin with.
bool may_be_left_out(shape const& type) {
  return type.what == kind::structure &&
         std::ranges::none_of(type.fields, [](shape_field const& f) { return f.limits.required; });
}

// A structure's own names say where in it something is wrong; anything else is called as its parameter is.
void read_argument(PyObject* in, verb const& of, std::size_t number, void* out, json_reader& reader) {
  auto const& type = *of.takes[number];
  if (in == Py_None && may_be_left_out(type)) return;
  if (type.what == kind::structure) return from_python(in, type, out, any_value, reader);
  reader.inside(std::string_view(of.parameters[number]), [&] { from_python(in, type, out, any_value, reader); });
}

PyObject* refuse(verb const& of, char const* why) {
  PyErr_Format(PyExc_TypeError, "%s(): %s", of.name.c_str(), why);
  return nullptr;
}

PyObject* start_or_wait(handle const& on, bridge* over, task<erased> operation,
                        std::optional<std::chrono::milliseconds> limit) {
  if (over) return PyLong_FromUnsignedLongLong(over->start(*on.engine, std::move(operation), limit));
  erased outcome;
  {
    without_gil const waiting;
    outcome = wait_for(*on.engine, std::move(operation), limit, signals_watched());
  }
  return to_python(outcome);
}

PyObject* invoke(verb const& of, handle const& on, bridge* over, std::optional<std::chrono::milliseconds> limit,
                 PyObject* const* arguments, std::size_t given) {
  on.engine->demand_here();
  auto const prepared = of.prepare();
  json_reader reader;
  for (std::size_t i = 0; i < of.takes.size(); ++i)
    read_argument(i < given ? arguments[i] : Py_None, of, i, prepared->argument(i), reader);
  if (reader.failed()) return raise(reader.why());
  if (PyErr_Occurred()) return nullptr;
  return start_or_wait(on, over, prepared->run(on), limit);
}

// (target, bridge, timeout, *arguments)
PyObject* call_verb(PyObject* self, PyObject* const* arguments, Py_ssize_t count) {
  auto const& of = *static_cast<verb const*>(PyCapsule_GetPointer(self, nullptr));
  if (count < 3 || static_cast<std::size_t>(count) > of.takes.size() + 3)
    return refuse(of, "a target, a bridge, a timeout and its own arguments are taken");
  auto const* on = handle_in(arguments[0]);
  if (!on || on->kind != of.on) return refuse(of, ("the target must be a " + std::string(name_of(of.on))).c_str());
  auto* const over = arguments[1] == Py_None ? nullptr : bridge_in(arguments[1]);
  if (!over && arguments[1] != Py_None) return refuse(of, "the bridge must be a Bridge or None");
  std::optional<std::chrono::milliseconds> limit;
  if (!read_limit(arguments[2], limit)) return nullptr;
  try {
    return invoke(of, *on, over, limit, arguments + 3, static_cast<std::size_t>(count) - 3);
  } catch (...) {
    return raise_caught();
  }
}

}  // namespace

bool read_limit(PyObject* in, std::optional<std::chrono::milliseconds>& out) {
  if (in == Py_None) return true;
  std::chrono::milliseconds read{};
  json_reader reader;
  reader.inside(std::string_view("timeout"),
                [&] { from_python(in, shape_of<std::chrono::milliseconds>(), &read, any_value, reader); });
  if (reader.failed()) return raise(reader.why());
  out = read;
  return true;
}

bool bind_verbs(PyObject* module) {
  reference const name(PyModule_GetNameObject(module));
  for (auto const& one : verbs().all()) {
    auto* const definition =
        new PyMethodDef{one->name.c_str(), reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(call_verb)),
                        METH_FASTCALL, nullptr};  // for as long as the process lives
    reference const self(PyCapsule_New(const_cast<verb*>(one.get()), nullptr, nullptr));
    if (!self) return false;
    auto* const function = PyCFunction_NewEx(definition, self.get(), name.get());
    if (!function || PyModule_AddObject(module, one->name.c_str(), function) < 0) return false;
  }
  return true;
}

}  // namespace sambung::python
