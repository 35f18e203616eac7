#include "services/events/batch_facts.hpp"

#include "broker/topic_access.hpp"

#include <sambung/core/id_generator.hpp>
#include <sambung/engine/standard_schema.hpp>
#include <sambung/records/active_turn.hpp>
#include <sambung/records/audit_entry.hpp>
#include <sambung/records/chat.hpp>
#include <sambung/records/membership.hpp>
#include <sambung/records/message.hpp>
#include <sambung/records/prompt_template.hpp>
#include <sambung/records/quota.hpp>
#include <sambung/records/tenant.hpp>
#include <sambung/records/user.hpp>
#include <sambung/storage/collection.hpp>
#include <sambung/testing/scopes.hpp>

#include <gtest/gtest.h>

namespace sambung::batch_facts_test {
namespace {

// An application's own, told to everybody, and one that says nothing.
struct notice {
  uuid id;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(notice, (), (id, text))
inline auto describe_record(record_of<notice>) { return record<notice>("notices").announced_to_tenant(); }
struct draft {
  uuid id;
};
BOOST_DESCRIBE_STRUCT(draft, (), (id))
inline auto describe_record(record_of<draft>) { return record<draft>("drafts"); }

class BatchFacts : public ::testing::Test {
 protected:
  static schema_ref schema_with_own() {
    module_schema own("own");
    own.table<notice>().table<draft>();
    std::vector<module_schema> modules;
    modules.push_back(std::move(own));
    return standard_schema(std::move(modules));
  }

  topic feed_of(user_id who) const { return topic_access::member(tenant, who); }
  topic everybody() const { return topic_access::tenant(tenant); }
  std::vector<batch_fact> as_ada(change one) const {
    batch b;
    b.add(std::move(one));
    return facts.of(testing::member_scope(tenant, ada), b);
  }
  static record_changed const& changed(batch_fact const& one) { return std::get<record_changed>(one.what); }

  id_generator ids{system_clock(), system_random()};
  tenant_id tenant = ids.next<tenant_id>();
  user_id ada = ids.next<user_id>();
  user_id ben = ids.next<user_id>();
  batch_facts facts{schema_with_own()};
};

TEST_F(BatchFacts, SayOfANewRowWhatItIs) {
  chat made;
  made.id = ids.next<chat_id>();
  made.owner_id = ada;

  auto const found = as_ada(insert(made));

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(changed(found[0]).table, "chats");
  EXPECT_EQ(changed(found[0]).id, to_string(made.id));
  EXPECT_EQ(changed(found[0]).revision, 1);
  EXPECT_EQ(changed(found[0]).change, row_change::created);
  EXPECT_EQ(changed(found[0]).chat_id, made.id);
  EXPECT_EQ(found[0].whom, std::set<topic>{feed_of(ada)});
}

TEST_F(BatchFacts, TellAChangeThatNamesNobodyItsWriter) {
  auto const id = ids.next<chat_id>();

  auto const found = as_ada(update<chat>(id).set(&chat::title, "new").set(&chat::revision, 7));

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(changed(found[0]).revision, 7);
  EXPECT_EQ(changed(found[0]).change, row_change::updated);
  EXPECT_EQ(found[0].whom, std::set<topic>{feed_of(ada)});
  batch by_nobody;
  by_nobody.add(update<chat>(id).set(&chat::title, "new"));
  EXPECT_TRUE(facts.of(testing::tenant_scope(tenant), by_nobody).empty());
}

TEST_F(BatchFacts, CallWhatIsClosedRemoved) {
  auto const found = as_ada(update<chat>(ids.next<chat_id>()).set(&chat::state, chat_state::deleting));

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(changed(found[0]).change, row_change::removed);
}

TEST_F(BatchFacts, TellWhomARowNamesAndWhoWroteIt) {
  quota made;
  made.id = "tenant/x/day/tokens";
  made.user_id = ben;

  auto const found = as_ada(insert(made));

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(changed(found[0]).id, made.id);
  EXPECT_EQ(found[0].whom, (std::set<topic>{feed_of(ada), feed_of(ben)}));
}

TEST_F(BatchFacts, TellEverybodyWhatIsEverybodysAndNobodyTwice) {
  prompt_template shared;
  shared.id = ids.next<prompt_template_id>();
  shared.owner_id = ada;
  shared.visibility = visibility::tenant;
  notice said;
  said.id = ids.next();

  EXPECT_EQ(as_ada(insert(shared)).at(0).whom, std::set<topic>{everybody()});
  EXPECT_EQ(as_ada(insert(said)).at(0).whom, std::set<topic>{everybody()});
  shared.visibility = visibility::private_;
  EXPECT_EQ(as_ada(insert(shared)).at(0).whom, std::set<topic>{feed_of(ada)});
}

TEST_F(BatchFacts, SayNothingOfWhatIsNotAnnounced) {
  draft own;
  own.id = ids.next();
  audit_entry entry;
  entry.action = "x";

  EXPECT_TRUE(as_ada(insert(own)).empty());
  EXPECT_TRUE(as_ada(insert(entry)).empty());
  EXPECT_TRUE(as_ada(require<chat>(ids.next<chat_id>())).empty());
  EXPECT_TRUE(as_ada(update<chat>(ids.next<chat_id>()).set(&chat::revision, 2)).empty());
}

TEST_F(BatchFacts, TellTurnsAsTurns) {
  active_turn lease;
  lease.id = ids.next<message_id>();
  lease.chat_id = ids.next<chat_id>();
  lease.owner_id = ada;

  auto const begun = as_ada(insert(lease));
  auto const renewed = as_ada(update<active_turn>(lease.id).set(&active_turn::stop_requested, true));
  auto const ended = as_ada(erase<active_turn>(lease.id).when(&active_turn::chat_id, lease.chat_id));

  ASSERT_EQ(begun.size(), 1U);
  EXPECT_EQ(std::get<turn_changed>(begun[0].what), (turn_changed{lease.chat_id, lease.id, turn_progress::started}));
  EXPECT_TRUE(renewed.empty());
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(std::get<turn_changed>(ended[0].what), (turn_changed{lease.chat_id, lease.id, turn_progress::finished}));
}

TEST_F(BatchFacts, NameTheOnlyChatOfABatchForRowsThatDoNot) {
  auto const home = ids.next<chat_id>();
  batch b;
  b.add(update<chat>(home).set(&chat::title, "new"));
  b.add(update<message>(ids.next<message_id>()).set(&message::depth, 2));

  auto const found = facts.of(testing::member_scope(tenant, ada), b);

  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(changed(found[1]).table, "messages");
  EXPECT_EQ(changed(found[1]).chat_id, home);
  b.add(update<chat>(ids.next<chat_id>()).set(&chat::title, "other"));
  EXPECT_EQ(changed(facts.of(testing::member_scope(tenant, ada), b)[1]).chat_id, std::nullopt);
}

TEST_F(BatchFacts, TellARowThatChangesTwiceOnce) {
  chat made;
  made.id = ids.next<chat_id>();
  made.owner_id = ada;
  batch b;
  b.add(insert(made)).add(update<chat>(made.id).set(&chat::title, "t").set(&chat::revision, 2));

  auto const found = facts.of(testing::member_scope(tenant, ada), b);

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(changed(found[0]).change, row_change::created);
  EXPECT_EQ(changed(found[0]).revision, 2);
}

TEST_F(BatchFacts, KnowFromTheAuditLogWhoActsOnTheSystemsRows) {
  audit_entry entry;
  entry.action = "member.suspend";
  entry.tenant_id = tenant;
  entry.actor_id = ada;
  batch b;
  b.add(update<membership>(ids.next<membership_id>()).set(&membership::state, membership_state::suspended));
  b.add(update<user>(ben).set(&user::name, "Ben"));
  b.add(update<sambung::tenant>(tenant).set(&sambung::tenant::name, "acme"));
  b.add(insert(entry));

  auto const found = facts.of(testing::system_scope(), b);

  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].whom, std::set<topic>{everybody()});
  EXPECT_EQ(found[1].whom, (std::set<topic>{topic_access::user(ada), topic_access::user(ben)}));
  EXPECT_EQ(found[2].whom, std::set<topic>{everybody()});
}

TEST(StandardSchema, SaysOfEveryTableWhomItsChangesAreTold) {
  auto const all = standard_schema();
  for (auto const& table : all->find("chats") ? all->modules().front().tables() : std::vector<record_description>()) {
    EXPECT_NE(table.announcement.to, audience::unsaid) << table.table << ": announced_to, or not_announced and why";
    EXPECT_EQ(table.announcement.to == audience::nobody, !table.announcement.why.empty()) << table.table;
  }
}

}  // namespace
}  // namespace sambung::batch_facts_test
