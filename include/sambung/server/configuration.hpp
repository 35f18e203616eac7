// configuration: what a server is told by its environment.
//
//   SAMBUNG_DATABASE_URL     "memory:" or "sqlite:PATH"; DATABASE_URL is read when it is not set; "sqlite:sambung.db"
//   SAMBUNG_HOST             the address to listen on; "127.0.0.1"
//   SAMBUNG_PORT             1 to 65535, or 0 for any free one; 8787
//   SAMBUNG_ENV              "development", "test" or "production"; "development"
//   SAMBUNG_ALLOWED_HOSTS    names that a Host header may have, separated by commas; loopback names always may
//   SAMBUNG_ALLOWED_ORIGINS  web origins that may call from a browser, separated by commas
//   and the variables of open.hpp's providers_from().
#pragma once

#include <sambung/open.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace sambung {

enum class deployment_stage { development, test, production };
BOOST_DESCRIBE_ENUM(deployment_stage, development, test, production)

struct configuration {
  std::string database_url = "sqlite:sambung.db";
  std::string host = "127.0.0.1";
  std::uint16_t port = 8787;
  deployment_stage stage = deployment_stage::development;
  std::vector<std::string> allowed_hosts;
  std::vector<std::string> allowed_origins;
  provider_registry providers;
};

// errc::invalid_argument lists every variable that is wrong: issue::path is its name, issue::message what it should be.
// Values are not repeated: they may be secrets.
result<configuration> read_configuration(environment const& env);

// One line for each issue: "SAMBUNG_PORT: must be a number from 0 to 65535".
std::string describe(failure const& why);

}  // namespace sambung
