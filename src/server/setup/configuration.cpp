#include <sambung/server/setup/configuration.hpp>

#include "server/admin_address.hpp"
#include "server/setup/production.hpp"
#include "server/setup/secret_file.hpp"
#include "server/setup/telemetry_variables.hpp"
#include "server/setup/variables.hpp"

#include <algorithm>

namespace sambung {
namespace setup {
namespace {

// Reads the tables, then what several variables say together, and notes what is wrong.
class configuration_reader {
 public:
  explicit configuration_reader(environment const& env) : env_(env) {}

  result<configuration> read() {
    database_table().read(env_, draft_, issues_);
    check_migrator();
    server_table().read(env_, draft_, issues_);
    join_secrets();
    join_certificate();
    check_admin();
    join_tracing(draft_);
    find_providers();
    if (draft_.stage == deployment_stage::production) refuse_unsafe(draft_, env_, issues_);
    return outcome();
  }

  result<configuration> read_database() {
    database_table().read(env_, draft_, issues_);
    check_migrator();
    return outcome();
  }

 private:
  result<configuration> outcome() {
    if (!issues_.empty()) return failure(errc::invalid_argument, "the configuration is wrong", std::move(issues_));
    return configuration(std::move(draft_));
  }

  void wrong(std::string variable, std::string message) {
    issues_.push_back({std::move(variable), std::move(message)});
  }

  bool issues_of(std::string_view variable) const {
    return std::ranges::find(issues_, variable, &issue::path) != issues_.end();
  }

  void check_migrator() {
    if (!draft_.migrator_url.empty() && !is_shared_database(draft_.database_url))
      wrong("SAMBUNG_MIGRATOR_URL", "is for a PostgreSQL database only");
  }

  void join_secrets() {
    draft_.has_secret = draft_.secret.has_value();
    if (!draft_.has_secret && is_shared_database(draft_.database_url))
      wrong("SAMBUNG_SECRET", "is required with PostgreSQL: every server needs the same");
    if (issues_of("SAMBUNG_SECRET") || issues_of("SAMBUNG_EARLIER_SECRETS")) return;
    std::vector<secret_string> all;
    if (draft_.secret) all.push_back(std::move(*draft_.secret));
    std::ranges::move(draft_.earlier_secrets, std::back_inserter(all));
    auto ring = secret_ring::make(std::move(all));
    if (ring) draft_.auth.secrets = std::move(*ring);
    else wrong("SAMBUNG_EARLIER_SECRETS", "must differ from each other and from SAMBUNG_SECRET");
  }

  void join_certificate() {
    auto& certificate = draft_.certificate;
    auto& key = draft_.certificate_key;
    if (certificate.empty() && key.empty()) return;
    if (key.empty()) return wrong("SAMBUNG_TLS_KEY", "is required with SAMBUNG_TLS_CERTIFICATE");
    if (certificate.empty()) return wrong("SAMBUNG_TLS_CERTIFICATE", "is required with SAMBUNG_TLS_KEY");
    draft_.tls.emplace(std::move(certificate), std::move(key));
  }

  void check_admin() {
    auto const address = serving::parse_admin_address(draft_.admin_address);
    if (address && !address->is_local() && draft_.admin_token.empty() && !issues_of("SAMBUNG_ADMIN_TOKEN"))
      wrong("SAMBUNG_ADMIN_TOKEN", "is required unless SAMBUNG_ADMIN_ADDRESS is a loopback address or a UNIX socket");
  }

  void find_providers() {
    auto found = providers_from(env_);
    if (found) draft_.providers = std::move(*found);
    else std::ranges::move(found.error().issues, std::back_inserter(issues_));
  }

  environment const& env_;
  draft draft_;
  std::vector<issue> issues_;
};

}  // namespace
}  // namespace setup

result<configuration> read_configuration(environment const& env) { return setup::configuration_reader(env).read(); }

result<configuration> read_database_configuration(environment const& env) {
  return setup::configuration_reader(env).read_database();
}

std::vector<environment_variable> configuration_variables() {
  std::vector<environment_variable> all;
  setup::database_table().describe(all);
  setup::server_table().describe(all);
  std::ranges::move(provider_variables(), std::back_inserter(all));
  return all;
}

result<secret_ring> secrets_for(configuration const& config, random_source& random) {
  std::string const file(database_file(config.database_url));
  if (config.has_secret || file.empty()) return config.auth.secrets;
  auto made = serving::secret_from(file + ".secret", random);
  if (!made) return made.error();
  std::vector<secret_string> all{std::move(*made)};
  for (std::size_t i = 0; i < config.auth.secrets.size(); ++i) all.push_back(config.auth.secrets.at(i));
  return secret_ring::make(std::move(all));
}

std::string describe(failure const& why) {
  if (why.issues.empty()) return why.message + '\n';
  std::string lines;
  for (auto const& one : why.issues) lines += one.path + ": " + one.message + '\n';
  return lines;
}

}  // namespace sambung
