// An engine, with memory storage unless it is given one, and a scripted provider behind a real server on a free port.
// What both do is measured.
#pragma once

#include "support/raw_client.hpp"

#include <sambung/engine/engine.hpp>
#include <sambung/server/server.hpp>
#include <sambung/server/setup/bootstrap.hpp>
#include <sambung/storage/memory.hpp>
#include <sambung/telemetry/export/prometheus.hpp>
#include <sambung/testing/scripted_provider.hpp>

#include <boost/asio/thread_pool.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <memory>
#include <string>

namespace sambung::test {

class served_engine {
 public:
  // Without limits of rates, unless a test is about them. `auth` may say how people sign in.
  explicit served_engine(server_options options = server_options(), request_rates rates = no_rates(),
                         auth_options auth = quick_passwords(),
                         std::shared_ptr<sambung::storage> store = memory_storage(),
                         std::shared_ptr<observer> told = nullptr)
      : measured(std::make_shared<sambung::metrics>()),
        provider(std::make_shared<testing::scripted_provider>()),
        storage(std::move(store)),
        engine(pool_.get_executor(),
               engine_options_with(provider, storage, measured, std::move(auth), std::move(told))),
        server(engine, pool_.get_executor(), with(std::move(options), rates, measured)) {
    sync_wait(engine.start());
    auto const first = *sync_wait(bootstrap(engine));
    owner = first.record.user_id;
    home = first.record.tenant_id;
    authorization = "Authorization: Bearer " + first.secret + "\r\n";
    token = first.secret;
  }
  ~served_engine() { stop(); }

  // Listens from the first call on; procedures are added before.
  std::uint16_t port() {
    if (port_ == 0) port_ = server.listen("127.0.0.1", 0);
    return port_;
  }

  void stop(std::chrono::milliseconds grace = std::chrono::milliseconds(0)) {
    if (std::exchange(stopped_, true)) return;
    sync_wait(server.shutdown(grace));
    pool_.stop();  // the engine's housekeeping would keep it busy
    pool_.join();
  }

  // The header of another user's token, in a tenant of their own or in this one.
  std::string stranger(std::string const& email, bool same_tenant, member_role role = member_role::owner) {
    auto const where = same_tenant ? home : sync_wait(engine.tenants().create(email)).id;
    auto const who = sync_wait(engine.users().create(where, email, role));
    auto const issued = sync_wait(engine.api_tokens().create(where, who.id, "test"));
    return "Authorization: Bearer " + issued.secret + "\r\n";
  }

  // Calls a procedure over a connection of its own.
  raw_response call(std::string const& procedure, std::string const& json, std::string const& more_headers = {}) {
    raw_client client(port());
    return client.call("POST", "/rpc/" + procedure, R"({"json":)" + json + "}", authorization + more_headers);
  }

  // The "json" of what a procedure that must work answers.
  boost::json::value must(std::string const& procedure, std::string const& json) {
    auto const response = call(procedure, json);
    if (response.status != 200) throw std::runtime_error(response.head + response.body);
    return boost::json::parse(response.body).at("json");
  }

  // A new chat's id.
  std::string new_chat() {
    return std::string(must("chat/create", R"({"title":"t","model":"test/scripted"})").at("id").as_string());
  }

  // Cheap hashes, whatever else is asked of the authentication.
  static auth_options quick_passwords() {
    auth_options options;
    options.password_cost = 4;
    return options;
  }

 private:
  static server_options with(server_options options, request_rates rates, std::shared_ptr<sambung::metrics> measured) {
    options.rates = rates;
    options.metrics_text = [measured] { return prometheus_text(*measured); };
    return options;
  }

  static engine_options engine_options_with(std::shared_ptr<testing::scripted_provider> provider,
                                            std::shared_ptr<sambung::storage> storage,
                                            std::shared_ptr<sambung::metrics> measured, auth_options auth,
                                            std::shared_ptr<observer> told) {
    engine_options options;
    options.metrics = std::move(measured);
    options.observer = std::move(told);
    options.auth = std::move(auth);
    options.storage = std::move(storage);
    options.providers.add("test", std::move(provider));
    return options;
  }

  boost::asio::thread_pool pool_{2};
  std::uint16_t port_ = 0;
  bool stopped_ = false;

 public:
  std::shared_ptr<sambung::metrics> measured;
  std::shared_ptr<testing::scripted_provider> provider;
  std::shared_ptr<sambung::storage> storage;
  sambung::engine engine;
  sambung::server server;
  user_id owner;
  tenant_id home;
  std::string authorization;  // header line of the owner's token
  std::string token;
};

}  // namespace sambung::test
