#include "service.hpp"

#include "operators.hpp"
#include "page.hpp"
#include "settings.hpp"
#include "startup_memory.hpp"
#include "tracing.hpp"
#include "trial.hpp"

#include <sambung/sambung.hpp>
#include <sambung/server/log_observer.hpp>
#include <sambung/server/log_writer.hpp>
#include <sambung/server/server.hpp>
#include <sambung/server/setup/bootstrap.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

namespace command_line {
namespace {

namespace asio = boost::asio;

sambung::server_options options_from(sambung::configuration const& config, sambung::log_writer& log,
                                     std::shared_ptr<sambung::metrics> measured) {
  sambung::server_options options = config;
  allow_operators(options, std::move(measured));
  options.threads = sambung::executor_threads::one;
  options.static_files = page_for(config);
  options.access_log = [&log](std::string_view lines) { log.write(lines); };
  return options;
}

// The first token of a new database, where it is printed; empty when there is none to print. In production it goes into
// a file, or there is none.
sambung::task<std::optional<std::string>> first_token(sambung::engine& engine, sambung::configuration const& config) {
  if (config.first_token_file.empty()) {
    if (config.stage == sambung::deployment_stage::production) co_return std::nullopt;
    auto made = co_await sambung::bootstrap(engine);
    if (!made) co_return std::nullopt;
    co_return std::move(made->secret);
  }
  sambung::bootstrap_options options;
  options.token_lifetime = config.first_token_lifetime;
  auto made = sambung::bootstrap_into(config.first_token_file, engine, std::move(options));
  if (co_await std::move(made)) std::cout << "API token: in " << config.first_token_file << std::endl;
  co_return std::nullopt;
}

sambung::task<void> print_try(sambung::engine& engine, sambung::configuration const& config, std::string url,
                              std::string token) {
  auto const command = co_await command_to_try(engine, config, std::move(url), std::move(token));
  std::cout << "Try: " << command << std::endl;
}

sambung::task<void> signalled(asio::signal_set& signals) { co_await signals.async_wait(asio::use_awaitable); }

// Until a signal. What is printed waits for providers; nothing else waits for that.
sambung::task<void> print_and_wait(sambung::task<void> printing, asio::signal_set& signals) {
  using namespace asio::experimental::awaitable_operators;
  auto const first = co_await (std::move(printing) || signalled(signals));
  if (first.index() == 0) co_await signalled(signals);
}

sambung::task<void> shut_down(sambung::server& server, std::chrono::milliseconds grace, asio::signal_set& signals) {
  auto const done = co_await sambung::as_result(server.shutdown(grace));
  signals.cancel();
  done.value();
}

// A second signal means at once.
sambung::task<void> hurry_when_signalled(sambung::server& server, asio::signal_set& signals) {
  auto const [cancelled, number] = co_await signals.async_wait(asio::as_tuple(asio::use_awaitable));
  if (!cancelled) co_await server.shutdown(std::chrono::milliseconds(0));
}

// Whoever forgot to say that it is production is told.
bool may_be_forgotten(sambung::configuration const& config) {
  bool const is_public = config.tls || !config.url.empty() || !config.trusted_proxies.empty();
  return is_public && config.stage == sambung::deployment_stage::development;
}

// From the first migration to the last parked turn.
sambung::task<void> until_signal(sambung::engine& engine, sambung::server& server, sambung::configuration const& config,
                                 sambung::log_writer& log, asio::signal_set& signals) {
  using namespace asio::experimental::awaitable_operators;
  co_await engine.start();
  auto const token = co_await first_token(engine, config);
  auto const url = served_url(config, server.listen(config.host, config.port));
  if (has_page(config)) std::cout << "Open " << url << " in a browser\n";
  if (token) std::cout << "API token, shown this once: " << *token << '\n';
  std::cout << "Sambung listens on " << url << std::endl;
  listen_for_operators(server, config, log);
  if (may_be_forgotten(config))
    std::cout << "SAMBUNG_ENV is development, where nothing unsafe is refused: is it production?" << std::endl;
  give_startup_memory_back();
  auto printing = print_try(engine, config, url, token.value_or("$SAMBUNG_TOKEN"));
  co_await print_and_wait(std::move(printing), signals);
  auto ending = shut_down(server, config.shutdown_grace, signals);
  auto hurrying = hurry_when_signalled(server, signals);
  co_await (std::move(ending) && std::move(hurrying));
}

// Every connection is a descriptor: as many as the system lets this process have.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

void serve(sambung::configuration config) {
  raise_descriptor_limit();
  asio::io_context io(1);
  asio::signal_set signals(io, SIGINT, SIGTERM);
  auto const threshold = std::make_shared<sambung::log_threshold>(config.least_level);
  config.threshold = threshold;
  sambung::log_writer log(STDERR_FILENO, config.log_buffer_bytes, nullptr, threshold);
  auto options = engine_options_from(config);
  options.observer = std::make_shared<sambung::log_observer>(log);
  auto const measured = metrics_for(config);
  options.metrics = measured;
  auto const traces = traces_for(config, io.get_executor(), log, options.metrics);
  options.tracer = traces.by;
  sambung::engine engine(io.get_executor(), std::move(options));
  sambung::server server(engine, io.get_executor(), options_from(config, log, measured));
  std::exception_ptr failed;
  auto serving = until_signal(engine, server, config, log, signals);
  asio::co_spawn(io, with_last_spans(std::move(serving), traces), [&](std::exception_ptr why) {
    failed = why;
    io.stop();
  });
  io.run();
  if (failed) std::rethrow_exception(failed);
}

}  // namespace command_line
