// options: what open_engine() and the makers of providers are told, as structs that are described.
#pragma once

#include "own_shapes.hpp"

#include <sambung/engine/engine.hpp>
#ifdef SAMBUNG_WITH_SQLITE
#include <sambung/storage/sqlite/sqlite.hpp>
#endif
#ifdef SAMBUNG_WITH_POSTGRES
#include <sambung/storage/postgres/postgres.hpp>
#endif

namespace sambung::python {

// The shapes of all of these, and of the providers' options.
std::vector<shape const*> option_shapes();

struct tool_input {
  std::string name;
  std::string description;
  boost::json::object schema;
  std::optional<std::chrono::milliseconds> timeout;
  tool_policy approval = tool_policy::allow;
};
BOOST_DESCRIBE_STRUCT(tool_input, (), (name, description, schema, timeout, approval))

template <>
struct own_shape<tool_input> {
  static shape make() {
    auto s = detail::describe<tool_input>();
    for (auto& f : s.fields) f.limits.required = f.name == "name" || f.name == "schema";
    return s;
  }
};

// The groups of settings.
struct settings_input {
  turn_options turns;
  sambung::tool_limits tool_limits;
  std::optional<auth_options> auth;  // none: as the environment has it, where that is asked
  catalog_options catalog;
#ifdef SAMBUNG_WITH_SQLITE
  sqlite_options sqlite{""};
#endif
#ifdef SAMBUNG_WITH_POSTGRES
  postgres_options postgres{""};
#endif
};
#if defined(SAMBUNG_WITH_SQLITE) && defined(SAMBUNG_WITH_POSTGRES)
BOOST_DESCRIBE_STRUCT(settings_input, (), (turns, tool_limits, auth, catalog, sqlite, postgres))
#elif defined(SAMBUNG_WITH_SQLITE)
BOOST_DESCRIBE_STRUCT(settings_input, (), (turns, tool_limits, auth, catalog, sqlite))
#elif defined(SAMBUNG_WITH_POSTGRES)
BOOST_DESCRIBE_STRUCT(settings_input, (), (turns, tool_limits, auth, catalog, postgres))
#else
BOOST_DESCRIBE_STRUCT(settings_input, (), (turns, tool_limits, auth, catalog))
#endif

template <>
struct own_shape<settings_input> {
  static shape make() {
    auto s = detail::describe<settings_input>();
    for (auto& f : s.fields) f.limits.required = false;
    return s;
  }
};

struct open_input {
  std::optional<std::string> url;
  std::optional<std::string> migrator_url;
  std::vector<tool_input> tools;
  bool approve = false;
  std::vector<boost::json::object> modules;
  std::optional<boost::json::value> prices;
  settings_input settings;
  std::int64_t threads = 1;
  bool read_only = false;
  bool measured = false;
};
BOOST_DESCRIBE_STRUCT(open_input, (),
                      (url, migrator_url, tools, approve, modules, prices, settings, threads, read_only, measured))

template <>
struct own_shape<open_input> {
  static shape make() {
    auto s = detail::describe<open_input>();
    for (auto& f : s.fields) {
      f.limits.required = false;
      if (f.name == "threads") f.limits.minimum = 1, f.limits.maximum = 64;
    }
    return s;
  }
};

}  // namespace sambung::python
