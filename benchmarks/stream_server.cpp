// The reference server with two limits raised, which its settings do not reach: as many turns of one user and as many
// connections to the upstream as a thousand streams need. Its rate limits are such that nobody reaches them, its access
// log goes to stderr.
//
//   bench_stream_server UPSTREAM_PORT DATABASE_URL     prints its port and an API token
#include <sambung/provider/vendors/openai.hpp>
#include <sambung/sambung.hpp>
#include <sambung/server/server.hpp>
#include <sambung/server/setup/bootstrap.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <cstdio>
#include <iostream>

namespace {

namespace asio = boost::asio;

constexpr std::size_t most_streams = 4'096;
constexpr char const* rates =
    "address=1000000/s:1000000,principal=1000000/s:1000000,model=1000000/s:1000000,write=1000000/s:1000000";

sambung::engine_options engine_options_for(std::string const& upstream_port, std::string const& database) {
  sambung::openai_options upstream;
  upstream.base_url = "http://127.0.0.1:" + upstream_port + "/v1";
  upstream.api_key = "mock";
  upstream.max_connections = most_streams;
  sambung::engine_options options;
  options.threads = sambung::executor_threads::one;
  options.storage = sambung::open_storage(database).value();
  options.providers.add("openai", sambung::openai_provider(std::move(upstream)).value());
  options.turns.max_per_user = most_streams;
  return options;
}

sambung::server_options server_options_for() {
  sambung::server_options options;
  options.threads = sambung::executor_threads::one;
  options.rates = sambung::parse_rates(rates).value();
  options.limits.max_streams_per_user = most_streams;
  options.limits.max_connections_per_address = most_streams;
  options.access_log = [](std::string_view lines) { std::fwrite(lines.data(), 1, lines.size(), stderr); };
  return options;
}

sambung::task<void> until_signal(sambung::engine& engine, sambung::server& server, asio::signal_set& signals) {
  co_await engine.start();
  auto const token = co_await sambung::bootstrap(engine);
  auto const port = server.listen("127.0.0.1", 0);
  std::cout << port << ' ' << token.value().secret << std::endl;
  co_await signals.async_wait(asio::use_awaitable);
  co_await server.shutdown(std::chrono::seconds(2));
}

void serve(std::string const& upstream_port, std::string const& database) {
  asio::io_context io(1);
  asio::signal_set signals(io, SIGINT, SIGTERM);
  sambung::engine engine(io.get_executor(), engine_options_for(upstream_port, database));
  sambung::server server(engine, io.get_executor(), server_options_for());
  std::exception_ptr failed;
  asio::co_spawn(io, until_signal(engine, server, signals), [&](std::exception_ptr why) {
    failed = why;
    io.stop();
  });
  io.run();
  if (failed) std::rethrow_exception(failed);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::cerr << "see the top of stream_server.cpp for how to call it\n", 2;
  try {
    serve(argv[1], argv[2]);
  } catch (std::exception const& e) {
    std::cerr << "bench_stream_server: " << e.what() << "\n";
    return 1;
  }
}
