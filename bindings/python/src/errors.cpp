#include "errors.hpp"

#include "codec.hpp"
#include "running_engine.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

namespace sambung::python {
namespace {

PyObject* errors_module = nullptr;  // for as long as the process lives

failure failure_of(std::exception_ptr const& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (error const& e) {
    return e.why();
  } catch (boost::system::system_error const& e) {
    if (e.code() == boost::asio::error::operation_aborted) return failure(errc::cancelled, "cancelled");
    return failure(errc::internal, "internal error");
  } catch (...) {
    return failure(errc::internal, "internal error");
  }
}

bool put(PyObject* into, char const* name, PyObject* made) {
  reference const value(made);
  return value && PyDict_SetItemString(into, name, value.get()) == 0;
}

PyObject* none() { return Py_NewRef(Py_None); }

// The keywords of sambung.Error.
PyObject* details_of(failure const& why) {
  reference details(PyDict_New());
  if (!details) return nullptr;
  auto issues = why.issues;
  double const wait = why.retry_after ? static_cast<double>(why.retry_after->count()) / 1000 : 0;
  bool const all =
      put(details.get(), "code", to_python(to_string(why.code))) &&
      put(details.get(), "status", why.status ? PyLong_FromLong(why.status) : none()) &&
      put(details.get(), "retry_after", why.retry_after ? PyFloat_FromDouble(wait) : none()) &&
      put(details.get(), "request_id", why.request_id.empty() ? none() : to_python(std::string_view(why.request_id))) &&
      put(details.get(), "issues", to_python(shape_of<std::vector<issue>>(), &issues));
  return all ? details.release() : nullptr;
}

}  // namespace

void adopt_errors(PyObject* module) {
  Py_XDECREF(errors_module);
  errors_module = Py_NewRef(module);
}

PyObject* exception_of(failure const& why) {
  reference const message(to_python(std::string_view(why.message)));
  if (!message) return nullptr;
  if (!errors_module) return PyObject_CallOneArg(PyExc_RuntimeError, message.get());
  reference const type(PyObject_GetAttrString(errors_module, std::string(info(why.code).class_name).c_str()));
  reference const details(details_of(why));
  reference const positional(PyTuple_Pack(1, message.get()));
  if (!type || !details || !positional) return nullptr;
  return PyObject_Call(type.get(), positional.get(), details.get());
}

PyObject* exception_of(std::exception_ptr const& thrown) { return exception_of(failure_of(thrown)); }

PyObject* raise(failure const& why) {
  reference const made(exception_of(why));
  if (made) PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(made.get())), made.get());
  return nullptr;
}

PyObject* raise_caught() {
  auto const thrown = std::current_exception();
  try {
    std::rethrow_exception(thrown);
  } catch (interruption const&) {
    if (!PyErr_Occurred()) PyErr_SetNone(PyExc_KeyboardInterrupt);
    return nullptr;
  } catch (...) {
    return raise(failure_of(thrown));
  }
}

}  // namespace sambung::python
