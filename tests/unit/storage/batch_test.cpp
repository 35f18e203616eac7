#include <sambung/storage/collection.hpp>
#include <sambung/testing/scopes.hpp>

#include "testing/probe.hpp"

#include <gtest/gtest.h>

namespace sambung::batch_test {
namespace {

using testing::probe;
using testing::probe_counter;
using testing::probe_id;

result<void> checked(batch const& b) {
  static auto const made = testing::probe_schema();
  return check(*made, testing::tenant_scope(tenant_id{}), b);
}
std::vector<std::string> paths(batch const& b) {
  std::vector<std::string> out;
  for (auto const& one : checked(b).error().issues) out.push_back(one.path);
  return out;
}

TEST(Batch, PassesWithEveryKindOfChange) {
  batch b;
  b.add(insert(probe()))
      .add(update<probe>(probe_id()).set(&probe::name, "x").when(&probe::revision, 1))
      .add(increment(probe_counter(), &probe_counter::hits))
      .add(erase<probe>(probe_id()).when(where_null(&probe::label)))
      .add(require<probe>(probe_id()));

  EXPECT_TRUE(checked(b));
  EXPECT_TRUE(checked(batch()));
}

TEST(Batch, NamesTheChangeAndTheColumnOfEveryFault) {
  batch b;
  b.add(insert_row{"nothing", {}})
      .add(insert_row{"probes", {}})
      .add(update_row{"probes", value(uuid()), {{"name", value("a")}, {"name", value("b")}}, {}})
      .add(update_row{"probes", value("x"), {{"id", value(uuid())}}, {condition("rank", comparison::less, value("x"))}})
      .add(increment_row{"probe_counters", to_row(probe_counter()), {"hits", "hits", "name"}})
      .add(require_row{"probes", value(), {condition("tags", comparison::equal, value("[]"))}});

  EXPECT_EQ(paths(b),
            (std::vector<std::string>{"changes[0].table", "changes[1].values", "changes[2].name", "changes[2].name",
                                      "changes[3].key", "changes[3].rank", "changes[3].id", "changes[4].hits",
                                      "changes[4].hits", "changes[4].name", "changes[5].key", "changes[5].tags"}));
}

TEST(Batch, KeepsToTheTablesOfItsScope) {
  batch b;
  b.add(insert(probe())).add(insert(testing::probe_setting()));

  auto const why = checked(b).error();

  EXPECT_EQ(why.code, errc::permission_denied);
  EXPECT_EQ(why.issues.front().path, "changes[1]");
}

TEST(Batch, HasALargestSize) {
  auto const text = std::make_shared<std::string>(100'000, 'x');
  batch b;
  for (std::size_t bytes = 0; bytes <= max_batch_bytes; bytes += text->size())
    b.add(update<probe>(probe_id()).set(&probe::body, *text));

  EXPECT_EQ(checked(b).error().code, errc::payload_too_large);
}

TEST(Batch, SaysWhichChangeFailed) {
  auto const why = change_failure(errc::conflict, 3, "stale");

  EXPECT_EQ(why.code, errc::conflict);
  EXPECT_EQ(why.message, "stale");
  EXPECT_EQ(why.issues, (std::vector<issue>{{"changes[3]", "stale"}}));
}

TEST(Batch, SaysWhichConditionsDoNotHold) {
  auto const why = change_failure(3, unmet_conditions({"revision", "rank"}));

  EXPECT_EQ(why.code, errc::conflict);
  EXPECT_EQ(why.message, "a condition does not hold: revision, rank");
  EXPECT_EQ(why.issues, (std::vector<issue>{{"changes[3]", why.message},
                                            {"changes[3].revision", "does not meet its condition"},
                                            {"changes[3].rank", "does not meet its condition"}}));
  EXPECT_EQ(unmet_conditions({}).message, "a condition does not hold");
}

TEST(Batch, RefusesAnEnumeratorThatIsNotDescribed) {
  probe odd;
  odd.color = static_cast<testing::probe_color>(7);

  EXPECT_THROW(insert(odd), error);
  EXPECT_THROW(update<probe>(probe_id()).set(&probe::color, odd.color), error);
}

TEST(Batch, TellsApartTheChangesThatFailed) {
  batch b;
  auto const first = b.put(insert(probe()));
  b.add(insert(probe()));
  auto const third = b.put(require<probe>(probe_id()));

  EXPECT_TRUE(first.failed(change_failure(errc::conflict, 0, "stale")));
  EXPECT_FALSE(first.failed(change_failure(errc::conflict, 1, "stale")));
  EXPECT_TRUE(third.failed(change_failure(errc::not_found, 2, "gone")));
  EXPECT_FALSE(third.failed(change_failure(errc::not_found, 20, "gone")));
  EXPECT_FALSE(third.failed(failure(errc::unavailable, "away")));
}

}  // namespace
}  // namespace sambung::batch_test
