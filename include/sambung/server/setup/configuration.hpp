// configuration: what a server is told by its environment. Every variable, what it must be and what it does is
// in configuration_variables(), in docs/reference/command-line.md, and told by "sambung-server --help".
//
// SAMBUNG_ENV=production refuses what is unsafe where strangers are; docs/guides/security.md says what, why, and how to
// answer each refusal.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/open.hpp>
#include <sambung/provider/transport.hpp>
#include <sambung/server/options.hpp>
#include <sambung/services/accounting/price_list.hpp>
#include <sambung/services/auth/auth.hpp>
#include <sambung/telemetry/tracer.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace sambung {

enum class deployment_stage { development, test, production };
SAMBUNG_DESCRIBE_ENUM(deployment_stage, development, test, production)

enum class upstream_traces { off, on };
SAMBUNG_DESCRIBE_ENUM(upstream_traces, off, on)

enum class content_traces { off, on };
SAMBUNG_DESCRIBE_ENUM(content_traces, off, on)

// What is traced, and where it goes: for otlp_options and tracer_options.
struct tracing_settings {
  std::string endpoint;  // for traces, whole; empty: nothing is traced
  http_headers headers;  // may be secrets
  std::string service = "sambung";
  std::vector<std::pair<std::string, std::string>> resource;  // besides the service's name
  std::chrono::milliseconds interval{5'000};                  // after which spans are sent that make no batch
  double ratio = 1;
  sampling_decision decision = sampling_decision::of_caller;
  upstream_traces upstream = upstream_traces::off;  // for engine_options::trace_upstream
  content_traces content = content_traces::off;     // for engine_options::trace_content
};

// What it says of the server itself are the server_options; those that no variable sets are as by default.
struct configuration : server_options {
  std::string database_url = "sqlite:sambung.db";
  std::string migrator_url;  // empty: none
  std::string host = "127.0.0.1";
  std::uint16_t port = 8787;
  std::string web;                               // the folder of a page; "off": none; empty: that of the program
  std::string admin_address = "127.0.0.1:9464";  // for server::listen_admin(); "off": none
  bool measured = true;                          // whether engine_options::metrics are to be there
  deployment_stage stage = deployment_stage::development;
  auth_options auth;
  bool has_secret = false;       // SAMBUNG_SECRET was set: auth.secrets are all there are
  std::string first_token_file;  // for bootstrap_into(); empty: none
  std::chrono::seconds first_token_lifetime{86'400};
  std::chrono::milliseconds shutdown_grace{10'000};  // for server::shutdown()
  std::chrono::milliseconds lease{15'000};           // for turn_options::lease
  std::chrono::milliseconds slow_query{200};         // for engine_options::slow_query
  std::size_t log_buffer_bytes = 1'048'576;          // for log_writer
  sambung::log_level least_level = log_level::info;  // for log_threshold
  tracing_settings tracing;
  std::chrono::seconds idempotency_lifetime{7 * 86'400};
  provider_registry providers;
  price_list prices = price_list::standard();  // for engine_options::prices
};

// errc::invalid_argument lists every variable that is wrong: issue::path is its name, issue::message what it should be.
// Values are not repeated: they may be secrets.
SAMBUNG_API result<configuration> read_configuration(environment const& env);

// The same of the database's variables alone; the rest is as by default.
SAMBUNG_API result<configuration> read_database_configuration(environment const& env);

// Every variable that read_configuration() reads, those of providers_from() among them.
SAMBUNG_API std::vector<environment_variable> configuration_variables();

// What auth_options::secrets is to be: the configured ones; without SAMBUNG_SECRET, with SQLite, the one in the file
// "<database file>.secret", which is made on the first run. errc::invalid_argument for such a file that others may
// read, errc::unavailable when it cannot be read or written.
SAMBUNG_API result<secret_ring> secrets_for(configuration const& config, random_source& random);

// One line for each issue: "SAMBUNG_PORT: must be a number from 0 to 65535".
SAMBUNG_API std::string describe(failure const& why);

}  // namespace sambung
