// Native providers as Python makes and combines them: each a Provider, opaque.
#include <pybind11/pybind11.h>

#include "codec.hpp"
#include "errors.hpp"
#include "logs.hpp"
#include "opening.hpp"
#include "own_shapes.hpp"
#include "parts_of_module.hpp"

#include <sambung/open.hpp>
#include <sambung/provider/decorators/circuit_breaker.hpp>
#include <sambung/provider/decorators/fallback.hpp>
#include <sambung/provider/decorators/rate_limit.hpp>
#include <sambung/provider/decorators/response_cache.hpp>
#include <sambung/provider/decorators/retry.hpp>
#include <sambung/provider/demo.hpp>
#include <sambung/provider/vendors/anthropic.hpp>
#include <sambung/provider/vendors/compatible.hpp>
#include <sambung/provider/vendors/ollama.hpp>
#include <sambung/provider/vendors/openai.hpp>

namespace py = pybind11;

namespace sambung::python {
namespace {

struct native_provider {
  std::shared_ptr<provider> made;
};

// Of an engine that is yet to be opened: its providers of Python's are made first, as others may be around them.
struct callbacks_to_come {
  callbacks_ref by = std::make_shared<std::weak_ptr<callbacks>>();
};

template <class Options>
Options options_from(py::object const& in, Options options = Options()) {
  if constexpr (requires { options.observer; }) options.observer = logged_events();
  if (in.is_none()) return options;
  json_reader reader;
  from_python(in.ptr(), shape_of<Options>(), &options, {}, reader);
  if (reader.failed()) throw error(reader.why());
  return options;
}

// A vendor's: "key" is the key itself here, and "key_need" what C++ calls the key.
py::object vendor_options_in(py::object const& in) {
  if (!py::isinstance<py::dict>(in)) return in;
  auto const renamed = py::reinterpret_steal<py::dict>(PyDict_Copy(in.ptr()));
  for (auto const& [from, to] : {std::pair{"key", "api_key"}, std::pair{"key_need", "key"}})
    if (renamed.contains(from)) renamed[to] = renamed.attr("pop")(from);
  return renamed;
}

template <class F>
native_provider made(F f) {
  try {
    return native_provider{f()};
  } catch (...) {
    raise_caught();
    throw py::error_already_set();
  }
}

// A name, a list of {provider, model, name, billed_as}.
std::vector<fallback_candidate> candidates_from(py::sequence const& in) {
  std::vector<fallback_candidate> read;
  auto const text = [](py::dict const& of, char const* name) {
    return of.contains(name) && !of[name].is_none() ? of[name].cast<std::string>() : std::string();
  };
  for (auto const one : in) {
    auto const candidate = py::reinterpret_borrow<py::object>(one);
    if (py::isinstance<native_provider>(candidate)) {
      read.emplace_back(candidate.cast<native_provider&>().made, "");
      continue;
    }
    auto const of = candidate.cast<py::dict>();
    auto& made = read.emplace_back(of["provider"].cast<native_provider&>().made, text(of, "model"), text(of, "name"));
    made.billed_as = text(of, "billed_as");
  }
  return read;
}

// By patterns of models' names, in the order in which they are told: what comes later says more.
capability_table capabilities_from(py::dict const& in) {
  capability_table read;
  json_reader reader;
  reader.inside(std::string_view("capabilities"), [&] {
    for (auto const& [pattern, known] : in) {
      auto const name = text_of(pattern.ptr(), reader);
      if (!name) continue;
      model_capabilities of;
      reader.inside(*name, [&] { from_python(known.ptr(), shape_of<model_capabilities>(), &of, {}, reader); });
      read.add(std::string(*name), of);
    }
  });
  if (reader.failed()) throw error(reader.why());
  return read;
}

py::dict from_environment(py::dict const& in) {
  py::dict named;
  try {
    std::vector<std::pair<std::string, std::string>> read;
    for (auto const& [name, value] : in)
      if (py::isinstance<py::str>(name) && py::isinstance<py::str>(value)) {
        json_reader ignored;
        auto const key = text_of(name.ptr(), ignored);
        auto const text = text_of(value.ptr(), ignored);
        if (key && text) read.emplace_back(*key, *text);
      }
    auto const registry = providers_from([&](std::string const& wanted) -> std::optional<std::string> {
                            for (auto const& [name, value] : read)
                              if (name == wanted) return value;
                            return std::nullopt;
                          }).value();
    for (auto const& [name, one] : registry.providers()) named[py::str(name)] = py::cast(native_provider{one});
  } catch (error const&) {
    raise_caught();
    throw py::error_already_set();
  }
  return named;
}

void add_vendors(py::module_& m) {
  m.def("provider_openai", [](py::object const& in) {
    return made([&] { return openai_provider(options_from<openai_options>(vendor_options_in(in))).value(); });
  });
  m.def("provider_anthropic", [](py::object const& in) {
    return made([&] { return anthropic_provider(options_from<anthropic_options>(vendor_options_in(in))).value(); });
  });
  m.def("provider_ollama", [](py::object const& in) {
    return made([&] { return ollama_provider(options_from<ollama_options>(vendor_options_in(in))).value(); });
  });
  m.def("provider_compatible", [](std::string const& name, py::object const& in) {
    return made(
        [&] { return openai_provider(options_from(vendor_options_in(in), compatible_options(name).value())).value(); });
  });
  m.def("provider_demo", [](py::object const& in) {
    return made([&] { return demo_provider(system_clock(), options_from<demo_options>(in)); });
  });
  m.def("provider_env", from_environment);
  m.def("provider_python", [](callbacks_to_come const& by, std::string name, py::dict const& capabilities) {
    return made([&] { return python_provider(by.by, std::move(name), capabilities_from(capabilities)); });
  });
}

void add_decorators(py::module_& m) {
  m.def("retrying", [](native_provider const& inner, py::object const& in) {
    return made([&] { return retrying(inner.made, options_from<retry_options>(in)); });
  });
  m.def("fallback", [](py::sequence const& candidates, py::object const& in) {
    return made([&] { return fallback(candidates_from(candidates), options_from<fallback_options>(in)); });
  });
  m.def("cached", [](native_provider const& inner, py::object const& in) {
    return made([&] { return cached(inner.made, options_from<cached_options>(in)); });
  });
  m.def("rate_limited", [](native_provider const& inner, py::object const& in) {
    return made([&] { return rate_limited(inner.made, options_from<rate_limited_options>(in)); });
  });
  m.def("circuit_breaker", [](native_provider const& inner, py::object const& in) {
    return made([&] { return circuit_breaker(inner.made, options_from<circuit_breaker_options>(in)); });
  });
}

}  // namespace

std::shared_ptr<provider> provider_in(PyObject* object) {
  py::detail::make_caster<native_provider> caster;
  return caster.load(object, false) ? static_cast<native_provider&>(caster).made : nullptr;
}

callbacks_ref callbacks_in(PyObject* object) {
  py::detail::make_caster<callbacks_to_come> caster;
  return caster.load(object, false) ? static_cast<callbacks_to_come&>(caster).by : nullptr;
}

void add_providers(py::module_& m) {
  py::class_<native_provider>(m, "Provider");
  py::class_<callbacks_to_come>(m, "Callbacks").def(py::init<>());
  add_vendors(m);
  add_decorators(m);
}

}  // namespace sambung::python
