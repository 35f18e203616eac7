#include "service.hpp"

#include "settings.hpp"

#include <sambung/sambung.hpp>
#include <sambung/server/server.hpp>
#include <sambung/server/setup/bootstrap.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <iostream>

namespace command_line {
namespace {

namespace asio = boost::asio;

// The address, and a command that streams an answer: as it stands on the first start with the demo.
void print_start(sambung::configuration const& config, std::uint16_t port,
                 std::optional<sambung::issued_token> const& token) {
  auto const url = (config.tls ? "https://" : "http://") + config.host + ':' + std::to_string(port);
  auto const model = config.providers.find("demo") ? "demo/demo" : "PROVIDER/MODEL";
  if (token) std::cout << "API token, shown this once: " << token->secret << '\n';
  std::cout << "Sambung listens on " << url << '\n'
            << "Try: curl -N " << url << "/v1/chat/completions -H 'Content-Type: application/json' "
            << "-H \"Authorization: Bearer " << (token ? token->secret : "$SAMBUNG_TOKEN") << "\" "
            << "-d '{\"model\":\"" << model << "\",\"stream\":true,"
            << "\"messages\":[{\"role\":\"user\",\"content\":\"Apa khabar?\"}]}'" << std::endl;
}

sambung::server_options options_from(sambung::configuration const& config) {
  sambung::server_options options = config;
  options.threads = sambung::executor_threads::one;
  options.access_log = [](std::string_view lines) { std::fwrite(lines.data(), 1, lines.size(), stderr); };
  return options;
}

// From the first migration to the last parked turn.
sambung::task<void> until_signal(sambung::engine& engine, sambung::server& server, sambung::configuration const& config,
                                 asio::signal_set& signals) {
  co_await engine.start();
  auto const token = co_await sambung::bootstrap(engine);
  auto const port = server.listen(config.host, config.port);
  print_start(config, port, token);
  co_await signals.async_wait(asio::use_awaitable);
  co_await server.shutdown(config.shutdown_grace);
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
  auto options = engine_options_from(config);
  sambung::engine engine(io.get_executor(), std::move(options));
  sambung::server server(engine, io.get_executor(), options_from(config));
  std::exception_ptr failed;
  asio::co_spawn(io, until_signal(engine, server, config, signals), [&](std::exception_ptr why) {
    failed = why;
    io.stop();
  });
  io.run();
  if (failed) std::rethrow_exception(failed);
}

}  // namespace command_line
