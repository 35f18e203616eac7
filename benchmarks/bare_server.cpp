// The server without what a front door costs: every request is from one user whom nobody looks up, and nothing is
// limited. Beside the reference server it shows what authentication, the choice of the tenant and limits take.
//
//   bench_bare_server BASE_URL    the provider "openai" is there; prints the port and serves until it is killed
#include <sambung/provider/vendors/openai.hpp>
#include <sambung/sambung.hpp>
#include <sambung/server/server.hpp>
#include <sambung/server/setup/bootstrap.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <iostream>

namespace {

struct served {
  std::optional<sambung::identity> everybody;
};

sambung::task<void> start(sambung::engine& engine, sambung::server& server, served& to) {
  co_await engine.start();
  auto const first = co_await sambung::bootstrap(engine);
  to.everybody = sambung::identity::trusted(
      first->record.user_id, sambung::tenant_place(first->record.tenant_id, sambung::member_role::owner));
  std::cout << server.listen("127.0.0.1", 0) << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::cerr << "usage: bench_bare_server BASE_URL\n", 2;
  boost::asio::io_context io(1);
  sambung::engine_options options;
  options.threads = sambung::executor_threads::one;
  options.providers.add("openai", sambung::openai_provider(sambung::openai_options(argv[1], "mock")).value());
  sambung::engine engine(io.get_executor(), std::move(options));
  served to;
  sambung::server_options how;
  how.threads = sambung::executor_threads::one;
  how.rates = sambung::no_rates();
  how.identify = [&to](sambung::incoming_request const&) -> sambung::task<std::optional<sambung::identity>> {
    co_return to.everybody;
  };
  how.access_log = [](std::string_view lines) { std::fwrite(lines.data(), 1, lines.size(), stderr); };
  sambung::server server(engine, io.get_executor(), std::move(how));
  boost::asio::co_spawn(io, start(engine, server, to), [](std::exception_ptr failed) {
    if (failed) std::rethrow_exception(failed);
  });
  io.run();
}
