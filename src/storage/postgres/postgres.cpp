#include <sambung/storage/postgres/postgres.hpp>

#include "core/waitable.hpp"
#include "storage/checking.hpp"
#include "storage/migrating.hpp"
#include "storage/postgres/postgres_migration.hpp"
#include "storage/postgres/postgres_pool.hpp"
#include "storage/postgres/postgres_query.hpp"
#include "storage/postgres/postgres_refusal.hpp"
#include "storage/postgres/postgres_replicas.hpp"
#include "storage/postgres/postgres_verification.hpp"
#include "storage/postgres/postgres_words.hpp"
#include "storage/postgres/postgres_writer.hpp"

#include <pqxx/result>

namespace sambung {
namespace {

using sql::postgres_connection;
using sql::postgres_error;
using sql::repetition;

sql::session_settings session_of(postgres_options const& options, std::string const& url) {
  return {url, options.schema, options.connect_wait, options.statement_timeout};
}

sql::pool_settings pool_of(postgres_options const& options, std::string const& url) {
  return {session_of(options, url), options.connections, options.max_queued, waitable(options.max_wait)};
}

std::vector<sql::pool_settings> standbys_of(postgres_options const& options) {
  std::vector<sql::pool_settings> out;
  for (auto const& url : options.replicas) out.push_back(pool_of(options, url));
  return out;
}

// What a statement of a migration was refused for.
errc code_of(postgres_error const& e) {
  auto const& state = e.state();
  if (e.lost_connection()) return errc::unavailable;
  if (state == "42501") return errc::permission_denied;
  if (state.starts_with("42") || state.starts_with("54")) return errc::invalid_argument;  // what is described cannot be
  if (state.starts_with("23")) return errc::conflict;  // the rows that are there do not fit it
  return failure_of(e).code;
}

// For the operator, who may see what libpq said.
failure told(postgres_error const& e, std::string_view whose) {
  auto out = failure_of(e);
  out.code = code_of(e);
  out.message = std::string(whose) + ": " + e.what();
  while (!out.message.empty() && out.message.back() == '\n') out.message.pop_back();
  return out;
}

class postgres final : public storage {
 public:
  explicit postgres(postgres_options options)
      : options_(std::move(options)),
        pool_(pool_of(options_, options_.url)),
        replicas_(pool_, standbys_of(options_), options_.max_staleness) {}

  task<result<void>> migrate(schema_ref s) override {
    if (auto wrong = s->check(); !wrong.empty()) co_return detail::invalid(std::move(wrong));
    sql::migration_plan const plan{*s, options_.schema, options_.search_language};
    if (!options_.migrator_url.empty()) {
      auto const done = co_await bring(plan);
      replicas_.wrote();
      if (!done) co_return done.error();
    }
    co_return co_await verified(std::move(s));
  }

  task<result<void>> adopt(schema_ref s) override {
    if (auto wrong = s->check(); !wrong.empty()) co_return detail::invalid(std::move(wrong));
    co_return co_await verified(std::move(s));
  }

  task<result<rows>> read(scope who, query q) override { return find(who, std::move(q)); }
  task<result<rows>> search(scope who, text_query q) override { return find(who, std::move(q)); }

  task<result<receipt>> write(scope who, batch b) override {
    auto const s = schema_.load();
    if (!s) co_return detail::not_migrated();
    if (auto valid = sambung::check(*s, who, b); !valid) co_return valid.error();
    auto const done = co_await writer_.write(s, who, std::move(b));
    replicas_.wrote();
    co_return done;
  }

  task<result<std::vector<tenant_id>>> tenants(scope who, std::string table, std::optional<tenant_id> after) override {
    auto const s = schema_.load();
    if (!s) co_return detail::not_migrated();
    auto const found = check_tenants(*s, who, table);
    if (!found) co_return found.error();
    auto fetch = [&](postgres_connection& from) { return sql::read_tenants(from, **found, after); };
    co_return co_await pool_.run(repetition::safe, std::move(fetch));
  }

  task<result<void>> check() override {
    auto ping = [](postgres_connection& to) -> result<void> {
      to.run("SELECT 1");
      return {};
    };
    co_return co_await pool_.run(repetition::safe, std::move(ping));
  }

  task<result<bool>> index_words() override {
    if (!words_left_) co_return false;
    auto const s = schema_.load();
    auto step = [&](postgres_connection& app) { return indexing_.step(app, *s); };
    auto const more = co_await pool_.run(repetition::safe, std::move(step));
    replicas_.wrote();
    if (more) words_left_ = *more;
    co_return more;
  }

  std::string_view backend() const override { return "postgresql"; }
  void measure(std::shared_ptr<metrics> into) override {
    auto const measured = std::make_shared<detail::storage_metrics const>(std::move(into), backend());
    writer_.measure(measured);
    pool_.tell_waits(detail::wait_listener(measured, "primary"));
    std::vector<detail::waiting_place> places;
    places.push_back({"primary", [this] { return pool_.waiting(); }});
    places.push_back({"writer", [this] { return writer_.waiting(); }});
    if (!replicas_.empty()) {
      replicas_.tell_waits(detail::wait_listener(measured, "replica"));
      places.push_back({"replica", [this] { return replicas_.waiting(); }});
      watching_lag_ = measured->watch_lag([this] { return replicas_.lags(); });
    }
    watching_ = measured->watch(std::move(places));
  }
  task<result<std::optional<value>>> lacking_words(scope who, std::string table) override {
    if (!words_left_) co_return std::optional<value>();
    auto const s = schema_.load();
    auto const found = check_searched(*s, who, table);
    if (!found) co_return found.error();
    auto ask = [&](postgres_connection& app) { return sql::lacking_words(app, who, **found); };
    co_return co_await pool_.run(repetition::safe, std::move(ask));
  }

 private:
  // Compares the database with `s`, which calls are of from then on.
  task<result<void>> verified(schema_ref s) {
    sql::migration_plan const plan{*s, options_.schema, options_.search_language};
    auto check_all = [&](postgres_connection& app) {
      return as_app([&] {
        sql::verify(app, plan);
        words_left_ = sql::any_words_left(app);
      });
    };
    auto const done = co_await pool_.run(repetition::safe, std::move(check_all));
    if (!done) co_return done;
    bool const had_other_tables = schema_.exchange(std::move(s)) != nullptr;
    if (had_other_tables) renew_connections();
    co_return done;
  }

  // Errors of the server become messages for the operator; a lost connection is the pool's business.
  template <class F>
  static result<void> as_app(F&& f) {
    try {
      f();
      return {};
    } catch (postgres_error const& e) {
      if (e.lost_connection()) throw;
      return told(e, "PostgreSQL");
    }
  }

  task<result<void>> bring(sql::migration_plan const& plan) {
    auto ask = [](postgres_connection& app) { return sql::role_of(app); };
    auto const app = co_await pool_.run(repetition::safe, std::move(ask));
    if (!app) co_return app.error();
    auto as_owner = [&](std::size_t) -> result<void> {
      try {
        auto const owner = sql::connect_or_say_why(session_of(options_, options_.migrator_url));
        owner->begin_session();
        sql::migrate(*owner, plan, *app);
        return {};
      } catch (postgres_error const& e) {
        return told(e, "PostgreSQL, as the migrator");
      } catch (error const& e) {
        return e.why();
      }
    };
    blocking_pool migrating(1, 1);
    co_return co_await migrating.run(std::move(as_owner));
  }

  template <class Query>
  task<result<rows>> find(scope who, Query q) {
    auto const s = schema_.load();
    if (!s) co_return detail::not_migrated();
    auto const table = sambung::check(*s, who, q);
    if (!table) co_return table.error();
    if (!replicas_.empty()) {
      auto near = [&](postgres_connection& from, std::string const& lead) {
        return sql::read_rows(from, lead, who, **table, q);
      };
      std::optional<rows> found = co_await replicas_.read(std::move(near));
      if (found) co_return std::move(*found);
    }
    auto fetch = [&](postgres_connection& from) { return sql::read_rows(from, "", who, **table, q); };
    co_return co_await pool_.run(repetition::safe, std::move(fetch));
  }

  void renew_connections() {
    pool_.renew();
    replicas_.renew();
  }

  postgres_options const options_;
  std::atomic<schema_ref> schema_;
  std::atomic<bool> words_left_ = false;
  sql::postgres_indexing indexing_;
  sql::postgres_writer writer_{pool_, options_.connections / 2};  // the others stay free to read
  sql::postgres_pool pool_;                                       // its threads end before what they use
  sql::postgres_replicas replicas_;
  std::shared_ptr<void> watching_;  // of those above
  std::shared_ptr<void> watching_lag_;
};

// One connection in one transaction, from the first read on.
class postgres_snapshot final : public storage {
 public:
  explicit postgres_snapshot(postgres_options options) : options_(std::move(options)) {}

  task<result<void>> migrate(schema_ref s) override {
    auto verify = [&](postgres_connection& connection) {
      sql::migration_plan const plan{*s, options_.schema, options_.search_language};
      sql::verify(connection, plan);
      sql::verify_complete(connection, plan);
      words_left_ = sql::any_words_left(connection);
    };
    auto const done = co_await run(std::move(verify));
    if (done) schema_ = std::move(s);
    co_return done;
  }
  task<result<void>> adopt(schema_ref s) override { return migrate(std::move(s)); }
  task<result<rows>> read(scope who, query q) override { return find(who, std::move(q)); }
  task<result<rows>> search(scope who, text_query q) override { return find(who, std::move(q)); }
  task<result<receipt>> write(scope, batch) override {
    co_return failure(errc::unsupported, "a snapshot cannot be written to");
  }
  task<result<std::vector<tenant_id>>> tenants(scope who, std::string table, std::optional<tenant_id> after) override {
    if (!schema_) co_return detail::not_migrated();
    auto const found = check_tenants(*schema_, who, table);
    if (!found) co_return found.error();
    auto fetch = [&](postgres_connection& from) { return sql::read_tenants(from, **found, after); };
    co_return co_await run(std::move(fetch));
  }
  task<result<void>> check() override {
    auto ping = [](postgres_connection& connection) { connection.run("SELECT 1"); };
    co_return co_await run(std::move(ping));
  }
  std::string_view backend() const override { return "postgresql"; }
  task<result<std::optional<value>>> lacking_words(scope who, std::string table) override {
    if (!words_left_) co_return std::optional<value>();
    auto const found = check_searched(*schema_, who, table);
    if (!found) co_return found.error();
    auto ask = [&](postgres_connection& connection) { return sql::lacking_words(connection, who, **found); };
    co_return co_await run(std::move(ask));
  }

 private:
  template <class Query>
  task<result<rows>> find(scope who, Query q) {
    if (!schema_) co_return detail::not_migrated();
    auto const table = sambung::check(*schema_, who, q);
    if (!table) co_return table.error();
    auto fetch = [&](postgres_connection& from) { return sql::read_rows(from, "", who, **table, q); };
    co_return co_await run(std::move(fetch));
  }

  // A connection that was lost does not come back: another would be another snapshot.
  template <class F>
  task<result<std::invoke_result_t<F&, postgres_connection&>>> run(F f) {
    using outcome = result<std::invoke_result_t<F&, postgres_connection&>>;
    auto call = [this, &f](std::size_t) -> outcome {
      try {
        if (!connection_) {
          auto fresh = sql::connect_or_say_why(session_of(options_, options_.url));
          fresh->begin_session();
          fresh->run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
          connection_ = std::move(fresh);
        }
        if constexpr (std::is_void_v<typename outcome::value_type>) {
          f(*connection_);
          return {};
        } else {
          return f(*connection_);
        }
      } catch (postgres_error const& e) {
        return told(e, "PostgreSQL");
      } catch (error const& e) {
        return e.why();
      }
    };
    co_return co_await thread_.run(std::move(call));
  }

  postgres_options const options_;
  schema_ref schema_;
  std::atomic<bool> words_left_ = false;
  std::unique_ptr<postgres_connection> connection_;  // in its transaction
  blocking_pool thread_{1, 64};
};

std::vector<issue> wrong_options(postgres_options const& options) {
  std::vector<issue> issues;
  auto const readable = [&](std::string const& url, char const* path) {
    if (!sql::is_readable_url(url))
      issues.push_back({path, "must be postgresql://USER@HOST/DATABASE with parameters that libpq knows"});
    else if (sql::hides_password(url))
      issues.push_back({path, "'@' and '/' in a user's name or password must be percent-encoded: %40, %2F"});
  };
  readable(options.url, "url");
  if (!options.migrator_url.empty()) readable(options.migrator_url, "migrator_url");
  for (auto const& url : options.replicas) readable(url, "replicas");
  if (!detail::is_snake_case(options.schema)) issues.push_back({"schema", "must be snake_case"});
  return issues;
}

}  // namespace

record_description describe_record(record_of<postgres_options>) { return record<postgres_options>().all_optional(); }

result<std::shared_ptr<storage>> open_postgres(postgres_options options) {
  if (auto wrong = wrong_options(options); !wrong.empty()) return detail::invalid(std::move(wrong));
  return std::make_shared<postgres>(std::move(options));
}

result<std::shared_ptr<storage>> open_postgres_snapshot(postgres_options options) {
  if (auto wrong = wrong_options(options); !wrong.empty()) return detail::invalid(std::move(wrong));
  return std::make_shared<postgres_snapshot>(std::move(options));
}

}  // namespace sambung
