// A support desk on http://127.0.0.1:8080: agents send x-desk-session, and their own table says who they are.
#include "application.hpp"

#include <sambung/open.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <iostream>

namespace {

helpdesk::directory people() {
  std::vector<helpdesk::company> companies{{"customer-42", "Acme", 200'000}, {"customer-43", "Globex", 50'000}};
  std::vector<helpdesk::agent> agents{
      {"ada-s-session", "customer-42", "agent-1", "Ada", sambung::member_role::member},
      {"bob-s-session", "customer-43", "agent-2", "Bob", sambung::member_role::member},
  };
  return helpdesk::directory(std::move(companies), std::move(agents));
}

struct log_observer final : sambung::observer {
  void failed(sambung::failed_part const& what) override {
    std::clog << what.name + ": " + what.why.message + " " + what.why.sensitive + "\n";
  }
};

helpdesk::settings settings_from(sambung::environment const& variable) {
  helpdesk::settings how;
  auto const database = variable("DESK_DATABASE").value_or("sqlite:desk.db");
  how.storage = sambung::open_storage(database, variable("DESK_MIGRATOR").value_or("")).value();
  how.providers = sambung::providers_from(variable).value();
  how.model = variable("DESK_MODEL").value_or(how.model);
  how.threads = std::stoul(variable("DESK_THREADS").value_or("4"));
  how.observer = std::make_shared<log_observer>();
  return how;
}

void wait_for_signal() {
  boost::asio::io_context io(1);
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([](boost::system::error_code, int) {});
  io.run();
}

}  // namespace

int main() try {
  helpdesk::application desk(settings_from(sambung::process_environment()), people());
  std::cout << "the desk listens on port " << desk.listen("127.0.0.1", 8080) << std::endl;
  wait_for_signal();
  desk.stop();
} catch (std::exception const& e) {
  std::cerr << "desk: " << e.what() << '\n';
  return 1;
}
