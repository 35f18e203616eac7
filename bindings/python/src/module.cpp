// The module _sambung: its classes, and its functions beside the verbs.
#include <pybind11/pybind11.h>

#include "binder.hpp"
#include "bridge.hpp"
#include "callbacks.hpp"
#include "codec.hpp"
#include "errors.hpp"
#include "gil.hpp"
#include "guarded.hpp"
#include "handle.hpp"
#include "opening.hpp"
#include "parts_of_module.hpp"
#include "verb_table.hpp"

#include <sambung/rpc/procedures/standard_procedures.hpp>
#include <sambung/rpc/registry.hpp>

namespace py = pybind11;

namespace sambung::python {
namespace {

using engine_handle = handle_of<target::engine>;
using turn_handle = handle_of<target::turn>;
using stream_handle = handle_of<target::completion_stream>;
using workspace_handle = handle_of<target::workspace>;
using account_handle = handle_of<target::account>;

engine_handle open_engine(py::dict const& options, py::object const& timeout) {
  return guarded([&] {
    std::optional<std::chrono::milliseconds> limit;
    if (!read_limit(timeout.ptr(), limit)) throw py::error_already_set();
    auto const told = read_opening(options.ptr());
    auto const made = std::make_shared<running_engine>(told.threads);
    *told.by = made->calls_back();
    {
      without_gil const waiting;
      made->open(told.make, limit, signals_watched());
    }
    return engine_handle(made, nullptr);
  });
}

void close(handle const& on, double grace) {
  guarded([&] {
    auto const time = milliseconds_of(grace);
    without_gil const waiting;
    on.engine->close(time, signals_watched());
  });
}

// What is left at the end of the interpreter.
void close_all(double grace) {
  auto const time = milliseconds_of(grace);
  without_gil const waiting;
  for (auto const& one : open_engines()) try {
      one->close(time);
    } catch (...) {  // nobody is left to be told
    }
}

bool wait_for_messages(bridge& on, py::object const& timeout) {
  return guarded([&] {
    std::optional<std::chrono::milliseconds> limit;
    if (!read_limit(timeout.ptr(), limit)) throw py::error_already_set();
    auto const queue = on.queue();
    auto const look = std::chrono::milliseconds(50);
    auto const end = std::chrono::steady_clock::now() + limit.value_or(std::chrono::hours(24));
    bool const main = on_main_thread();
    for (;;) {
      auto const left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
      if (limit && left.count() <= 0) return false;
      bool there = false;
      {
        without_gil const waiting;
        there = queue->wait(std::min(left, main ? look : std::chrono::milliseconds(3'600'000)));
      }
      if (there) return true;
      if (PyErr_CheckSignals() < 0) throw py::error_already_set();
      if (queue->descriptor() < 0) return false;
    }
  });
}

constexpr std::size_t max_batch = 256;  // events in one go

// The numbers of the events that ready_events() gave last.
py::object numbers_of(turn_handle const& on) {
  auto& reader = on.as<turn_reader>();
  std::vector<std::int64_t> numbers;
  {
    std::lock_guard lock(reader.mutex);
    numbers = reader.numbers;
  }
  return taken(to_python(shape_of<std::vector<std::int64_t>>(), &numbers));
}

std::vector<turn_event> taken_from(turn_reader& reader) {
  std::vector<turn_event> events;
  std::vector<std::int64_t> numbers;
  std::lock_guard lock(reader.mutex);
  if (auto first = std::exchange(reader.waiting, std::nullopt)) {
    events.push_back(std::move(first->first));
    numbers.push_back(first->second);
  }
  while (events.size() < max_batch) {
    auto event = reader.read.ready();
    if (!event) break;
    events.push_back(std::move(*event));
    numbers.push_back(reader.read.last_event());
  }
  if (!events.empty()) reader.numbers = std::move(numbers);
  return events;
}

std::vector<completion_event> taken_from(stream_reader& reader) {
  std::vector<completion_event> events;
  std::lock_guard lock(reader.mutex);
  if (auto first = std::exchange(reader.waiting, std::nullopt)) events.push_back(std::move(*first));
  while (events.size() < max_batch) {
    auto event = reader.read->ready();
    if (!event) break;
    events.push_back(std::move(*event));
  }
  return events;
}

// What is there to be taken, without waiting: see wait_for_event().
template <class Reader>
py::object ready_events(handle const& on) {
  return guarded([&] {
    on.engine->demand_here();
    auto events = taken_from(on.as<Reader>());
    return taken(to_python(shape_of<decltype(events)>(), &events));
  });
}

template <class T>
py::object value_of(T value) {
  return taken(to_python(erase_type(std::move(value))));
}

void add_handles(py::module_& m) {
  py::class_<handle>(m, "Handle");
  py::class_<engine_handle, handle>(m, "Engine")
      .def(
          "close", [](engine_handle const& on, double grace) { close(on, grace); }, py::arg("grace") = 10.0)
      .def_property_readonly("closed", [](engine_handle const& on) { return !on.engine->is_open(); })
      .def_property_readonly("sealed", [](engine_handle const& on) { return on.engine->sealed().load(); })
      .def("callback_bridge", [](engine_handle const& on) {
        return guarded([&] {
          on.engine->demand_here();
          return std::make_unique<bridge>(on.engine->callback_bridge());
        });
      });
  py::class_<workspace_handle, handle>(m, "Workspace").def_property_readonly("who", [](workspace_handle const& on) {
    return value_of(view_of(on.as<workspace>().who()));
  });
  py::class_<account_handle, handle>(m, "Account").def_property_readonly("who", [](account_handle const& on) {
    return value_of(view_of(on.as<account>().who()));
  });
  py::class_<turn_handle, handle>(m, "Turn")
      .def("ready", ready_events<turn_reader>)
      .def("numbers", numbers_of)
      .def_property_readonly("message_id",
                             [](turn_handle const& on) { return value_of(on.as<turn_reader>().read.message_id()); })
      .def_property_readonly("last_event", [](turn_handle const& on) { return on.as<turn_reader>().read.last_event(); })
      .def("close", [](turn_handle&) {});
  py::class_<stream_handle, handle>(m, "CompletionStream")
      .def("ready", ready_events<stream_reader>)
      .def_property_readonly("model", [](stream_handle const& on) { return on.as<stream_reader>().read->model(); })
      .def_property_readonly("warnings",
                             [](stream_handle const& on) { return value_of(on.as<stream_reader>().read->warnings()); })
      .def_property_readonly("billed_as",
                             [](stream_handle const& on) { return on.as<stream_reader>().read->billed_as(); })
      .def("close", [](stream_handle&) {});
  py::class_<handle_of<target::server>, handle>(m, "Server");
}

void add_bridge(py::module_& m) {
  py::class_<bridge>(m, "Bridge")
      .def(py::init([](engine_handle const& on) {
        return guarded([&] {
          static_cast<void>(on.engine->served());
          return std::make_unique<bridge>(std::make_shared<bridge_queue>());
        });
      }))
      .def("fileno", [](bridge const& on) { return guarded([&] { return on.queue()->descriptor(); }); })
      .def(
          "take", [](bridge& on, std::size_t limit) { return guarded([&] { return taken(on.take(limit)); }); },
          py::arg("limit") = 1024)
      .def("wait", wait_for_messages, py::arg("timeout") = py::none())
      .def("cancel", [](bridge& on, std::uint64_t ticket) { guarded([&] { on.cancel(ticket); }); })
      .def("close", &bridge::close);
}

// The names of the procedures that a server of this engine has: for the test that each has its verb.
py::object procedures_of(engine_handle const& on) {
  return guarded([&] {
    procedure_registry all;
    standard_procedures(all, on.engine->served()->auth());
    std::vector<std::string> names;
    for (auto const& [name, one] : all.all()) names.push_back(name);
    return value_of(std::move(names));
  });
}

void add_functions(py::module_& m) {
  m.def("open_engine", open_engine, py::arg("options"), py::arg("timeout") = py::none());
  m.def("adopt", [](py::module_ const& types) { adopt_classes(types.ptr()); });
  m.def("adopt_errors", [](py::module_ const& errors) { adopt_errors(errors.ptr()); });
  m.def("_procedures", procedures_of);
  m.def("_close_all", close_all);
}

}  // namespace

handle* handle_in(PyObject* object) {
  py::detail::make_caster<handle> caster;
  return caster.load(object, false) ? static_cast<handle*>(caster) : nullptr;
}

bridge* bridge_in(PyObject* object) {
  py::detail::make_caster<bridge> caster;
  return caster.load(object, false) ? static_cast<bridge*>(caster) : nullptr;
}

namespace {
template <target K>
PyObject* handle_object(void* value) {
  return py::cast(std::move(*static_cast<handle_of<K>*>(value))).release().ptr();
}
}  // namespace

PyObject* handle_to_python(shape const&, void* value) {
  switch (static_cast<handle*>(value)->kind) {
    case target::engine:
      return handle_object<target::engine>(value);
    case target::workspace:
      return handle_object<target::workspace>(value);
    case target::account:
      return handle_object<target::account>(value);
    case target::turn:
      return handle_object<target::turn>(value);
    case target::completion_stream:
      return handle_object<target::completion_stream>(value);
    case target::server:
      return handle_object<target::server>(value);
  }
  return nullptr;
}

}  // namespace sambung::python

PYBIND11_MODULE(_sambung, m) {
  using namespace sambung::python;
  if (PyInterpreterState_Get() != PyInterpreterState_Main())
    throw py::import_error("sambung works in a process's main interpreter only");
  static_cast<void>(forks());  // counts from here on
  add_handles(m);
  add_bridge(m);
  add_functions(m);
  add_answers(m);
  add_providers(m);
  add_arrow(m);
  add_copying(m);
  add_information(m);
  add_logs(m);
  if (!bind_verbs(m.ptr())) throw py::error_already_set();
  py::module_::import("atexit").attr("register")(m.attr("_close_all"), 1.0);
}
