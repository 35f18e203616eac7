#include "application.hpp"

#include "commands.hpp"
#include "procedures.hpp"
#include "ticket.hpp"
#include "tools.hpp"

namespace helpdesk {

using namespace sambung;

namespace {

executor_threads threads_of(settings const& how) {
  return how.threads == 1 ? executor_threads::one : executor_threads::many;
}

engine_options engine_of(settings const& how) {
  engine_options options;
  options.storage = how.storage;
  options.providers = how.providers;
  options.providers.add("desk", command_provider());
  options.modules.push_back(schema());
  options.tools = tools();
  options.threads = threads_of(how);
  options.clock = how.clock;
  options.observer = how.observer;
  return options;
}

server_options server_of(settings const& how, directory const& people) {
  server_options options;
  options.threads = threads_of(how);
  options.identify = [&people](incoming_request const& from) -> task<std::optional<identity>> {
    co_return people.signed_in(from.header("x-desk-session"));
  };
  return options;
}

}  // namespace

application::application(settings how, directory people)
    : people_(std::move(people)),
      io_(how.threads),
      engine_(io_.get_executor(), engine_of(how)),
      server_(engine_, io_.get_executor(), server_of(how, people_)) {
  add_procedures(server_.procedures(), how.model);
  sync_wait(engine_.start());
  sync_wait(people_.enroll(engine_));
}

void application::stop(std::chrono::milliseconds grace) { sync_wait(server_.shutdown(grace)); }

workspace application::workspace_of(std::string_view session) const {
  auto const who = people_.signed_in(session);
  if (!who) throw error(errc::unauthenticated, "nobody has signed in");
  return engine_.workspace(who->acting().value());
}

}  // namespace helpdesk
