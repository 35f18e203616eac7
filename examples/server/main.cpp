// A whole Sambung server: configuration from the environment, storage, engine, HTTP.
#include <sambung/sambung.hpp>
#include <sambung/server/bootstrap.hpp>
#include <sambung/server/configuration.hpp>
#include <sambung/server/server.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <cstdio>
#include <iostream>

namespace {

namespace asio = boost::asio;

void print_token(sambung::issued_token const& token) {
  std::cout << "API token, shown this once: " << token.secret << '\n';
}

void print_address(std::string const& host, std::uint16_t port) {
  auto const url = "http://" + host + ':' + std::to_string(port);
  std::cout << "Sambung listens on " << url << '\n'
            << "Try: curl " << url << "/v1/models -H \"Authorization: Bearer $SAMBUNG_TOKEN\"" << std::endl;
}

sambung::server_options options_from(sambung::configuration const& config) {
  sambung::server_options options;
  options.threads = sambung::server_threads::one;
  options.allowed_hosts = config.allowed_hosts;
  options.allowed_origins = config.allowed_origins;
  options.access_log = [](std::string_view lines) { std::fwrite(lines.data(), 1, lines.size(), stderr); };
  return options;
}

// From the first migration to the last parked turn.
sambung::task<void> serve(sambung::engine& engine, sambung::server& server, sambung::configuration const& config,
                          asio::signal_set& signals) {
  co_await engine.start();
  if (auto token = co_await sambung::bootstrap(engine)) print_token(*token);
  auto const port = server.listen(config.host, config.port);
  print_address(config.host, port);
  co_await signals.async_wait(asio::use_awaitable);
  co_await server.shutdown();
}

void run(sambung::configuration config) {
  asio::io_context io(1);
  asio::signal_set signals(io, SIGINT, SIGTERM);
  sambung::engine_options options;
  options.storage = sambung::open_storage(config.database_url).value();
  options.providers = config.providers;
  sambung::engine engine(io.get_executor(), std::move(options));
  sambung::server server(engine, io.get_executor(), options_from(config));
  std::exception_ptr failed;
  asio::co_spawn(io, serve(engine, server, config, signals), [&](std::exception_ptr why) {
    failed = why;
    io.stop();
  });
  io.run();
  if (failed) std::rethrow_exception(failed);
}

}  // namespace

int main() {
  auto config = sambung::read_configuration(sambung::process_environment());
  if (!config) {
    std::cerr << sambung::describe(config.error());
    return 2;
  }
  try {
    run(std::move(*config));
    return 0;
  } catch (std::exception const& e) {
    std::cerr << "sambung: " << e.what() << '\n';
    return 1;
  }
}
