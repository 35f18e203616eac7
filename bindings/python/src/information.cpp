// What the module is made of, and what it reads of the environment.
#include <pybind11/pybind11.h>

#include "codec.hpp"
#include "parts_of_module.hpp"

#include <sambung/provider/authorities.hpp>
#include <sambung/server/setup/configuration.hpp>
#include <sambung/version.hpp>

#include <openssl/crypto.h>
#ifdef SAMBUNG_WITH_SQLITE
#include <sqlite3.h>
#endif

#include <boost/version.hpp>

#include <cstdlib>

namespace py = pybind11;

namespace sambung::python {
namespace {

std::string version() {
  return std::to_string(SAMBUNG_VERSION_MAJOR) + "." + std::to_string(SAMBUNG_VERSION_MINOR) + "." +
         std::to_string(SAMBUNG_VERSION_PATCH);
}

py::dict build_info() {
  py::dict told;
  told["version"] = version();
  told["openssl"] = OpenSSL_version(OPENSSL_VERSION_STRING);
  told["boost"] = BOOST_LIB_VERSION;
  told["compiler"] = __VERSION__;
#ifdef SAMBUNG_WITH_SQLITE
  told["sqlite"] = sqlite3_libversion();
#endif
#ifdef SAMBUNG_WITH_POSTGRES
  told["postgres"] = "yes";
#endif
  auto const found = find_authorities([](std::string const& name) -> std::optional<std::string> {
    auto const* set = std::getenv(name.c_str());
    return set ? std::optional<std::string>(set) : std::nullopt;
  });
  told["ca_file"] = found ? (found->file.empty() ? found->folders : found->file) : "";
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
  m.attr("__version__") = version();
  m.def("build_info", build_info);
  m.def("environment_variables", environment_variables);
}

}  // namespace sambung::python
