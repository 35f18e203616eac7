#include <sambung/storage/query.hpp>
#include <sambung/testing/scopes.hpp>

#include "testing/probe.hpp"

#include <gtest/gtest.h>

namespace sambung::query_test {
namespace {

struct marked_probe : testing::probe {
  std::int64_t mark = 0;  // not described
};
BOOST_DESCRIBE_STRUCT(marked_probe, (testing::probe), ())

scope ours() { return testing::tenant_scope(tenant_id{testing::numbered(1)}); }

query probes() { return query("probes"); }

result<record_description const*> checked(query const& q) {
  static auto const made = testing::probe_schema();
  return check(*made, ours(), q);
}
bool covered(query const& q) { return checked(q).has_value(); }

value number(std::int64_t n) { return value(n); }

constexpr auto equal = comparison::equal;

TEST(Query, IsCoveredByTheKey) {
  EXPECT_TRUE(covered(probes()));
  EXPECT_TRUE(covered(probes().order({"id"}, direction::ascending)));
  EXPECT_TRUE(covered(probes().where("id", equal, uuid())));
  EXPECT_TRUE(covered(probes().where("id", comparison::greater, uuid())));
  EXPECT_TRUE(covered(probes().where("id", equal, uuid()).where("revision", comparison::not_equal, number(1))));
}

TEST(Query, IsCoveredByTheLeadingColumnsOfAnIndex) {
  EXPECT_TRUE(covered(probes().where("active", equal, true).where("made_at", equal, number(1))));
  EXPECT_TRUE(covered(probes().where("made_at", equal, number(1)).where("active", equal, true)));
  EXPECT_TRUE(covered(probes().where("active", equal, true).order({"made_at"}, direction::ascending)));
  EXPECT_TRUE(covered(probes().order({"active", "made_at"}, direction::ascending)));
  EXPECT_TRUE(covered(probes().where("active", equal, true).where("made_at", comparison::less, number(1))));
  EXPECT_TRUE(covered(probes().where("active", comparison::less, true)));
  EXPECT_TRUE(covered(probes().where("label", comparison::is_null)));
  EXPECT_TRUE(covered(probes().where("due_at", comparison::is_not_null)));
}

TEST(Query, IsNotCoveredOtherwise) {
  EXPECT_FALSE(covered(probes().where("revision", equal, number(1))));
  EXPECT_FALSE(covered(probes().where("made_at", equal, number(1))));
  EXPECT_FALSE(covered(probes().where("active", equal, true)));
  EXPECT_FALSE(covered(probes().where("active", equal, true).order({"rank"}, direction::ascending)));
  EXPECT_FALSE(covered(probes().order({"active"}, direction::ascending)));
  EXPECT_FALSE(covered(probes().order({"made_at", "active"}, direction::ascending)));
  EXPECT_FALSE(covered(probes().where("name", comparison::not_equal, value("x"))));
  EXPECT_FALSE(covered(probes().where("active", comparison::less, true).where("made_at", comparison::less, number(1))));
}

TEST(Query, TakesFurtherConditionsOnAUniqueIndex) {
  auto const unique = [] { return probes().where("owner_id", equal, uuid()).where("rank", equal, number(1)); };

  EXPECT_TRUE(covered(unique().where("revision", comparison::less, number(3))));
  EXPECT_FALSE(covered(probes().where("label", comparison::is_null).where("revision", equal, number(1))));
}

TEST(Query, NamesEverythingThatIsWrong) {
  auto const why = checked(probes()
                               .where("nothing", equal, value("x"))
                               .where("active", equal, value("x"))
                               .where("tags", equal, value("[]"))
                               .order({"label", "extra", "id", "id"}, direction::ascending)
                               .limit(0))
                       .error();

  EXPECT_EQ(why.code, errc::invalid_argument);
  std::vector<std::string> paths;
  for (auto const& one : why.issues) paths.push_back(one.path);
  EXPECT_EQ(paths,
            (std::vector<std::string>{"nothing", "active", "tags", "limit", "order", "order", "order", "order"}));
}

TEST(Query, NamesWhatNoIndexCoversAndTheIndexesThereAre) {
  auto const why = checked(probes()
                               .where("revision", equal, number(1))
                               .where("due_at", comparison::is_null)
                               .where("rank", comparison::less, number(3))
                               .order({"made_at"}, direction::ascending))
                       .error();

  EXPECT_EQ(why.code, errc::invalid_argument);
  EXPECT_EQ(why.message,
            "no index of probes covers the query revision = ?, due_at is null, rank < ?, by made_at, id; there are "
            "(id), unique (label), unique (owner_id, rank), (name, id), (active, made_at, id), (weight, id), "
            "(due_at, id)");
}

TEST(Query, OfAMemberThatIsNotDescribedIsRefusedWhereItIsMade) {
  EXPECT_THROW(where(&marked_probe::mark, equal, std::int64_t(1)), error);
}

TEST(Query, CompletesItsOrderWithTheKey) {
  auto const& table = description_of<testing::probe>();

  EXPECT_EQ(completed_order(probes(), table), std::vector<std::string>{"id"});
  EXPECT_EQ(completed_order(probes().order({"name"}, direction::ascending), table),
            (std::vector<std::string>{"name", "id"}));
  EXPECT_EQ(completed_order(probes().order({"id", "name"}, direction::ascending), table),
            (std::vector<std::string>{"id", "name"}));
}

TEST(Query, BelongsToTheScopeOfItsTable) {
  auto const made = testing::probe_schema();

  EXPECT_EQ(check(*made, testing::system_scope(), probes()).error().code, errc::permission_denied);
  EXPECT_EQ(check(*made, ours(), query("probe_settings")).error().code, errc::permission_denied);
  EXPECT_EQ(check(*made, ours(), query("nothing")).error().code, errc::invalid_argument);
  EXPECT_EQ(check(*made, ours(), text_query("probe_settings", "x")).error().code, errc::permission_denied);
}

}  // namespace
}  // namespace sambung::query_test
