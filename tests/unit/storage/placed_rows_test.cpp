// Rows whose keys are damaged, so many of them that no page ends at a place to go on from.
#include "testing/probe.hpp"

#include <sambung/testing/scopes.hpp>

#include <gtest/gtest.h>

namespace sambung::placed_rows_test {
namespace {

// Every row of it is damaged, and there are always more.
class damaged_storage final : public storage {
 public:
  task<result<void>> migrate(schema_ref) override { co_return result<void>(); }
  task<result<rows>> read(scope, query q) override { return found(q.limit()); }
  task<result<rows>> search(scope, text_query q) override { return found(q.limit()); }
  task<result<receipt>> write(scope, batch) override { co_return receipt(); }
  task<result<std::vector<tenant_id>>> tenants(scope, std::string, std::optional<tenant_id>) override {
    co_return std::vector<tenant_id>();
  }
  task<result<void>> check() override { co_return result<void>(); }

  std::vector<std::size_t> limits;

 private:
  task<result<rows>> found(std::size_t limit) {
    limits.push_back(limit);
    rows out;
    out.items.assign(limit, row(description_of<testing::probe>().fields.size()));
    out.more = true;
    co_return out;
  }
};

}  // namespace

TEST(PlacedRows, AreLookedForAmongAsManyAsAStorageReadsAtOnce) {
  damaged_storage store;
  collection<testing::probe> const probes(store, testing::tenant_scope(tenant_id{testing::numbered(1)}));

  auto const listed = sync_wait(probes.list(probes.all(), page_request(100)));
  auto const looked_at = std::exchange(store.limits, {});
  auto const searched = sync_wait(probes.search(text_query("probes", "word"), page_request(100)));

  EXPECT_EQ(listed.error().code, errc::data_loss);
  EXPECT_EQ(searched.error().code, errc::data_loss);
  EXPECT_EQ(looked_at.front(), 100U);
  EXPECT_EQ(looked_at.back(), max_rows);
  EXPECT_EQ(store.limits, looked_at);
}

}  // namespace sambung::placed_rows_test
