// What the module is made of, and what it reads of the environment.
#include <pybind11/pybind11.h>

#include "codec.hpp"
#include "parts_of_module.hpp"

#include <sambung/engine/engine.hpp>
#include <sambung/rpc/procedures/standard_procedures.hpp>
#include <sambung/rpc/registry.hpp>
#include <sambung/server/setup/configuration.hpp>
#include <sambung/version.hpp>

#include <openssl/crypto.h>
#ifdef SAMBUNG_WITH_SQLITE
#include <sqlite3.h>
#endif

#include <boost/version.hpp>

namespace py = pybind11;

namespace sambung::python {
namespace {

py::dict build_info() {
  py::dict told;
  told["version"] = std::to_string(SAMBUNG_VERSION_MAJOR) + "." + std::to_string(SAMBUNG_VERSION_MINOR) + "." +
                    std::to_string(SAMBUNG_VERSION_PATCH);
  told["openssl"] = OpenSSL_version(OPENSSL_VERSION_STRING);
  told["boost"] = BOOST_LIB_VERSION;
  told["compiler"] = __VERSION__;
#ifdef SAMBUNG_WITH_SQLITE
  told["sqlite"] = sqlite3_libversion();
#endif
#ifdef SAMBUNG_WITH_POSTGRES
  told["postgres"] = "yes";
#endif
  return told;
}

py::tuple environment_variables() {
  py::list told;
  for (auto const& one : configuration_variables()) {
    py::dict variable;
    variable["name"] = one.name;
    variable["alias"] = one.alias;
    variable["form"] = one.form;
    variable["by_default"] = one.by_default;
    variable["meaning"] = one.meaning;
    variable["secret"] = one.seen == sensitivity::secret;
    told.append(variable);
  }
  return py::tuple(told);
}

}  // namespace

void add_information(py::module_& m) {
  m.def("build_info", build_info);
  m.def("environment_variables", environment_variables);
}

}  // namespace sambung::python
