// A row that cannot be read costs that row.
#include "support/damaged_house.hpp"
#include "support/people.hpp"
#include "support/vault_desk.hpp"

#include <sambung/engine/standard_schema.hpp>
#include <sambung/records/active_turn.hpp>
#include <sambung/records/message_text.hpp>

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace sambung::damaged_row_test {
namespace {

using tests::damaged_house;
using tests::desk;
using tests::desk_options;
using tests::say;
using tests::watched_storage;
using namespace std::chrono_literals;

// Another tenant, on a new engine: it starts, and somebody talks there.
void talk_elsewhere(damaged_house& house) {
  auto options = house.options;
  options.tenant = "healthy";
  desk next(options);
  next.model->push(say("fine here"));
  auto turn = sync_wait(next.chats().send(next.new_chat().id, "how are you?"));
  EXPECT_EQ(text_of(sync_wait(turn.answer()).parts), "fine here");
}

TEST(DamagedRow, OfAnyTableLeavesTheEngineToOthers) {
  damaged_house house(tests::fresh_storage());
  talk_elsewhere(house);  // the lost turn is settled by now
  int damaged = 0;
  auto const tables = standard_schema();
  for (auto const& module : tables->modules()) {
    for (auto const& table : module.tables()) {
      auto const key = house.oldest(table);
      if (!key) continue;
      SCOPED_TRACE(table.table);
      house.store->damage(table.table, *key);
      talk_elsewhere(house);
      ++damaged;
    }
  }
  EXPECT_GE(damaged, 12);
}

TEST(DamagedRow, OfATurnLeavesItsEndToTheNextEngine) {
  for (auto const* table : {"turn_chunks", "messages"}) {
    SCOPED_TRACE(table);
    damaged_house house(tests::fresh_storage());
    auto const chunks = house.lost->all_in<turn_chunk>(house.lost->tenant);
    house.store->damage(
        table, table == std::string_view("messages") ? value(house.answer.value) : value(chunks.front().id.value));
    auto elsewhere = house.options;
    elsewhere.tenant = "healthy";
    desk next(elsewhere);

    house.store->damage("", {});
    EXPECT_TRUE(house.lost->all_in<active_turn>(house.lost->tenant).empty());
    auto const stored = sync_wait(house.lost->chats().get_message(house.answer));
    EXPECT_EQ(stored.state, message_state::incomplete);
    EXPECT_EQ(stored.reason, message_reason::server_lost);
  }
}

TEST(DamagedRow, OfALostAnswerLeavesItsTurnToBeFound) {
  auto const of_question = *description_of<message>().position("parent_id");
  for (auto const column : {std::optional<std::size_t>(), std::optional(of_question)}) {
    damaged_house house(tests::fresh_storage());
    house.store->damage("messages", value(house.answer.value), column);
    auto elsewhere = house.options;
    elsewhere.tenant = "healthy";
    desk next(elsewhere);

    house.store->damage("", {});
    std::set<std::string> found_by;
    for (auto const& text : house.lost->all_in<message_text>(house.lost->tenant))
      if (text.chat_id == house.lost_chat) found_by.insert(text.text);
    EXPECT_EQ(found_by, (std::set<std::string>{"another", "flushed"}));
  }
}

TEST(DamagedRow, IsLeftOutOfPagesAndTheRestIsThere) {
  damaged_house house(tests::fresh_storage());
  auto& d = *house.lost;
  house.store->damage("chats", value(house.old_chat.value));

  auto const left = sync_wait(d.chats().list());

  ASSERT_EQ(left.items.size(), 1u);
  EXPECT_EQ(left.damaged, 1u);
  EXPECT_EQ(left.items[0].id, house.lost_chat);
  EXPECT_EQ(tests::code_of(d.chats().get(house.old_chat)), errc::data_loss);
}

// A page that has nothing else goes on too, whatever it is of: a key that is of no use says nothing of what follows.
TEST(DamagedRow, DoesNotEndAListWhereAPageHasNothingElse) {
  damaged_house house(tests::fresh_storage());
  auto& d = *house.lost;
  for (auto const* title : {"oldest", "lost", "lost", "lost", "lost", "lost", "older", "lost", "newest"})
    sync_wait(d.chats().create(title, "scripted/model"));
  auto const title = *description_of<chat>().position("title");
  auto const is_lost = [title](row const& one) { return one[title] == value("lost"); };
  for (auto const column : {std::optional<std::size_t>(0), std::optional<std::size_t>()}) {
    house.store->damage_where("chats", is_lost, column);
    for (std::size_t const limit : {1, 2, 3, 100}) {
      SCOPED_TRACE(limit);
      std::string titles;
      std::size_t damaged = 0;
      page_request which(limit);
      do {
        auto const some = sync_wait(d.chats().list(which));
        ASSERT_LE(some.items.size(), limit);
        for (auto const& one : some.items) titles += one.title.empty() ? "" : one.title + ' ';
        damaged += some.damaged;
        which.cursor = some.next_cursor;
      } while (which.cursor);
      EXPECT_EQ(titles, "newest older oldest Test Test ");  // the last are of the house
      EXPECT_EQ(damaged, 6u);
    }
  }
}

TEST(DamagedRow, OfManyKeysOfAVaultLeavesTheOthersToBeListed) {
  tests::vault_desk d;
  auto const kept = d.add("a-key-that-is-kept");
  for (int i = 0; i < 4; ++i) d.add("a-key-that-is-lost");
  auto const is_lost = [&](row const& one) { return one.front() != value(kept.id.value); };
  for (auto const column : {std::optional<std::size_t>(0), std::optional<std::size_t>()}) {
    d.watched->damage_where("provider_keys", is_lost, column);
    std::vector<provider_key_id> found;
    page_request which(2);
    do {
      auto const some = sync_wait(d.keys().list(which));
      for (auto const& one : some.items) found.push_back(one.id);
      which.cursor = some.next_cursor;
    } while (which.cursor);
    EXPECT_EQ(found, std::vector{kept.id});
  }
}

TEST(DamagedRow, OfAMessageLeavesItsChatToGoOn) {
  auto const parts = *description_of<message>().position("parts");
  for (std::size_t which : {0, 1}) {
    damaged_house house(tests::fresh_storage());
    auto const before = sync_wait(house.lost->chats().messages(house.old_chat)).items;
    ASSERT_EQ(before.size(), 2u);
    house.store->damage("messages", value(before[which].id.value), parts);
    desk next(house.options);

    auto const shown = sync_wait(next.chats().messages(house.old_chat)).items;
    ASSERT_EQ(shown.size(), 2u);
    EXPECT_EQ(shown[which].state, message_state::failed);
    EXPECT_EQ(shown[which].reason, message_reason::data_loss);
    EXPECT_TRUE(shown[which].parts.empty());
    EXPECT_EQ(text_of(shown[1 - which].parts), text_of(before[1 - which].parts));
    EXPECT_EQ(tests::code_of(next.chats().get_message(before[which].id)), errc::data_loss);
    next.model->push(say("on we go"));
    auto turn = sync_wait(next.chats().send(house.old_chat, "still there?"));
    EXPECT_EQ(text_of(sync_wait(turn.answer()).parts), "on we go");
  }
}

// What is said in the messages, one after the other.
std::string text_of_all(std::vector<message> const& all) {
  std::string text;
  for (auto const& one : all) text += text_of(one.parts) + '|';
  return text;
}

std::string text_of_all(std::vector<prompt_message> const& all) {
  std::string text;
  for (auto const& one : all) text += text_of(one.parts) + '|';
  return text;
}

std::string talk(desk& d, chat_id where, std::string question) {
  d.model->push(say("on we go"));
  auto turn = sync_wait(d.chats().send(where, std::move(question)));
  return text_of(sync_wait(turn.answer()).parts);
}

TEST(DamagedRow, IsPassedOverOnTheWayUp) {
  damaged_house house(tests::fresh_storage());
  auto& d = *house.lost;
  talk(d, house.old_chat, "a second question");
  auto const whole = sync_wait(d.chats().messages(house.old_chat)).items;
  ASSERT_EQ(text_of_all(whole), "on we go|a second question|an answer|a question|");
  std::vector<std::string> const left{"a second question|an answer|a question|", "on we go|an answer|a question|",
                                      "on we go|a second question|a question|",
                                      "on we go|a second question|an answer|"};
  for (std::size_t i = 0; i < whole.size(); ++i) {
    SCOPED_TRACE(i);
    house.store->damage("messages", value(whole[i].id.value));

    auto const shown = sync_wait(d.chats().messages(house.old_chat));
    EXPECT_EQ(text_of_all(shown.items), left[i]);
    EXPECT_EQ(shown.damaged, 1u);
    EXPECT_FALSE(shown.next_cursor);

    std::string by_ones;
    page_request which(1);
    std::size_t damaged = 0;
    do {
      auto const some = sync_wait(d.chats().messages(house.old_chat, which));
      by_ones += text_of_all(some.items);
      damaged += some.damaged;
      which.cursor = some.next_cursor;
    } while (which.cursor);
    EXPECT_EQ(by_ones, left[i]);
    EXPECT_EQ(damaged, 1u);
  }
}

TEST(DamagedRow, AsTheHeadOfItsChatLeavesItToGoOn) {
  damaged_house house(tests::fresh_storage());
  auto const head = sync_wait(house.lost->chats().get(house.old_chat)).head_id;
  house.store->damage("messages", value(head->value));
  desk next(house.options);

  EXPECT_EQ(tests::code_of(next.chats().get_message(*head)), errc::data_loss);
  EXPECT_EQ(talk(next, house.old_chat, "still there?"), "on we go");
  EXPECT_EQ(text_of_all(next.model->requests().back().messages), "a question\n\nstill there?|");
  auto const shown = sync_wait(next.chats().messages(house.old_chat));
  EXPECT_EQ(text_of_all(shown.items), "on we go|still there?|a question|");
  EXPECT_EQ(shown.damaged, 0u) << "it is beside the path now";
}

TEST(DamagedRow, AsTheHeadOfABranchLeavesThatBranch) {
  damaged_house house(tests::fresh_storage());
  auto& d = *house.lost;
  auto const question = sync_wait(d.chats().messages(house.old_chat)).items.back();
  talk(d, house.old_chat, "a second question");
  d.model->push(say("otherwise"));
  auto turn = sync_wait(d.chats().edit(question.id, "asked otherwise"));
  sync_wait(turn.answer());
  house.store->damage("messages", value(turn.message_id().value));

  auto const shown = sync_wait(d.chats().messages(house.old_chat));

  EXPECT_EQ(text_of_all(shown.items), "asked otherwise|");
  EXPECT_EQ(shown.damaged, 1u);
}

TEST(DamagedRow, MayStandInAnotherChatAndIsNotShown) {
  damaged_house house(tests::fresh_storage());
  auto& d = *house.lost;
  auto const head = sync_wait(d.chats().get(house.old_chat)).head_id;
  auto const home = *description_of<message>().position("chat_id");
  house.store->damage("messages", value(head->value), home);

  EXPECT_EQ(tests::code_of(d.chats().messages(house.lost_chat, page_request(), *head)), errc::not_found);
}

TEST(DamagedRow, IsRemovedWithItsChat) {
  damaged_house house(tests::fresh_storage());
  auto& d = *house.lost;
  auto const all = sync_wait(d.chats().messages(house.old_chat));
  house.store->damage("messages", value(all.items[1].id.value));

  sync_wait(d.chats().remove(house.old_chat));

  house.store->damage("", {});
  for (auto const& one : d.all_in<message>(d.tenant)) EXPECT_NE(one.chat_id, house.old_chat);
  EXPECT_EQ(tests::code_of(d.chats().get(house.old_chat)), errc::not_found);
}

TEST(DamagedRow, IsErasedWithItsUserAndItsTenant) {
  for (bool const of_user : {true, false}) {
    damaged_house house(tests::fresh_storage());
    auto& d = *house.lost;
    house.never.open();
    auto const all = sync_wait(d.chats().messages(house.old_chat));
    house.store->damage("messages", value(all.items[1].id.value));
    d.add_user("grace");

    if (of_user) sync_wait(d.engine->users().erase(d.user));
    else sync_wait(d.engine->tenants().erase(d.tenant));

    house.store->damage("", {});
    EXPECT_TRUE(d.all_in<message>(d.tenant).empty());
  }
}

TEST(DamagedRow, OfAQuotaLimitsNobodyToNothing) {
  damaged_house house(tests::fresh_storage());
  auto const limits = house.lost->all_in<quota>(house.lost->tenant);
  ASSERT_EQ(limits.size(), 1u);
  house.store->damage("quotas", value(limits.front().id));
  desk next(house.options);

  EXPECT_EQ(tests::code_of(next.chats().send(house.old_chat, "for free?")), errc::data_loss);

  EXPECT_TRUE(next.model->requests().empty());
}

TEST(DamagedRow, OfATenantOrAPasswordMakesNobodyItsOwner) {
  for (auto const* table : {"tenants", "passwords"}) {
    SCOPED_TRACE(table);
    desk_options options;
    auto const store = std::make_shared<watched_storage>(tests::fresh_storage());
    options.storage = store;
    desk d(options);
    bool const of_tenant = table == std::string_view("tenants");
    if (!of_tenant) tests::give_password(d, d.user, tests::right_password);
    store->damage(table, value(of_tenant ? d.tenant.value : d.user.value));
    auto auth = d.engine->auth();

    sign_up_request stranger("eve@elsewhere.example", tests::secret(tests::right_password), "Eve");
    EXPECT_EQ(tests::code_of(auth.sign_up(std::move(stranger))), errc::data_loss);

    store->damage("", {});
    EXPECT_EQ(d.all_of<user>().size(), 1u);
    EXPECT_EQ(d.all_of<tenant>().size(), 1u);
  }
}

// Of an erasure only what tells where else to look, and whose it is, is decoded.
TEST(DamagedRow, EndsTheErasureOfAUserOnlyWhereItHidesWhatElseIsTheirs) {
  std::map<std::string_view, bool> const tables{
      {"tenants", false}, {"sessions", false}, {"memberships", true}, {"provider_keys", true}};
  for (auto const& [table, hides] : tables) {
    SCOPED_TRACE(table);
    tests::vault_desk d;
    auto const grace = d.add_user("grace", member_role::member);
    auto const key = d.add("a-key-of-hers", key_owner::user, grace);
    auto const session = d.add_session(grace, d.tenant);
    std::map<std::string_view, uuid> const rows{{"tenants", d.tenant.value},
                                                {"sessions", session.value},
                                                {"memberships", tests::membership_of(d, d.tenant, grace).id.value},
                                                {"provider_keys", key.id.value}};
    d.watched->damage(std::string(table), value(rows.at(table)));

    EXPECT_EQ(tests::code_of(d.engine->users().erase(grace)), hides ? std::optional(errc::data_loss) : std::nullopt);

    d.watched->damage("", {});
    if (hides) sync_wait(d.engine->users().erase(grace));
    EXPECT_TRUE(d.all_in<provider_key>(d.tenant).empty());
    EXPECT_TRUE(d.all_of<sambung::session>().empty());
    EXPECT_EQ(tests::code_of(d.engine->users().get(grace)), errc::not_found);
  }
}

TEST(DamagedRow, OfATenantLeavesItsTurnsTheirEnd) {
  damaged_house house(tests::fresh_storage());
  house.store->damage("tenants", value(house.lost->tenant.value));

  auto elsewhere = house.options;
  elsewhere.tenant = "healthy";
  desk next(elsewhere);

  EXPECT_TRUE(house.lost->all_in<active_turn>(house.lost->tenant).empty());
}

}  // namespace
}  // namespace sambung::damaged_row_test
