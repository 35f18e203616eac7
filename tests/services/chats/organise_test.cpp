// Tags: a user's own, told apart as people read them, and gone with what they are on.
#include "support/desk.hpp"
#include "support/together.hpp"

#include <sambung/records/tag.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace sambung::organise_test {
namespace {

using tests::code_of;
using tests::desk;

using names = std::vector<std::string>;

names names_of(std::vector<tag> const& tags) {
  names all;
  for (auto const& one : tags) all.push_back(one.name);
  return all;
}

names tags_on(organise const& mine, chat_id chat) { return names_of(sync_wait(mine.tags_of(chat))); }

TEST(Organise, PutsTagsOnAChatAndTakesThemOff) {
  desk d;
  auto const mine = d.as(d.user).organise();
  auto const chat = d.new_chat();

  auto const put = sync_wait(mine.set_tags(chat.id, {" Work ", "urgent"}));
  EXPECT_EQ(names_of(put), (names{"urgent", "Work"}));
  sync_wait(mine.set_tags(chat.id, {"work", "later"}));

  EXPECT_EQ(tags_on(mine, chat.id), (names{"later", "Work"}));
  EXPECT_EQ(names_of(sync_wait(mine.tags()).items), (names{"later", "urgent", "Work"}));
  EXPECT_EQ(d.all_in<tagging>(d.tenant).size(), 2U);
  sync_wait(mine.set_tags(chat.id, {}));
  EXPECT_TRUE(tags_on(mine, chat.id).empty());
}

TEST(Organise, TakesNamesThatReadAlikeForOneTag) {
  desk d;
  auto const mine = d.as(d.user).organise();
  auto const chat = d.new_chat();

  // "Café" with one letter and with two, and the two ways of a German street.
  sync_wait(mine.set_tags(chat.id, {"Caf\xC3\xA9", "CAFE\xCC\x81",
                                    "Stra\xC3\x9F"
                                    "e",
                                    "STRASSE"}));

  EXPECT_EQ(tags_on(mine, chat.id).size(), 2U);
  EXPECT_EQ(code_of(mine.create_tag("caf\xC3\xA9")), errc::already_exists);
}

TEST(Organise, RefusesNamesThatAreNone) {
  desk d;
  auto const mine = d.as(d.user).organise();

  for (auto const& wrong :
       {std::string(), std::string("  "), std::string(61, 'x'), std::string("a\nb"), std::string("\xC3")})
    EXPECT_EQ(code_of(mine.create_tag(wrong)), errc::invalid_argument) << wrong;
  EXPECT_EQ(code_of(mine.create_tag("fine", std::string(33, 'c'))), errc::invalid_argument);
  EXPECT_EQ(code_of(mine.create_tag(std::string(60, 'x'), "red")), std::nullopt);
}

TEST(Organise, RenamesByTheRevision) {
  desk d;
  auto const mine = d.as(d.user).organise();
  auto const work = sync_wait(mine.create_tag("work"));
  sync_wait(mine.create_tag("home"));

  auto const renamed = sync_wait(mine.rename_tag(work.id, "Office", work.revision));

  EXPECT_EQ(renamed.name, "Office");
  EXPECT_EQ(code_of(mine.rename_tag(work.id, "late", work.revision)), errc::conflict);
  EXPECT_EQ(code_of(mine.rename_tag(work.id, "HOME", renamed.revision)), errc::already_exists);
  EXPECT_EQ(sync_wait(mine.rename_tag(work.id, "OFFICE", renamed.revision)).name, "OFFICE");
}

TEST(Organise, MergesTagsInSteps) {
  desk d;
  auto const mine = d.as(d.user).organise();
  std::vector<chat_id> chats;
  for (int i = 0; i < 120; ++i) chats.push_back(d.new_chat().id);
  for (auto const& one : chats) sync_wait(mine.set_tags(one, {"old"}));
  sync_wait(mine.set_tags(chats.front(), {"old", "new"}));
  auto const all = sync_wait(mine.tags()).items;
  auto const into = std::ranges::find(all, "new", &tag::name)->id;
  auto const from = std::ranges::find(all, "old", &tag::name)->id;

  sync_wait(mine.merge_tags(from, into));

  EXPECT_EQ(names_of(sync_wait(mine.tags()).items), names{"new"});
  EXPECT_EQ(sync_wait(mine.tagged_chats(into, page_request(200))).items.size(), chats.size());
  EXPECT_EQ(code_of(mine.merge_tags(from, into)), errc::not_found);
  EXPECT_EQ(code_of(mine.merge_tags(into, into)), errc::invalid_argument);
}

TEST(Organise, RemovesATagFromWhateverHasIt) {
  desk d;
  auto const mine = d.as(d.user).organise();
  auto const chat = d.new_chat();
  auto const tags = sync_wait(mine.set_tags(chat.id, {"a", "b"}));

  sync_wait(mine.remove_tag(tags.front().id));

  EXPECT_EQ(tags_on(mine, chat.id), names{"b"});
  EXPECT_EQ(d.all_in<tagging>(d.tenant).size(), 1U);
  EXPECT_EQ(code_of(mine.remove_tag(tags.front().id)), errc::not_found);
}

TEST(Organise, ForgetsWhatAChatHadWithTheChat) {
  desk d;
  auto const mine = d.as(d.user).organise();
  auto const chat = d.new_chat();
  sync_wait(mine.set_tags(chat.id, {"a"}));

  sync_wait(d.chats().remove(chat.id));

  EXPECT_TRUE(d.all_in<tagging>(d.tenant).empty());
  EXPECT_EQ(d.all_in<tag>(d.tenant).size(), 1U);
  EXPECT_EQ(code_of(mine.set_tags(chat.id, {"b"})), errc::not_found);
  EXPECT_EQ(d.all_in<tag>(d.tenant).size(), 1U);
}

TEST(Organise, KnowsNothingOfOthersTagsAndChats) {
  desk d;
  auto const bob = d.add_user("bob");
  auto const mine = d.as(d.user).organise();
  auto const bobs = d.as(bob).organise();
  auto const chat = d.new_chat();
  auto const secret = sync_wait(mine.set_tags(chat.id, {"secret"})).front();
  auto const own = sync_wait(bobs.create_tag("secret"));

  EXPECT_EQ(code_of(bobs.tags_of(chat.id)), errc::not_found);
  EXPECT_EQ(code_of(bobs.set_tags(chat.id, {"mine"})), errc::not_found);
  EXPECT_EQ(code_of(bobs.rename_tag(secret.id, "x", secret.revision)), errc::not_found);
  EXPECT_EQ(code_of(bobs.merge_tags(secret.id, own.id)), errc::not_found);
  EXPECT_EQ(code_of(bobs.merge_tags(own.id, secret.id)), errc::not_found);
  EXPECT_EQ(code_of(bobs.remove_tag(secret.id)), errc::not_found);
  EXPECT_EQ(code_of(bobs.tagged_chats(secret.id)), errc::not_found);
  EXPECT_EQ(sync_wait(bobs.tags()).items.size(), 1U);
  EXPECT_EQ(code_of(d.as(bob, member_role::viewer).organise().create_tag("x")), errc::permission_denied);
  EXPECT_EQ(tags_on(mine, chat.id), names{"secret"});
}

TEST(Organise, HoldsItsLimitsHoweverManyAskAtOnce) {
  desk d;
  auto const mine = d.as(d.user).organise();
  auto const chat = d.new_chat();
  names many;
  for (std::size_t i = 0; i <= max_tags_of_subject; ++i) many.push_back("t" + std::to_string(i));
  EXPECT_EQ(code_of(mine.set_tags(chat.id, many)), errc::invalid_argument);
  many.pop_back();

  std::vector<task<std::vector<tag>>> setting;
  for (auto const* first : {"x", "y", "z"}) {
    names wanted = many;
    wanted.front() = first;
    setting.push_back(mine.set_tags(chat.id, wanted));
  }
  auto const outcomes = tests::together(std::move(setting));

  for (auto const& one : outcomes) EXPECT_TRUE(one);
  EXPECT_EQ(tags_on(mine, chat.id).size(), max_tags_of_subject);
  EXPECT_EQ(d.all_in<tagging>(d.tenant).size(), max_tags_of_subject);
}

}  // namespace
}  // namespace sambung::organise_test
