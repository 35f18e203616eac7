// Databases on the move. What is told of the progress waits until the calling thread looks: no other has the GIL.
#include <pybind11/pybind11.h>

#include "codec.hpp"
#include "errors.hpp"
#include "gil.hpp"
#include "modules.hpp"
#include "parts_of_module.hpp"
#include "running_engine.hpp"

#include <sambung/engine/standard_schema.hpp>
#include <sambung/open/open_storage.hpp>
#include <sambung/storage/copy.hpp>

namespace py = pybind11;

namespace sambung::python {

struct copy_input {
  std::string from;
  std::string to;
  bool resume = false;
  std::optional<std::string> migrator_url;
  std::vector<boost::json::object> modules;
};
BOOST_DESCRIBE_STRUCT(copy_input, (), (from, to, resume, migrator_url, modules))

template <>
struct own_shape<copy_input> {
  static shape make() {
    auto s = detail::describe<copy_input>();
    for (auto& f : s.fields) {
      f.limits.required = f.name == "from_" || f.name == "to";
      if (f.name == "from_") f.name = "from";
    }
    return s;
  }
};

namespace {

// The newest of what was told.
class last_progress {
 public:
  void set(copy_progress const& now) {
    std::lock_guard lock(mutex_);
    now_ = now;
  }
  std::optional<copy_progress> take() {
    std::lock_guard lock(mutex_);
    return std::exchange(now_, std::nullopt);
  }

 private:
  std::mutex mutex_;
  std::optional<copy_progress> now_;
};

task<erased> copy(copy_input how, std::shared_ptr<last_progress> progress) {
  auto const from = open_snapshot(how.from).value();
  auto const to = open_storage(how.to, how.migrator_url.value_or("")).value();
  copy_options options;
  options.target = how.resume ? copy_target::partial : copy_target::empty;
  options.progress = [progress](copy_progress const& now) { progress->set(now); };
  auto copying = copy_storage(*from, *to, standard_schema(modules_from(how.modules)), std::move(options));
  auto copied = co_await std::move(copying);
  co_return erase_type(std::move(copied).value());
}

bool tell(PyObject* told, last_progress& progress) {
  auto now = progress.take();
  if (!now || told == Py_None) return true;
  reference const value(to_python(shape_of<copy_progress>(), &*now));
  reference const done(value ? PyObject_CallOneArg(told, value.get()) : nullptr);
  return done != nullptr;
}

py::object copy_database(py::dict const& options, py::object const& told) {
  try {
    copy_input how;
    json_reader reader;
    from_python(options.ptr(), shape_of<copy_input>(), &how, {}, reader);
    if (reader.failed()) throw error(reader.why());
    auto const progress = std::make_shared<last_progress>();
    auto const alone = std::make_shared<running_engine>(1);
    auto const go_on = [&] {
      auto const state = PyGILState_Ensure();
      bool const on = tell(told.ptr(), *progress) && PyErr_CheckSignals() == 0;
      PyGILState_Release(state);
      return on;
    };
    erased report;
    {
      without_gil const waiting;
      report = alone->run_alone(copy(std::move(how), progress), go_on);
    }
    if (!tell(told.ptr(), *progress)) throw py::error_already_set();
    return py::reinterpret_steal<py::object>(to_python(report));
  } catch (py::error_already_set&) {
    throw;
  } catch (...) {
    raise_caught();
    throw py::error_already_set();
  }
}

}  // namespace

void add_copying(py::module_& m) {
  m.def("copy_database", copy_database, py::arg("options"), py::arg("progress") = py::none());
}

}  // namespace sambung::python
