#include "rewrap.hpp"

#include "interruption.hpp"
#include "settings.hpp"

#include <boost/asio/thread_pool.hpp>

#include <iostream>

namespace command_line {
namespace {

namespace po = boost::program_options;

void show(std::int64_t sealed) { std::cerr << sealed << " keys sealed" << std::endl; }

sambung::task<std::int64_t> rewrap(sambung::engine& engine) {
  co_await engine.start();
  auto const outcome = co_await sambung::as_result(engine.rewrap_keys(show));
  co_await engine.shutdown(std::chrono::milliseconds(0));
  co_return outcome.value();
}

void rewrap_all(arguments const&) {
  auto const config = configured();
  boost::asio::thread_pool io(1);
  sambung::engine engine(io.get_executor(), engine_options_from(config));
  std::cout << run_until_signal(rewrap(engine)) << " keys sealed under the newest secret" << std::endl;
}

}  // namespace

command rewrap_keys_command() {
  return {"rewrap-keys", "seal every provider key anew under the newest secret", po::options_description("rewrap-keys"),
          rewrap_all};
}

}  // namespace command_line
