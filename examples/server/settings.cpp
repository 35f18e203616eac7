#include "settings.hpp"

#include "arguments.hpp"
#include "provider_log.hpp"

namespace command_line {

sambung::configuration configured() {
  auto config = sambung::read_configuration(sambung::process_environment());
  if (!config) throw usage_error(sambung::describe(config.error()));
  return std::move(*config);
}

sambung::engine_options engine_options_from(sambung::configuration const& config) {
  sambung::engine_options options;
  options.storage = sambung::open_storage(config.database_url, config.migrator_url).value();
  options.threads = sambung::executor_threads::one;
  options.turns.lease = config.lease;
  options.slow_query = config.slow_query;
  options.idempotency_lifetime = config.idempotency_lifetime;
  options.providers = config.providers;
  options.prices = config.prices;
  options.catalog.observer = log_failing_provider;
  options.trace_upstream = config.tracing.upstream == sambung::upstream_traces::on;
  options.trace_content = config.tracing.content == sambung::content_traces::on;
  options.auth = config.auth;
  options.auth.secrets = sambung::secrets_for(config, *sambung::system_random()).value();
  return options;
}

}  // namespace command_line
