// Whose rows a service, and an application, may touch.
#include "support/desk.hpp"
#include "testing/probe.hpp"

#include <gtest/gtest.h>

namespace sambung::access_test {
namespace {

using testing::probe_counter;

TEST(Access, GivesAnApplicationTheRowsOfTheCallersTenantAlone) {
  tests::desk_options options;
  options.modules = testing::probe_schema()->modules();
  tests::desk d(options);
  auto const globex = sync_wait(d.engine->tenants().create("globex"));
  auto const ours = d.as(d.user, member_role::viewer).records<probe_counter>();
  auto const theirs = d.engine->workspace(principal::trusted(globex.id, d.user)).records<probe_counter>();

  probe_counter const visits{"visits", 1, 0, ""};
  sync_wait(ours.write(insert(visits))).value();

  EXPECT_EQ(sync_wait(ours.get(std::string("visits"))).value().hits, 1);
  EXPECT_EQ(sync_wait(theirs.get(std::string("visits"))).error().code, errc::not_found);
}

TEST(Access, GivesAnApplicationNoneOfSambungsOwnTables) {
  tests::desk d;

  EXPECT_THROW(d.as(d.user).records<chat>(), error);
}

}  // namespace
}  // namespace sambung::access_test
