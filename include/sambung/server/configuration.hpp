// configuration: what a server is told by its environment.
//
//   SAMBUNG_DATABASE_URL     "memory:", "sqlite:PATH" or "postgresql://..."; DATABASE_URL is read when it is not set;
//                            "sqlite:sambung.db"
//   SAMBUNG_MIGRATOR_URL     "postgresql://..." of the role that owns the tables, see postgres.hpp; only with
//                            PostgreSQL; none: nothing is migrated
//   SAMBUNG_HOST             the address to listen on; "127.0.0.1"
//   SAMBUNG_PORT             1 to 65535, or 0 for any free one; 8787
//   SAMBUNG_ENV              "development", "test" or "production"; "development"
//   SAMBUNG_ALLOWED_HOSTS    names that a Host header may have, separated by commas; loopback names always may
//   SAMBUNG_ALLOWED_ORIGINS  web origins that may call from a browser, separated by commas
//   SAMBUNG_SHUTDOWN_GRACE   seconds for requests and turns to finish in after SIGTERM, 0 to 3600; 10
//   SAMBUNG_LEASE            seconds after which other servers give up a turn whose server is gone, 1 to 3600; 15
//   and the variables of open.hpp's providers_from().
#pragma once

#include <sambung/open.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace sambung {

enum class deployment_stage { development, test, production };
BOOST_DESCRIBE_ENUM(deployment_stage, development, test, production)

struct configuration {
  std::string database_url = "sqlite:sambung.db";
  std::string migrator_url;  // empty: none
  std::string host = "127.0.0.1";
  std::uint16_t port = 8787;
  deployment_stage stage = deployment_stage::development;
  std::vector<std::string> allowed_hosts;
  std::vector<std::string> allowed_origins;
  std::chrono::milliseconds shutdown_grace{10'000};  // for server::shutdown()
  std::chrono::milliseconds lease{15'000};           // for turn_options::lease
  provider_registry providers;
};

// errc::invalid_argument lists every variable that is wrong: issue::path is its name, issue::message what it should be.
// Values are not repeated: they may be secrets.
result<configuration> read_configuration(environment const& env);

// The same of the database's variables alone; the rest is as by default.
result<configuration> read_database_configuration(environment const& env);

// One line for each issue: "SAMBUNG_PORT: must be a number from 0 to 65535".
std::string describe(failure const& why);

}  // namespace sambung
