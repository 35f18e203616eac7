// Something of everything, over every border between a program and Sambung's libraries: it asks a server of its own by
// HTTP, whose model is in the program, and sees exceptions of both sides.
#include <every_header.hpp>

#include <boost/asio/thread_pool.hpp>

#include <iostream>
#include <stdexcept>

namespace {

struct own_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

sambung::task<void> throw_own() {
  throw own_error("own");
  co_return;
}

sambung::errc code_of(auto const& wrong) {
  try {
    wrong();
  } catch (sambung::error const& e) {
    return e.code();
  }
  throw std::logic_error("no error of Sambung");
}

void expect(bool holds, char const* what) {
  if (!holds) throw std::logic_error(what);
}

std::shared_ptr<sambung::provider> model() {
  auto scripted = std::make_shared<sambung::testing::scripted_provider>();
  scripted->otherwise([](sambung::completion_request const&) {
    sambung::testing::answer_script baik;
    return baik.text("Baik.").finish();
  });
  return scripted;
}

std::string ask(std::uint16_t port, std::string token) {
  sambung::openai_options options("http://127.0.0.1:" + std::to_string(port) + "/v1", std::move(token));
  auto account = sambung::openai_provider(std::move(options)).value();
  std::vector<sambung::prompt_message> messages(1, {sambung::role::user, "Apa khabar?"});
  sambung::completion_request request("own/scripted", std::move(messages));
  return text_of(sambung::sync_wait(account->complete(std::move(request))).value().parts);
}

std::string version_of_headers() {
  return std::to_string(SAMBUNG_VERSION_MAJOR) + "." + std::to_string(SAMBUNG_VERSION_MINOR) + "." +
         std::to_string(SAMBUNG_VERSION_PATCH);
}

void run(std::string const& database) {
  expect(sambung::library_version() == version_of_headers(), "version");

  boost::asio::thread_pool io(1);
  sambung::engine_options options;
  options.storage = sambung::open_storage("sqlite:" + database).value();
  options.providers.add("own", model());
  sambung::engine engine(io.get_executor(), std::move(options));
  sambung::sync_wait(engine.start());
  sambung::server server(engine, io.get_executor());
  auto const token = sambung::sync_wait(sambung::bootstrap(engine)).value().secret;
  expect(ask(server.listen("127.0.0.1", 0), token) == "Baik.", "the answer");

  expect(code_of([&] { sambung::sync_wait(engine.tenants().find("nobody")); }) == sambung::errc::not_found, "an error");
  try {
    sambung::sync_wait(throw_own());
    expect(false, "an exception of the program's own");
  } catch (own_error const&) {
  }
  auto nowhere = sambung::open_postgres(sambung::postgres_options("postgresql://127.0.0.1:1/none")).value();
  expect(sambung::sync_wait(nowhere->check()).error().code == sambung::errc::unavailable, "no PostgreSQL");
  sambung::metrics measured;
  measured.counters({"own_total", "Own."}).at({}).add(3);
  expect(sambung::prometheus_text(measured).find("\nown_total 3") != std::string::npos, "what was counted");
  sambung::sync_wait(server.shutdown());
}

}  // namespace

int main(int, char** argv) try {
  run(argv[1]);
  std::cout << "Sambung " << sambung::library_version() << "\n";
} catch (std::exception const& e) {
  std::cerr << "failed: " << e.what() << "\n";
  return 1;
}
