// configuration: what a server is told by its environment.
//
//   SAMBUNG_DATABASE_URL     "memory:", "sqlite:PATH" or "postgresql://..."; DATABASE_URL is read when it is not set;
//                            "sqlite:sambung.db"
//   SAMBUNG_MIGRATOR_URL     "postgresql://..." of the role that owns the tables, see postgres.hpp; only with
//                            PostgreSQL; none: nothing is migrated
//   SAMBUNG_HOST             the address to listen on; "127.0.0.1"
//   SAMBUNG_PORT             1 to 65535, or 0 for any free one; 8787
//   SAMBUNG_ENV              "development", "test" or "production"; "development"
//   SAMBUNG_URL              what browsers have in their address bar: "https://chat.example.com"
//   SAMBUNG_SECRET           at least 32 bytes that nobody can guess; required with PostgreSQL, made up in a file
//   beside a
//                            SQLite database
//   SAMBUNG_EARLIER_SECRETS  those before it, separated by commas: they still open what was made with them
//   SAMBUNG_SIGN_UP          "closed", "first_user" or "open"; "first_user"
//   SAMBUNG_JWT_KEY_FILE     PEM of an Ed25519 private key; none: keys of SAMBUNG_SECRET
//   SAMBUNG_JWT_ISSUER       "sambung"
//   SAMBUNG_JWT_AUDIENCE     "sambung"
//   SAMBUNG_TLS_CERTIFICATE  PEM of the certificate and its chain; with SAMBUNG_TLS_KEY; none: plain HTTP
//   SAMBUNG_TRUSTED_PROXIES  addresses and networks whose forwarding headers are believed, separated by commas
//   SAMBUNG_RATE_LIMITS      see parse_rates(); "off" for none
//   SAMBUNG_ALLOWED_HOSTS    names that a Host header may have, separated by commas; loopback names always may
//   SAMBUNG_ALLOWED_ORIGINS  web origins that may call from a browser, separated by commas
//   SAMBUNG_SHUTDOWN_GRACE   seconds for requests and turns to finish in after SIGTERM, 0 to 3600; 10
//   SAMBUNG_LEASE            seconds after which other servers give up a turn whose server is gone, 1 to 3600; 15
//   SAMBUNG_PRICES           a file of prices (price_list.hpp), which count before those that Sambung brings
//   and the variables of open.hpp's providers_from().
//
// SAMBUNG_ENV=production refuses what is unsafe where strangers are: an address that is not loopback without TLS, or
// without an https SAMBUNG_URL and trusted proxies; SAMBUNG_SIGN_UP=first_user there; no SAMBUNG_URL; a database in
// memory; http origins that are not loopback; no limits by address, of credentials or by account.
#pragma once

#include <sambung/open.hpp>
#include <sambung/server/options.hpp>
#include <sambung/services/accounting/price_list.hpp>
#include <sambung/services/auth/auth.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
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
  std::string url;  // empty: not said
  auth_options auth;
  bool has_secret = false;  // SAMBUNG_SECRET was set: auth.secrets are all there are
  std::optional<tls_files> tls;
  std::vector<std::string> trusted_proxies;
  request_rates rates;
  std::vector<std::string> allowed_hosts;
  std::vector<std::string> allowed_origins;
  std::chrono::milliseconds shutdown_grace{10'000};  // for server::shutdown()
  std::chrono::milliseconds lease{15'000};           // for turn_options::lease
  provider_registry providers;
  price_list prices = price_list::standard();  // for engine_options::prices
};

// errc::invalid_argument lists every variable that is wrong: issue::path is its name, issue::message what it should be.
// Values are not repeated: they may be secrets.
result<configuration> read_configuration(environment const& env);

// The same of the database's variables alone; the rest is as by default.
result<configuration> read_database_configuration(environment const& env);

// What auth_options::secrets is to be: the configured ones; without SAMBUNG_SECRET, with SQLite, the one in the file
// "<database file>.secret", which is made on the first run. errc::invalid_argument for such a file that others may
// read, errc::unavailable when it cannot be read or written.
result<secret_ring> secrets_for(configuration const& config, random_source& random);

// One line for each issue: "SAMBUNG_PORT: must be a number from 0 to 65535".
std::string describe(failure const& why);

}  // namespace sambung
