// PostgreSQL's disk is full: writes say so, reads go on, and once there is room everything goes on.
#include "faults/small_tmpfs.hpp"
#include "support/postgres_cluster.hpp"
#include "support/settings.hpp"

#include <sambung/engine/engine.hpp>
#include <sambung/storage/collection.hpp>
#include <sambung/testing/scopes.hpp>

#include <gtest/gtest.h>

#include <random>

namespace sambung::tests::postgres_disk_test {
namespace full_disk {

struct blob {
  std::string id;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(blob, (), (id, text))

record_description describe_record(record_of<blob>) {
  return record<blob>("blobs").text(&blob::id, 1, 100).text(&blob::text, 0, 300'000);
}

}  // namespace full_disk
namespace {

using full_disk::blob;
using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

class PostgresFullDisk : public ::testing::Test {
 protected:
  void start(cluster_options const& options) {
    cluster_ = std::make_unique<postgres_cluster>(options);
    store_ = open_postgres(cluster_->new_database().options()).value();
    std::vector<module_schema> modules;
    modules.push_back(module_schema("full_disk").table<blob>());
    auto const migrated = sync_wait(store_->migrate(standard_schema(std::move(modules))));
    ASSERT_TRUE(migrated) << migrated.error().message;
    ASSERT_TRUE(write());
  }

  // Some 256 KiB that cannot be compressed.
  result<receipt> write() {
    blob one;
    one.id = std::to_string(asked_++);
    one.text.reserve(262'144);
    while (one.text.size() < 262'144) one.text += static_cast<char>(' ' + random_() % 95);
    batch b;
    b.add(insert(one));
    auto done = sync_wait(store_->write(who_, std::move(b)));
    if (done) stored_.push_back(one.id);
    return done;
  }
  // Until one is refused, which must come.
  failure fill() {
    for (int i = 0; i < 2'000; ++i)
      if (auto const done = write(); !done) return done.error();
    return failure(errc::internal, "it is never full");
  }
  bool all_are_there() const {
    collection<blob> const blobs(*store_, who_);
    return std::ranges::all_of(stored_, [&](auto const& id) { return sync_wait(blobs.get(id)).has_value(); });
  }
  void expect_that_writes_come_back() {
    auto const begun = clock_type::now();
    auto done = write();
    while (!done && clock_type::now() - begun < within(2s)) done = write();
    EXPECT_TRUE(done) << done.error().message;
    EXPECT_LT(clock_type::now() - begun, within(2s));
    EXPECT_TRUE(all_are_there());
  }

  std::mt19937_64 random_{1};
  scope const who_ = testing::tenant_scope(tenant_id{parse_uuid("01920000-0000-7000-8000-000000000001").value()});
  std::unique_ptr<postgres_cluster> cluster_;
  std::shared_ptr<storage> store_;
  std::size_t asked_ = 0;
  std::vector<std::string> stored_;
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
}  // namespace sambung::tests::postgres_disk_test
