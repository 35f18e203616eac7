#include "owner.hpp"

#include "interruption.hpp"
#include "settings.hpp"

#include <sambung/server/setup/bootstrap.hpp>

#include <boost/asio/thread_pool.hpp>

#include <iostream>

namespace command_line {
namespace {

namespace po = boost::program_options;

// One line, so that it appears in no list of processes.
sambung::secret_string read_password() {
  std::string line;
  std::getline(std::cin, line);
  if (line.empty()) throw usage_error("the password is expected on standard input");
  return sambung::secret_string(std::move(line));
}

sambung::task<sambung::user> owner_of(sambung::engine& engine, sambung::tenant_id home, std::string email) {
  auto users = engine.users();
  auto known = co_await sambung::as_result(users.find(email));
  if (!known && known.error().code != sambung::errc::not_found) throw sambung::error(known.error());
  if (!known) co_return co_await users.create(home, std::move(email), sambung::member_role::owner);
  auto const role = co_await sambung::as_result(users.role(home, known->id));
  if (!role) co_await users.join(home, known->id, sambung::member_role::owner);
  else if (*role != sambung::member_role::owner)
    throw sambung::error(sambung::errc::conflict, "this user is a member already, and no owner");
  co_return std::move(*known);
}

sambung::task<sambung::user> create_owner(sambung::engine& engine, std::string email, sambung::secret_string password) {
  co_await engine.start();
  auto tenants = engine.tenants();
  auto const name = sambung::bootstrap_options().tenant_name;
  auto home = co_await sambung::as_result(tenants.find(name));
  if (!home && home.error().code != sambung::errc::not_found) throw sambung::error(home.error());
  if (!home) home = co_await tenants.create(name);
  auto owner = co_await owner_of(engine, home->id, std::move(email));
  auto users = engine.users();
  co_await users.set_password(owner.id, std::move(password));
  co_await engine.shutdown(std::chrono::milliseconds(0));
  co_return owner;
}

void make_owner(arguments const& given) {
  auto const email = given.required("email");
  auto const config = configured();
  auto password = read_password();
  boost::asio::thread_pool io(1);
  sambung::engine engine(io.get_executor(), engine_options_from(config));
  auto const owner = run_until_signal(create_owner(engine, email, std::move(password)));
  std::cout << "owner " << owner.email.value_or(email) << std::endl;
}

}  // namespace

command create_owner_command() {
  command made{"create-owner", "make an owner who signs in with the password on standard input",
               po::options_description("create-owner --email EMAIL < FILE"), make_owner};
  made.options.add_options()("email", po::value<std::string>()->value_name("EMAIL"), "the address to sign in with");
  return made;
}

}  // namespace command_line
