// The storages that an engine puts around its own: each verb reaches the one inside, and its answer comes back.
#include "core/blocking_pool.hpp"
#include "services/base/measured_storage.hpp"
#include "services/base/observed_storage.hpp"
#include "services/base/read_only_storage.hpp"
#include "support/counted.hpp"
#include "testing/probe.hpp"

#include <sambung/testing/gate.hpp>
#include <sambung/testing/scopes.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <functional>

namespace sambung::storage_decorators_test {
namespace {

using names = std::vector<std::string>;
using testing::numbered;

// Notes what it is asked and gives each verb an answer of its own; or the same failure to all.
class noting_storage final : public storage {
 public:
  task<result<void>> migrate(schema_ref) override { return done("migrate"); }
  task<result<void>> adopt(schema_ref) override { return done("adopt"); }
  task<result<rows>> read(scope, query q) override { return answer("read " + q.table(), rows_of(1)); }
  task<result<rows>> search(scope, text_query q) override { return answer("search " + q.text(), rows_of(2)); }
  task<result<receipt>> write(scope, batch b) override {
    receipt out;
    out.rows = b.changes().size();
    return answer("write", out);
  }
  task<result<std::vector<tenant_id>>> tenants(scope, std::string table, std::optional<tenant_id> after) override {
    return answer("tenants of " + table, std::vector<tenant_id>{after.value()});
  }
  task<result<void>> check() override { return done("check"); }
  task<result<bool>> index_words() override { return answer("index_words", true); }
  task<result<std::optional<value>>> lacking_words(scope, std::string table) override {
    return answer("lacking_words of " + table, std::optional<value>("a key"));
  }
  bool is_shared() const override { return false; }
  std::string_view backend() const override { return "noting"; }
  void measure(std::shared_ptr<metrics> into) override { measured_into = std::move(into); }

  names asked;
  std::optional<failure> trouble;
  std::optional<testing::gate> held;  // what waits before it is answered
  std::shared_ptr<metrics> measured_into;

 private:
  static rows rows_of(std::size_t count) {
    rows out;
    out.items.resize(count);
    return out;
  }
  template <class T>
  task<result<T>> answer(std::string verb, T with) {
    asked.push_back(std::move(verb));
    auto const why = trouble;
    if (auto gate = held) co_await gate->wait();
    if (why) co_return *why;
    co_return with;
  }
  task<result<void>> done(std::string verb) {
    auto const outcome = co_await answer(std::move(verb), true);
    if (!outcome) co_return outcome.error();
    co_return result<void>();
  }
};

schema_ref tables() { return testing::probe_schema(); }

batch one_setting() {
  testing::probe_setting const one{1, "on"};
  return batch().add(insert(one));
}

// Every verb that waits, once.
struct called_verb {
  std::string name;
  std::function<std::optional<failure>(storage&)> call;
};
template <class F>
called_verb verb(std::string name, F f) {
  return {std::move(name), [f](storage& on) {
            auto const outcome = sync_wait(f(on));
            return outcome ? std::nullopt : std::optional(outcome.error());
          }};
}
std::vector<called_verb> verbs_of_reading() {
  auto const us = testing::system_scope();
  return {verb("adopt", [](storage& on) { return on.adopt(tables()); }),
          verb("read", [us](storage& on) { return on.read(us, query("probe_settings")); }),
          verb("search", [us](storage& on) { return on.search(us, text_query("probe_settings", "on")); }),
          verb("tenants", [us](storage& on) { return on.tenants(us, "probes", tenant_id{numbered(7)}); }),
          verb("check", [](storage& on) { return on.check(); }),
          verb("lacking_words", [us](storage& on) { return on.lacking_words(us, "probes"); })};
}
std::vector<called_verb> verbs_of_writing() {
  auto const us = testing::system_scope();
  return {verb("migrate", [](storage& on) { return on.migrate(tables()); }),
          verb("write", [us](storage& on) { return on.write(us, one_setting()); }),
          verb("index_words", [](storage& on) { return on.index_words(); })};
}

// Keeps what it is told of a storage.
class listener final : public observer {
 public:
  void storage_away(storage_side side, failure const&) override { told.push_back("away: " + spelled(side)); }
  void storage_back(storage_side side) override { told.push_back("back: " + spelled(side)); }
  void refused(engine_queue queue, failure const&) override {
    told.push_back(queue == engine_queue::storage ? "refused: storage" : "refused");
  }

  names told;

 private:
  static std::string spelled(storage_side side) { return side == storage_side::reads ? "reads" : "writes"; }
};

storage_watch watched_by(std::shared_ptr<metrics> all) {
  storage_watch told;
  told.schema = tables();
  told.metrics = std::make_shared<engine_metrics const>(std::move(all));
  told.clock = system_clock();
  return told;
}

struct decorated {
  decorated() {
    outer.emplace_back("observed", observed_storage(inner, std::make_shared<observer>()));
    outer.emplace_back("measured", measured_storage(inner, watched_by(std::make_shared<metrics>())));
    outer.emplace_back("read only", read_only_storage(inner));
  }

  std::shared_ptr<noting_storage> inner = std::make_shared<noting_storage>();
  std::vector<std::pair<std::string, std::shared_ptr<storage>>> outer;
};

}  // namespace

TEST(StorageDecorators, HandOnWhatReadsAndItsAnswer) {
  decorated d;
  auto const us = testing::system_scope();
  for (auto const& [name, store] : d.outer) {
    SCOPED_TRACE(name);
    d.inner->asked.clear();

    sync_wait(store->adopt(tables())).value();
    sync_wait(store->check()).value();
    EXPECT_EQ(sync_wait(store->read(us, query("probes"))).value().items.size(), 1U);
    EXPECT_EQ(sync_wait(store->search(us, text_query("probes", "word"))).value().items.size(), 2U);
    EXPECT_EQ(sync_wait(store->tenants(us, "probes", tenant_id{numbered(7)})).value(),
              std::vector{tenant_id{numbered(7)}});
    EXPECT_EQ(sync_wait(store->lacking_words(us, "probes")).value(), value("a key"));

    EXPECT_EQ(d.inner->asked,
              (names{"adopt", "check", "read probes", "search word", "tenants of probes", "lacking_words of probes"}));
  }
}

TEST(StorageDecorators, HandOnWhatWritesUnlessTheyOnlyRead) {
  decorated d;
  for (auto const& [name, store] : d.outer) {
    SCOPED_TRACE(name);
    bool const writes = name != "read only";
    d.inner->asked.clear();

    sync_wait(store->migrate(tables())).value();
    auto const written = sync_wait(store->write(testing::system_scope(), one_setting()));
    EXPECT_EQ(sync_wait(store->index_words()).value(), writes);

    if (writes) EXPECT_EQ(written.value().rows, 1U);
    else EXPECT_EQ(written.error(), only_reads());
    EXPECT_EQ(d.inner->asked, writes ? (names{"migrate", "write", "index_words"}) : names{"adopt"});
  }
}

TEST(StorageDecorators, AreOfTheKindOfTheOneInside) {
  decorated d;
  for (auto const& [name, store] : d.outer) {
    SCOPED_TRACE(name);
    auto const all = std::make_shared<metrics>();

    store->measure(all);

    EXPECT_EQ(d.inner->measured_into, all);
    EXPECT_EQ(store->backend(), "noting");
    EXPECT_FALSE(store->is_shared());
  }
}

TEST(ObservedStorage, SaysWhichSideIsAwayAndWhenItIsBack) {
  std::pair<std::string, std::vector<called_verb>> const sides[]{{"reads", verbs_of_reading()},
                                                                 {"writes", verbs_of_writing()}};
  for (auto const& [side, verbs] : sides) {
    for (auto const& one : verbs) {
      SCOPED_TRACE(one.name);
      auto const inner = std::make_shared<noting_storage>();
      auto const heard = std::make_shared<listener>();
      auto const store = observed_storage(inner, heard);

      inner->trouble = failure(errc::unavailable, "gone");
      for (int i = 0; i < 2; ++i) EXPECT_EQ(one.call(*store)->message, "gone");
      inner->trouble.reset();
      EXPECT_FALSE(one.call(*store));

      EXPECT_EQ(heard->told, (names{"away: " + side, "back: " + side}));
    }
  }
}

// It answered, but as it was asked before.
TEST(ObservedStorage, IsNotBackByACallThatBeganBeforeItWentAway) {
  auto const inner = std::make_shared<noting_storage>();
  auto const heard = std::make_shared<listener>();
  auto const store = observed_storage(inner, heard);
  boost::asio::io_context context(1);
  testing::gate answered;
  inner->held = answered;
  boost::asio::co_spawn(context, store->check(), boost::asio::detached);
  context.poll();

  inner->held.reset();
  inner->trouble = failure(errc::unavailable, "gone");
  EXPECT_FALSE(sync_wait(store->check()));
  answered.open();
  context.restart();
  context.run();

  EXPECT_EQ(inner->asked, (names{"check", "check"}));
  EXPECT_EQ(heard->told, names{"away: reads"});
}

// It is there, and takes what it has room for.
TEST(ObservedStorage, IsNotAwayWhereItsQueueIsFull) {
  auto const inner = std::make_shared<noting_storage>();
  auto const heard = std::make_shared<listener>();
  auto const store = observed_storage(inner, heard);
  inner->trouble = blocking_pool::full();

  EXPECT_EQ(sync_wait(store->read(testing::system_scope(), query("probes"))).error(), blocking_pool::full());

  EXPECT_EQ(heard->told, names{"refused: storage"});
}

TEST(MeasuredStorage, MeasuresEachVerbByItsNameAndTable) {
  auto const all = std::make_shared<metrics>();
  auto const store = measured_storage(std::make_shared<noting_storage>(), watched_by(all));

  for (auto const& verbs : {verbs_of_reading(), verbs_of_writing()})
    for (auto const& one : verbs) EXPECT_FALSE(one.call(*store));

  std::pair<char const*, char const*> const expected[]{
      {"adopt", "none"},     {"read", "probe_settings"},  {"search", "probe_settings"},
      {"tenants", "probes"}, {"check", "none"},           {"lacking_words", "probes"},
      {"migrate", "none"},   {"write", "probe_settings"}, {"index_words", "none"}};
  for (auto const& [operation, table] : expected)
    EXPECT_EQ(tests::observed(*all, "db_client_operation_duration_seconds", {"noting", operation, table}), 1U)
        << operation;
}

}  // namespace sambung::storage_decorators_test
