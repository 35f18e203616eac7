// What the storage in memory says of schemas that do not go with its rows.
#include <sambung/storage/memory.hpp>
#include <sambung/testing/scopes.hpp>

#include "support/library.hpp"
#include "testing/probe.hpp"

#include <gtest/gtest.h>

namespace sambung::memory_test {
namespace {

namespace before = tests::before;
namespace between = tests::between;

scope ours() { return testing::tenant_scope(tenant_id{testing::numbered(1)}); }

std::shared_ptr<storage> with_a_book() {
  auto made = memory_storage();
  sync_wait(made->migrate(tests::old_library())).value();
  before::book const first{1, "Laskar Pelangi"};
  sync_wait(made->write(ours(), batch().add(insert(first)))).value();
  return made;
}

std::size_t count(storage& in) { return sync_wait(in.read(ours(), query("books"))).value().items.size(); }

TEST(Memory, AsksForMigrationFirst) {
  auto const store = memory_storage();

  EXPECT_EQ(sync_wait(store->read(ours(), query("books"))).error().code, errc::unavailable);
  EXPECT_EQ(sync_wait(store->search(ours(), text_query("books", "pelangi"))).error().code, errc::unavailable);
  EXPECT_EQ(sync_wait(store->write(ours(), batch())).error().code, errc::unavailable);
  EXPECT_TRUE(sync_wait(store->check()));
}

TEST(Memory, RefusesASchemaThatLacksATableWithRows) {
  auto const store = with_a_book();

  auto const refused = sync_wait(store->migrate(testing::probe_schema()));

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::invalid_argument);
  EXPECT_EQ(refused.error().message, "the database differs from the description of books: the table is not described");
  EXPECT_EQ(count(*store), 1U);
}

TEST(Memory, RefusesAColumnThatNoStepAdds) {
  auto const store = with_a_book();
  std::vector<module_schema> without_steps{module_schema("library").table<between::book>()};

  auto const refused = sync_wait(store->migrate(std::make_shared<schema const>(std::move(without_steps))));

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::invalid_argument);
  EXPECT_EQ(refused.error().issues.front().path, "books.lent");
  EXPECT_NE(refused.error().message.find("needs an add_column step"), std::string::npos) << refused.error().message;
  EXPECT_EQ(count(*store), 1U);
}

TEST(Memory, RefusesAnIndexThatNoStepAdds) {
  auto const store = with_a_book();
  auto table = description_of<before::book>();
  table.indexes.push_back({{"title"}, false});
  std::vector<module_schema> without_steps{module_schema("library").table(table)};

  auto const refused = sync_wait(store->migrate(std::make_shared<schema const>(std::move(without_steps))));

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::invalid_argument);
  EXPECT_NE(refused.error().message.find("needs an add_index step"), std::string::npos) << refused.error().message;
}

// Its rows may lack what has to be there from now on, and the other way round a step says that they may.
TEST(Memory, RefusesAColumnThatMayBeNullInOneOfTheTwo) {
  for (bool const is_null_now : {true, false}) {
    auto table = description_of<before::book>();
    table.fields[1].nullable = !is_null_now;
    auto const store = memory_storage();
    auto const migrate = [&] {
      std::vector<module_schema> modules{module_schema("library").table(table)};
      return sync_wait(store->migrate(std::make_shared<schema const>(std::move(modules))));
    };
    migrate().value();
    table.fields[1].nullable = is_null_now;

    auto const refused = migrate();

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().issues.front().path, "books.title");
    EXPECT_EQ(refused.error().issues.front().message,
              is_null_now ? "the column title may not be null" : "the column title may be null");
  }
}

}  // namespace
}  // namespace sambung::memory_test
