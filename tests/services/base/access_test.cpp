// Whose rows a service, and an application, may touch.
#include "support/desk.hpp"
#include "testing/probe.hpp"

#include <sambung/testing/manual_clock.hpp>

#include <gtest/gtest.h>

namespace sambung::access_test {
namespace {

using testing::probe;
using testing::probe_counter;
using tests::code_of;

TEST(Access, GivesAnApplicationTheRowsOfTheCallersTenantAlone) {
  tests::desk_options options;
  options.modules = testing::probe_schema()->modules();
  tests::desk d(options);
  auto const globex = sync_wait(d.engine->tenants().create("globex"));
  auto const ours = d.as(d.user, member_role::viewer).records<probe_counter>();
  auto const theirs =
      d.engine->workspace(principal::trusted(globex.id, d.user, member_role::owner)).records<probe_counter>();

  probe_counter const visits{"visits", 1, 0, ""};
  sync_wait(ours.write(insert(visits)));

  EXPECT_EQ(sync_wait(ours.get(std::string("visits"))).hits, 1);
  EXPECT_EQ(code_of(theirs.get(std::string("visits"))), errc::not_found);
}

TEST(Access, ThrowsWhatGoesWrongWithAnApplicationsRecords) {
  tests::desk_options options;
  options.modules = testing::probe_schema()->modules();
  tests::desk d(options);
  auto const probes = d.as(d.user).records<probe>();
  probe one;
  one.id = d.as(d.user).new_id<testing::probe_id>();
  one.name = "first";
  one.body = "kabar baik";
  sync_wait(probes.write(insert(one)));
  query unindexed = probes.all().where("body", comparison::equal, value("x"));

  EXPECT_EQ(sync_wait(probes.get(one.id)).name, "first");
  EXPECT_EQ(sync_wait(probes.first(probes.where(&probe::name, "first"))).id, one.id);
  EXPECT_EQ(sync_wait(probes.list(probes.all())).items.size(), 1U);
  EXPECT_EQ(sync_wait(probes.search(text_query("probes", "kabar"))).items.size(), 1U);
  EXPECT_EQ(code_of(probes.write(insert(one))), errc::already_exists);
  EXPECT_EQ(code_of(probes.get(testing::probe_id{testing::numbered(1)})), errc::not_found);
  EXPECT_EQ(code_of(probes.first(probes.where(&probe::name, "second"))), errc::not_found);
  EXPECT_EQ(code_of(probes.list(unindexed)), errc::invalid_argument);
  EXPECT_EQ(code_of(probes.search(text_query("probes", "kabar"), page_request(0))), errc::invalid_argument);
}

TEST(Access, GivesAnApplicationNoneOfSambungsOwnTables) {
  tests::desk d;

  EXPECT_THROW(d.as(d.user).records<chat>(), error);
}

TEST(Access, KeepsAnApplicationsRecordsToItsOwnTables) {
  tests::desk_options options;
  options.modules = testing::probe_schema()->modules();
  tests::desk d(options);
  auto const home = d.new_chat();
  auto const counters = d.as(d.user).records<probe_counter>();
  probe_counter const visits{"visits", 1, 0, ""};
  batch with_a_chat;
  with_a_chat.add(insert(visits)).add(update<chat>(home.id).set(&chat::title, "taken over"));
  query of_another("chats");

  auto const refused = sync_wait(as_result(counters.write(std::move(with_a_chat))));

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::invalid_argument);
  EXPECT_EQ(refused.error().issues.front().path, "changes[1].table");
  EXPECT_EQ(sync_wait(d.chats().get(home.id)).title, home.title);
  EXPECT_EQ(code_of(counters.get(std::string("visits"))), errc::not_found);
  EXPECT_EQ(code_of(counters.list(of_another)), errc::invalid_argument);
  EXPECT_EQ(code_of(counters.first(of_another)), errc::invalid_argument);
  EXPECT_EQ(code_of(counters.search(text_query("chats", "words"))), errc::invalid_argument);
}

TEST(Access, TellsAnApplicationTheTimeOfTheEnginesClock) {
  tests::desk_options options;
  auto const clock = std::make_shared<testing::manual_clock>();
  options.clock = clock;
  tests::desk d(options);
  auto const before = d.as(d.user).now();

  clock->set(before + std::chrono::hours(3));

  EXPECT_EQ(d.as(d.user).now(), before + std::chrono::hours(3));
}

}  // namespace
}  // namespace sambung::access_test
