// What Python answers an engine: to the calls of its functions, and as a provider, piece by piece.
#include <pybind11/pybind11.h>

#include "callbacks.hpp"
#include "codec.hpp"
#include "guarded.hpp"
#include "handle.hpp"
#include "own_shapes.hpp"
#include "parts_of_module.hpp"

namespace py = pybind11;

namespace sambung::python {
namespace {

using engine_handle = handle_of<target::engine>;

void answer(engine_handle const& on, std::uint64_t id, py::object const& value) {
  guarded([&] {
    on.engine->demand_here();
    json_reader reader;
    auto read = json_of(value.ptr(), reader);
    if (reader.failed()) on.engine->calls_back()->fail(id, failure(errc::internal, "the answer is no JSON"));
    else on.engine->calls_back()->answer(id, std::move(read));
  });
}

// From an exception of sambung's its code; from text, a failure inside.
failure failure_from(py::object const& why, errc otherwise) {
  if (py::isinstance<py::str>(why)) return failure(otherwise, why.cast<std::string>());
  auto code = otherwise;
  if (py::hasattr(why, "code") && py::isinstance<py::str>(why.attr("code"))) {
    auto const name = why.attr("code").cast<std::string>();
    for (auto const& row : errc_table())
      if (row.name == name) code = row.code;
  }
  failure told(code,
               py::str(why.attr("args").attr("__len__")().cast<int>() > 0 ? py::object(why.attr("args")[py::int_(0)])
                                                                          : py::object(py::str("failed")))
                   .cast<std::string>());
  if (py::hasattr(why, "retry_after") && !why.attr("retry_after").is_none())
    told.retry_after = milliseconds_of(why.attr("retry_after").cast<double>());
  if (py::hasattr(why, "status") && py::isinstance<py::int_>(why.attr("status")))
    told.status = why.attr("status").cast<int>();
  return told;
}

void fail(engine_handle const& on, std::uint64_t id, py::object const& why) {
  guarded([&] {
    on.engine->demand_here();
    on.engine->calls_back()->fail(id, failure_from(why, errc::internal));
  });
}

completion_event spoken(PyObject* text, json_reader& reader) {
  text_delta said;
  field limits;
  limits.max_bytes = 65'536;
  from_python(text, shape_of<std::string>(), &said.text, limits, reader);
  return said;
}

// One event or several, text for those of text. True: taken; None: full; False: nobody reads any more.
py::object provider_push(engine_handle const& on, std::uint64_t stream, py::object const& chunk) {
  return guarded([&]() -> py::object {
    on.engine->demand_here();
    std::vector<completion_event> events;
    json_reader reader;
    field limits;
    limits.max_bytes = 32 * 1'048'576;
    if (py::isinstance<py::str>(chunk)) {
      events.push_back(spoken(chunk.ptr(), reader));
    } else {
      bool const many = py::isinstance<py::list>(chunk) || py::isinstance<py::tuple>(chunk);
      auto const whole = many ? chunk : py::object(py::make_tuple(chunk));
      from_python(whole.ptr(), shape_of<std::vector<completion_event>>(), &events, limits, reader);
    }
    if (reader.failed()) throw error(reader.why());
    auto const taken = on.engine->calls_back()->push(stream, std::move(events));
    if (taken == push_result::full) return py::none();
    return py::bool_(taken == push_result::taken);
  });
}

void provider_tell(engine_handle const& on, std::uint64_t stream) {
  guarded([&] {
    on.engine->demand_here();
    on.engine->calls_back()->tell(stream);
  });
}

void provider_end(engine_handle const& on, std::uint64_t stream, py::object const& why) {
  guarded([&] {
    on.engine->demand_here();
    std::optional<failure> told;
    if (!why.is_none()) told = failure_from(why, errc::provider_error);
    on.engine->calls_back()->end(stream, std::move(told));
  });
}

}  // namespace

void add_answers(py::module_& m) {
  m.def("answer", answer);
  m.def("fail", fail);
  m.def("provider_push", provider_push);
  m.def("provider_tell", provider_tell);
  m.def("provider_end", provider_end);
}

}  // namespace sambung::python
