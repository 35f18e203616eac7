// PostgreSQL's disk is full: writes say so, reads go on, and once there is room everything goes on.
#include "faults/small_tmpfs.hpp"
#include "support/postgres_cluster.hpp"

#include <sambung/engine.hpp>
#include <sambung/records/active_turn.hpp>
#include <sambung/storage/collection.hpp>
#include <sambung/testing/scopes.hpp>

#include <gtest/gtest.h>

namespace sambung::tests {
namespace {

using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

class PostgresFullDisk : public ::testing::Test {
 protected:
  void start(cluster_options const& options) {
    cluster_ = std::make_unique<postgres_cluster>(options);
    store_ = open_postgres(cluster_->new_database().options()).value();
    auto const migrated = sync_wait(store_->migrate(standard_schema()));
    ASSERT_TRUE(migrated) << migrated.error().message;
    ASSERT_TRUE(write());
  }

  // Some 256 KiB that cannot be compressed.
  result<receipt> write() {
    turn_chunk chunk;
    chunk.id = chunk_id{uuid_of(random_)};
    chunk.message_id = message_id{uuid_of(random_)};
    chunk.first_event = 1;
    chunk.events.reserve(262'144);
    while (chunk.events.size() < 262'144) chunk.events += static_cast<char>(' ' + random_() % 95);
    batch b;
    b.add(insert(chunk));
    auto done = sync_wait(store_->write(who_, std::move(b)));
    if (done) stored_.push_back(chunk.id);
    return done;
  }
  // Until one is refused, which must come.
  failure fill() {
    for (int i = 0; i < 2'000; ++i)
      if (auto const done = write(); !done) return done.error();
    return failure(errc::internal, "it is never full");
  }
  bool all_are_there() const {
    collection<turn_chunk> const chunks(*store_, who_);
    return std::ranges::all_of(stored_, [&](chunk_id id) { return sync_wait(chunks.get(id)).has_value(); });
  }
  void expect_that_writes_come_back() {
    auto const begun = clock_type::now();
    auto done = write();
    while (!done && clock_type::now() - begun < 10s) done = write();
    EXPECT_TRUE(done) << done.error().message;
    EXPECT_LT(clock_type::now() - begun, 2s);
    EXPECT_TRUE(all_are_there());
  }

  static uuid uuid_of(std::mt19937_64& random) {
    char text[37];
    std::snprintf(text, sizeof text, "01920000-0000-7000-8000-%012llx",
                  static_cast<unsigned long long>(random() & 0xFFFFFFFFFFFF));
    return parse_uuid(text).value();
  }

  std::mt19937_64 random_{1};
  scope const who_ = testing::tenant_scope(tenant_id{uuid_of(random_)});
  std::unique_ptr<postgres_cluster> cluster_;
  std::shared_ptr<storage> store_;
  std::vector<chunk_id> stored_;
};

TEST_F(PostgresFullDisk, RefusesWritesAndReadsOn) {
  small_tmpfs const disk(72);
  if (!disk.ready()) GTEST_SKIP() << "this process may not mount a tmpfs";
  testing::temporary_folder log_of_changes;
  postgres_cluster::give_away(log_of_changes.path());
  cluster_options options;
  options.data = disk.path() / "data";
  options.wal = log_of_changes.path() / "wal";
  start(options);

  auto const refused = fill();
  EXPECT_EQ(refused.code, errc::unavailable);
  EXPECT_EQ(refused.message, "the database's disk is full") << refused.sensitive;
  EXPECT_EQ(write().has_value(), false);
  EXPECT_TRUE(all_are_there());
  EXPECT_TRUE(sync_wait(store_->check()));
  std::cout << "full after " << stored_.size() << " writes\n";
  ASSERT_TRUE(disk.make_room(256));

  expect_that_writes_come_back();
  store_.reset();
  cluster_.reset();
}

TEST_F(PostgresFullDisk, SurvivesThatTheServerGivesUpForWantOfLog) {
  small_tmpfs const disk(24);
  if (!disk.ready()) GTEST_SKIP() << "this process may not mount a tmpfs";
  cluster_options options;
  options.wal = disk.path() / "wal";
  options.settings = {"min_wal_size=32MB", "max_wal_size=1GB"};
  options.wal_segment_mebibytes = 1;
  start(options);

  auto const refused = fill();
  EXPECT_EQ(refused.code, errc::unavailable) << refused.message << refused.sensitive;
  EXPECT_NE(cluster_->log().find("PANIC:"), std::string::npos) << cluster_->log();
  EXPECT_EQ(write().error().code, errc::unavailable);
  std::cout << "given up after " << stored_.size() << " writes\n";
  ASSERT_TRUE(disk.make_room(512));
  cluster_->stop();
  cluster_->start();

  expect_that_writes_come_back();
  store_.reset();
  cluster_.reset();
}

}  // namespace
}  // namespace sambung::tests
