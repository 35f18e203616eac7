// kill -9 of the reference server while it makes the messages of before searchable, or their words again: the next one
// goes on.
#include "support/child_process.hpp"
#include "support/programs.hpp"
#include "support/rpc_client.hpp"
#include "support/settings.hpp"
#include "temporary_folder.hpp"

#include <sambung/core/id_generator.hpp>
#include <sambung/engine/standard_schema.hpp>
#include <sambung/records/chat.hpp>
#include <sambung/records/message_text.hpp>
#include <sambung/records/tenant.hpp>
#include <sambung/storage/collection.hpp>
#include <sambung/storage/sqlite/sqlite.hpp>
#include <sambung/testing/scopes.hpp>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <random>
#include <thread>

namespace sambung::search_kill_test {
namespace {

using namespace std::chrono_literals;
using tests::child_process;
using tests::rpc_client;

constexpr std::size_t moments = 20;

// A database of a version without search, and the server that is started on it again and again.
class KilledIndexing : public ::testing::Test {
 protected:
  void start() {
    auto const began = std::chrono::steady_clock::now();
    process_ = std::make_unique<child_process>(
        tests::reference_server_program(),
        std::map<std::string, std::string>{{"SAMBUNG_DATABASE_URL", "sqlite:" + file().string()},
                                           {"SAMBUNG_PORT", "0"},
                                           {"SAMBUNG_RATE_LIMITS", "off"}});
    if (token_.empty()) token_ = process_->after("API token, shown this once: ");
    port_ = static_cast<unsigned short>(std::stoi(process_->after("Sambung listens on http://127.0.0.1:")));
    std::chrono::duration<double> const took = std::chrono::steady_clock::now() - began;
    EXPECT_LT(took, tests::within(1s)) << "it must serve while it indexes";
    slowest_start_ = std::max(slowest_start_, took);
  }
  void kill() { process_->end(SIGKILL); }
  int stop() { return process_->end(SIGTERM); }

  boost::json::value found(std::string const& text) {
    auto got = rpc_client(port_, token_).call("search.query", {{"text", text}, {"limit", 1}});
    EXPECT_EQ(got.status, 200U) << boost::json::serialize(got.body);
    return std::move(got.body);
  }
  // How far back messages are found; null when all are.
  boost::json::value since() {
    auto const got = found("narwhal");
    auto const* told = got.as_object().if_contains("indexedSince");
    return told ? *told : boost::json::value();
  }

  void make_old_database(std::size_t count) {
    start();
    auto const made = rpc_client(port_, token_).call("chat.create", {{"title", "T"}, {"model", "demo/demo"}});
    ASSERT_EQ(made.status, 200U) << boost::json::serialize(made.body);
    chat_id const home{parse_uuid(std::string(made.body.at("id").as_string())).value()};
    ASSERT_EQ(stop(), 0);

    auto const store = open();
    auto const where = testing::tenant_scope(only_tenant(*store));
    id_generator ids(system_clock(), system_random());
    std::optional<message_id> last;
    batch b;
    for (std::size_t i = 0; i < count; ++i) {
      message one;
      one.id = ids.next<message_id>();
      one.chat_id = home;
      one.parent_id = last;
      one.depth = static_cast<std::int64_t>(i);
      one.role = i % 2 ? role::assistant : role::user;
      one.parts.push_back(text_part{"narwhal m" + std::to_string(i), {}});
      one.created_at = one.updated_at = timestamp(std::chrono::milliseconds(1'700'000'000'000 + i));
      last = one.id;
      b.add(insert(one));
      if (b.changes().size() < 5'000 && i + 1 < count) continue;
      sync_wait(store->write(where, std::move(b))).value();
      b = batch();
    }
  }

  // Started and killed, again and again, and then left to it.
  void goes_on_at_moments(std::size_t count) {
    std::mt19937_64 random(tests::setting("SAMBUNG_SEED", 1));
    // All of them together are less than the whole takes.
    std::uniform_int_distribution<std::uint64_t> microseconds(0, count);
    std::size_t midway = 0;
    for (std::size_t moment = 0; moment < moments; ++moment) {
      SCOPED_TRACE(moment);
      start();
      auto const before = since();
      auto const deadline = std::chrono::steady_clock::now() + 60s;
      while (!before.is_null() && since() == before) ASSERT_LT(std::chrono::steady_clock::now(), deadline);
      std::this_thread::sleep_for(std::chrono::microseconds(microseconds(random)));
      midway += !since().is_null();

      kill();
    }
    auto const began = std::chrono::steady_clock::now();
    start();
    wait_for_the_end(count);
    std::chrono::duration<double> const took = std::chrono::steady_clock::now() - began;

    EXPECT_GE(midway, moments / 4) << "most kills must interrupt it";
    for (int i = 0; i < 50; ++i) {
      auto const number = std::to_string(random() % count);
      EXPECT_EQ(found("m" + number).at("items").as_array().size(), 1U) << number;
    }
    EXPECT_EQ(stop(), 0);
    std::cout << count << " messages, " << midway << " kills midway, served after " << slowest_start_.count()
              << " s at most, ended by itself after " << took.count() << " s\n";
  }

  void wait_for_the_end(std::size_t count) {
    auto const deadline = std::chrono::steady_clock::now() + 60s + std::chrono::milliseconds(5 * count);
    while (!since().is_null()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "it must end by itself";
      std::this_thread::sleep_for(10ms);
    }
  }

  // As where the program makes other words than the index holds.
  void forget_words() {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file().c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, "DROP TRIGGER sambung_words_message_texts_insert", nullptr, nullptr, nullptr),
              SQLITE_OK);
    sqlite3_close(database);
  }

  // Every message has its text, and no text is without its message.
  void expect_every_text() {
    auto const store = open();
    auto const where = testing::tenant_scope(only_tenant(*store));
    std::optional<value> place;
    for (bool more = true; more;) {
      auto const messages = page_of(*store, where, "messages", place);
      auto const texts = page_of(*store, where, "message_texts", place);
      ASSERT_EQ(messages, texts);
      more = !messages.empty();
      if (more) place = messages.back();
    }
  }

 private:
  std::filesystem::path file() const { return folder_.path() / "chat.db"; }

  std::shared_ptr<storage> open() const {
    auto store = open_sqlite(sqlite_options(file())).value();
    sync_wait(store->migrate(standard_schema())).value();
    return store;
  }
  static tenant_id only_tenant(storage& store) {
    collection<tenant> const tenants(store, testing::system_scope());
    return sync_wait(tenants.first(tenants.all())).value().id;
  }
  // The keys behind `place`, as many as one read of the larger rows gives.
  static std::vector<value> page_of(storage& store, scope where, std::string const& table,
                                    std::optional<value> const& place) {
    query q = query(table).limit(200);
    if (place) q = std::move(q).after(row(1, *place));
    auto const read = sync_wait(store.read(where, std::move(q))).value();
    std::vector<value> keys;
    for (auto const& item : read.items) keys.push_back(item.front());
    return keys;
  }

  testing::temporary_folder folder_;
  std::string token_;
  std::unique_ptr<child_process> process_;
  unsigned short port_ = 0;
  std::chrono::duration<double> slowest_start_{0};
};

TEST_F(KilledIndexing, GoesOnAtTwentyMomentsAndEnds) {
  auto const count = tests::setting("SAMBUNG_SEARCH_MESSAGES", 20'000);
  make_old_database(count);
  if (HasFatalFailure()) return;

  goes_on_at_moments(count);

  if (HasFatalFailure()) return;
  expect_every_text();
}

// Words of another version are made again, newest first.
TEST_F(KilledIndexing, MakesWordsAgainAtTwentyMomentsAndEnds) {
  auto const count = tests::setting("SAMBUNG_SEARCH_MESSAGES", 20'000);
  make_old_database(count);
  if (HasFatalFailure()) return;
  start();
  wait_for_the_end(count);
  EXPECT_EQ(stop(), 0);
  forget_words();

  goes_on_at_moments(count);
}

}  // namespace
}  // namespace sambung::search_kill_test
