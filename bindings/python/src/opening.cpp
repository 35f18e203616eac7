#include "opening.hpp"

#include "codec.hpp"
#include "logs.hpp"
#include "modules.hpp"
#include "options.hpp"

#include <sambung/open.hpp>
#include <sambung/server/setup/configuration.hpp>
#include <sambung/telemetry/metrics.hpp>

#include <boost/json/serialize.hpp>

#include <map>

namespace sambung::python {

namespace {

using variables = std::map<std::string, std::string>;

// One of what answers for a provider's name.
struct provider_input {
  std::string name;
  std::shared_ptr<provider> made;  // none: an alias
  std::string alias_of;
};

// A variable that is no UTF-8 is none that Sambung knows.
variables read_environment(PyObject* in, json_reader& reader) {
  variables read;
  if (!in || in == Py_None) return read;
  if (!PyDict_Check(in)) {
    reader.inside(std::string_view("env"), [&] { reader.fault("must be a dict"); });
    return read;
  }
  Py_ssize_t place = 0;
  PyObject* name = nullptr;
  PyObject* value = nullptr;
  while (PyDict_Next(in, &place, &name, &value)) {
    json_reader ignored;
    auto const key = text_of(name, ignored);
    auto const text = text_of(value, ignored);
    if (key && text) read.emplace(*key, *text);
  }
  return read;
}

void read_provider(PyObject* in, provider_input& one, json_reader& reader) {
  one.made = provider_in(in);
  if (one.made) return;
  if (!PyUnicode_Check(in)) return reader.fault("must be a Provider, or the name of a model");
  if (auto const text = text_of(in, reader)) one.alias_of = *text;
}

std::optional<std::vector<provider_input>> read_providers(PyObject* in, json_reader& reader) {
  if (!in || in == Py_None) return std::nullopt;
  std::vector<provider_input> read;
  reader.inside(std::string_view("providers"), [&] {
    if (!PyDict_Check(in)) return reader.fault("must be a dict");
    Py_ssize_t place = 0;
    PyObject* name = nullptr;
    PyObject* value = nullptr;
    while (PyDict_Next(in, &place, &name, &value)) {
      auto const text = text_of(name, reader);
      if (!text) continue;
      auto& one = read.emplace_back();
      one.name = *text;
      reader.inside(*text, [&] { read_provider(value, one, reader); });
    }
  });
  return read;
}

environment environment_of(variables const& known) {
  return [known](std::string const& name) -> std::optional<std::string> {
    auto const found = known.find(name);
    if (found == known.end()) return std::nullopt;
    return found->second;
  };
}

// What opening reads of the environment beside providers: the secrets, and with all the rest only when no URL is given.
configuration configuration_of(open_input const& given, variables const& known) {
  if (!given.url) return read_configuration(environment_of(known)).value();
  variables secrets;
  for (auto const& [name, value] : known)
    if (name.starts_with("SAMBUNG_SECRET") || name == "SAMBUNG_EARLIER_SECRETS") secrets.emplace(name, value);
  auto config = read_configuration(environment_of(secrets)).value();
  config.database_url = *given.url;
  return config;
}

result<std::shared_ptr<storage>> storage_of(open_input& given, std::string const& url, std::string migrator_url) {
  if (given.read_only) return open_snapshot(url);
#ifdef SAMBUNG_WITH_SQLITE
  if (auto const file = database_file(url); !file.empty()) {
    given.settings.sqlite.path = file;
    return open_sqlite(std::move(given.settings.sqlite));
  }
#endif
#ifdef SAMBUNG_WITH_POSTGRES
  if (is_shared_database(url)) {
    given.settings.postgres.url = url;
    given.settings.postgres.migrator_url = std::move(migrator_url);
    return open_postgres(std::move(given.settings.postgres));
  }
#endif
  return open_storage(url, migrator_url);
}

provider_registry registry_of(std::vector<provider_input> const& given) {
  provider_registry registry;
  for (auto const& one : given) {
    if (one.made) registry.add(one.name, one.made);
    else registry.alias(one.name, one.alias_of);
  }
  return registry;
}

price_list prices_of(boost::json::value const& given) {
  auto const text = given.is_string() ? std::string(given.get_string()) : boost::json::serialize(given);
  return price_list::parse(text).value().over(price_list::standard());
}

void add_tools(engine_options& options, open_input const& given, callbacks_ref const& by) {
  for (auto const& one : given.tools) {
    auto made = python_tool(by, one.name, one.description, one.schema);
    if (one.timeout) made.within(*one.timeout);
    made.policy(one.approval);
    options.tools.add(std::move(made));
  }
  if (given.approve) options.tools.ask(python_approver(by));
}

engine_options options_of(open_input given, variables const& known,
                          std::optional<std::vector<provider_input>> const& providers, callbacks_ref const& by) {
  auto config = configuration_of(given, known);
  engine_options options;
  options.threads = given.threads == 1 ? executor_threads::one : executor_threads::many;
  if (given.read_only) options.use = database_use::reads;
  options.turns = given.settings.turns;
  options.tool_limits = given.settings.tool_limits;
  options.catalog = given.settings.catalog;
  options.catalog.observer = log_failing_provider;
  options.observer = logged_observer();
  if (given.measured) options.metrics = std::make_shared<metrics>();
  options.auth = given.settings.auth.value_or(config.auth);
  if (!given.url) {
    options.turns.lease = config.lease;
    options.idempotency_lifetime = config.idempotency_lifetime;
    options.slow_query = config.slow_query;
  }
  options.prices = given.prices ? prices_of(*given.prices) : config.prices;
  if (providers) options.providers = registry_of(*providers);
  else if (given.url) options.providers = providers_from(environment_of(known)).value();
  else options.providers = config.providers;
  options.modules = modules_from(given.modules);
  add_tools(options, given, by);
  bool const in_memory = config.database_url == "memory:" && !given.read_only;
  if (!in_memory)
    options.storage = storage_of(given, config.database_url, given.migrator_url.value_or(config.migrator_url)).value();
  options.auth.secrets = secrets_for(config, *system_random()).value();
  return options;
}

}  // namespace

opening read_opening(PyObject* in) {
  json_reader reader;
  open_input given;
  reference const rest(PyDict_Check(in) ? PyDict_Copy(in) : nullptr);
  if (!rest) throw error(errc::invalid_argument, "the options must be a dict");
  auto const known = read_environment(PyDict_GetItemString(in, "env"), reader);
  auto providers = read_providers(PyDict_GetItemString(in, "providers"), reader);
  auto* const callbacks = PyDict_GetItemString(in, "callbacks");
  auto by = callbacks ? callbacks_in(callbacks) : std::make_shared<std::weak_ptr<python::callbacks>>();
  if (!by) throw error(errc::invalid_argument, "callbacks must be Callbacks");
  for (auto const* name : {"env", "providers", "callbacks"})
    if (PyDict_GetItemString(rest.get(), name)) PyDict_DelItemString(rest.get(), name);
  field limits;
  limits.max_items = 100'000;
  from_python(rest.get(), shape_of<open_input>(), &given, limits, reader);
  if (reader.failed()) throw error(reader.why());
  opening read;
  read.threads = static_cast<std::size_t>(given.threads);
  read.by = std::move(by);
  read.make = [given = std::move(given), known, providers = std::move(providers), by = read.by] {
    return options_of(given, known, providers, by);
  };
  return read;
}

}  // namespace sambung::python
