// A PostgreSQL schema of a test's own, in the database that scripts/services.sh starts.
#pragma once

#include <sambung/storage/postgres/postgres.hpp>

#include <pqxx/pqxx>

#include <cstdlib>
#include <random>
#include <stdexcept>
#include <string>

namespace sambung::tests {

inline std::string required_variable(char const* name) {
  char const* const found = std::getenv(name);
  if (!found) throw std::runtime_error(std::string(name) + " is not set: scripts/test starts PostgreSQL and sets it");
  return found;
}

// Goes with everything in it.
class postgres_database {
 public:
  postgres_database() {
    std::random_device random;
    schema_ = "test_" + std::to_string(random()) + "_" + std::to_string(random());
  }
  postgres_database(postgres_database const&) = delete;
  postgres_database& operator=(postgres_database const&) = delete;
  ~postgres_database() { as_admin("DROP SCHEMA IF EXISTS " + schema_ + " CASCADE"); }

  static std::string app_url() { return required_variable("SAMBUNG_TEST_POSTGRES_URL"); }
  static std::string migrator_url() { return required_variable("SAMBUNG_TEST_POSTGRES_MIGRATOR_URL"); }
  static std::string admin_url() { return required_variable("SAMBUNG_TEST_POSTGRES_ADMIN_URL"); }

  std::string const& schema() const { return schema_; }

  postgres_options options() const {
    postgres_options out(app_url());
    out.migrator_url = migrator_url();
    out.schema = schema_;
    out.connections = 4;
    return out;
  }

  // As a superuser, whom row-level security does not bind.
  pqxx::result as_admin(std::string const& statements) const { return run_as(admin_url(), statements); }
  pqxx::result as_owner(std::string const& statements) const { return run_as(migrator_url(), statements); }
  pqxx::result as_app(std::string const& statements) const { return run_as(app_url(), statements); }

 private:
  pqxx::result run_as(std::string const& url, std::string const& statements) const {
    pqxx::connection connection(url);
    pqxx::quiet_errorhandler const silence(connection);
    pqxx::nontransaction work(connection);
    return work.exec("SET search_path = " + schema_ + "; " + statements);
  }

  std::string schema_;
};

// An empty storage, not migrated; its schema goes when it does.
inline std::shared_ptr<storage> fresh_postgres() {
  struct owner {
    postgres_database database;
    std::shared_ptr<storage> store;
  };
  auto made = std::make_shared<owner>();
  auto options = made->database.options();
  options.max_wait = std::chrono::seconds(20);  // races of a thousand calls are no fault, however busy the machine is
  made->store = open_postgres(std::move(options)).value();
  return std::shared_ptr<storage>(made, made->store.get());
}

}  // namespace sambung::tests
