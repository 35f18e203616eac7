// What a storage says that has nothing but the operations that it must have.
#include <sambung/storage/storage.hpp>
#include <sambung/testing/scopes.hpp>

#include <gtest/gtest.h>

namespace sambung::storage_test {
namespace {

class least_storage final : public storage {
 public:
  task<result<void>> migrate(schema_ref) override { co_return result<void>(); }
  task<result<rows>> read(scope, query) override { co_return rows(); }
  task<result<rows>> search(scope, text_query) override { co_return rows(); }
  task<result<receipt>> write(scope, batch) override { co_return receipt(); }
  task<result<std::vector<tenant_id>>> tenants(scope, std::string, std::optional<tenant_id>) override {
    co_return std::vector<tenant_id>();
  }
  task<result<void>> check() override { co_return result<void>(); }
};

}  // namespace

TEST(Storage, IsMigratedBeforeItIsReadUnlessItSaysOtherwise) {
  least_storage store;

  EXPECT_EQ(sync_wait(store.adopt(std::make_shared<schema const>())).error().code, errc::unsupported);
}

TEST(Storage, LeavesNoWordsToBeMadeUnlessItSaysOtherwise) {
  least_storage store;

  EXPECT_FALSE(sync_wait(store.index_words()).value());
  EXPECT_FALSE(sync_wait(store.lacking_words(testing::system_scope(), "users")).value());
}

TEST(Storage, IsSharedAndOfNoKnownKindUnlessItSaysOtherwise) {
  least_storage store;

  store.measure(nullptr);

  EXPECT_TRUE(store.is_shared());
  EXPECT_EQ(store.backend(), "other");
}

}  // namespace sambung::storage_test
