// A chat that is made together with records of the application's own.
#include "support/people.hpp"

#include <sambung/testing/scopes.hpp>

#include <gtest/gtest.h>

namespace sambung::chat_with_records_test {

using namespace sambung::tests;

using ticket_id = typed_id<struct ticket_tag>;

struct ticket {
  ticket_id id;
  sambung::chat_id chat_id;
  std::string subject;
  std::int64_t revision = 1;
};
BOOST_DESCRIBE_STRUCT(ticket, (), (id, chat_id, subject, revision))
inline auto describe_record(record_of<ticket>) { return record<ticket>("tickets").index(&ticket::chat_id); }

namespace {

desk_options with_tickets() {
  desk_options options;
  options.modules.push_back(module_schema("helpdesk").table<ticket>());
  return options;
}

class ChatWithRecords : public ::testing::Test {
 protected:
  workspace_records<ticket> tickets() { return d.as(d.user).records<ticket>(); }
  std::size_t chats_there() { return sync_wait(d.chats().list()).items.size(); }
  std::size_t tickets_there() { return d.all_in<ticket>(d.tenant).size(); }

  // A chat and a ticket that know each other.
  std::pair<new_chat, ticket> pair() {
    auto const at = d.as(d.user);
    new_chat from("Printer on fire", "scripted/model");
    from.id = at.new_id<chat_id>();
    ticket made;
    made.id = at.new_id<ticket_id>();
    made.chat_id = *from.id;
    made.subject = from.title;
    return {std::move(from), std::move(made)};
  }
  result<chat> create(new_chat from, batch own) {
    return sync_wait(as_result(d.chats().create(std::move(from), std::move(own))));
  }

  desk d{with_tickets()};
};

batch with(change one) {
  batch b;
  b.add(std::move(one));
  return b;
}

TEST_F(ChatWithRecords, IsStoredTogetherWithThem) {
  auto const [from, mine] = pair();

  auto const made = create(from, with(insert(mine))).value();

  EXPECT_EQ(made.id, mine.chat_id);
  EXPECT_EQ(sync_wait(d.chats().get(mine.chat_id)).title, "Printer on fire");
  EXPECT_EQ(sync_wait(tickets().get(mine.id)).chat_id, made.id);
}

TEST_F(ChatWithRecords, IsNotThereWithoutThem) {
  auto const [first, mine] = pair();
  create(first, with(insert(mine))).value();
  auto const [second, other] = pair();
  batch both;
  both.add(insert(other)).add(update<ticket>(mine.id).set(&ticket::revision, 3).when(&ticket::revision, 2));

  auto const refused = create(second, std::move(both));

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::conflict);
  ASSERT_EQ(refused.error().issues.size(), 2U);
  EXPECT_EQ(refused.error().issues[0].path, "changes[1]");
  EXPECT_EQ(refused.error().issues[1].path, "changes[1].revision");
  EXPECT_EQ(chats_there(), 1U);
  EXPECT_EQ(tickets_there(), 1U);
}

TEST_F(ChatWithRecords, LeavesThemAloneWhenItCannotBeMade) {
  auto [from, mine] = pair();
  from.external_id = "ticket-1";
  create(from, with(insert(mine))).value();
  auto const [other, theirs] = pair();
  auto taken = other;
  taken.external_id = "ticket-1";
  auto nowhere = other;
  nowhere.model = "nobody/model";

  EXPECT_EQ(create(taken, with(insert(theirs))).error().code, errc::already_exists);
  EXPECT_EQ(create(nowhere, with(insert(theirs))).error().code, errc::invalid_argument);
  EXPECT_EQ(create(from, with(insert(theirs))).error().code, errc::already_exists);

  EXPECT_EQ(chats_there(), 1U);
  EXPECT_EQ(tickets_there(), 1U);
}

TEST_F(ChatWithRecords, SaysOfTheChatItselfWhatIsWrongWithIt) {
  auto const [from, mine] = pair();
  auto unnamed = from, nil = from, taken = from;
  unnamed.external_id = "";
  nil.id = chat_id();
  create(from, batch()).value();

  EXPECT_EQ(create(unnamed, with(insert(mine))).error().issues.at(0), (issue{"externalId", "must not be empty"}));
  EXPECT_EQ(create(nil, with(insert(mine))).error().issues.at(0), (issue{"id", "must not be nil"}));
  EXPECT_EQ(create(taken, with(insert(mine))).error().message, "there is a chat of that id or external id");
}

TEST_F(ChatWithRecords, IsMadeOnceUnderAKeyWhateverElseIsInTheBatch) {
  auto [from, mine] = pair();
  from.idempotency_key = "k";
  auto const first = create(from, with(insert(mine))).value();
  auto [again, another] = pair();
  again.idempotency_key = "k";

  auto const repeated = create(again, with(insert(another))).value();
  auto const unmet = create(again, with(require<ticket>(mine.id).when(&ticket::revision, 9))).value();

  EXPECT_EQ(repeated.id, first.id);
  EXPECT_EQ(unmet.id, first.id);
  EXPECT_EQ(chats_there(), 1U);
  EXPECT_EQ(tickets_there(), 1U);
}

TEST_F(ChatWithRecords, TakesNoRowsOfSambung) {
  auto const home = d.new_chat();
  auto const [from, mine] = pair();
  chat forged = home;
  forged.id = d.as(d.user).new_id<chat_id>();
  forged.owner_id = d.add_user("bob");
  tenant globex;
  globex.id = tenant_id{d.ids.next()};
  globex.name = "globex";

  for (auto const& change : {insert(forged), insert(globex), sambung::change(erase<chat>(home.id))}) {
    batch own;
    own.add(insert(mine)).add(change);
    auto const refused = create(from, std::move(own));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::invalid_argument);
    EXPECT_EQ(refused.error().issues.front().path, "changes[1].table");
  }

  EXPECT_EQ(chats_there(), 1U);
  EXPECT_EQ(tickets_there(), 0U);
}

TEST_F(ChatWithRecords, NeedsTheRightToMakeChats) {
  auto const bob = d.add_user("bob", member_role::viewer);
  auto const [from, mine] = pair();

  EXPECT_EQ(code_of(d.chats_of(bob, member_role::viewer).create(from, with(insert(mine)))), errc::permission_denied);
  EXPECT_EQ(tickets_there(), 0U);
}

TEST_F(ChatWithRecords, GetsNoIdFromARemoteCaller) {
  auto const read =
      parse_json_as<new_chat>(R"({"title":"t","model":"scripted/model","id":"00000000-0000-0000-0000-000000000001"})");

  EXPECT_FALSE(read && read->id);
}

}  // namespace
}  // namespace sambung::chat_with_records_test
