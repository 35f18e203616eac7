// Folders: in one another, never in themselves, and never gone with what is in them.
#include "support/desk.hpp"
#include "support/together.hpp"
#include "support/watched_storage.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sambung::folders_test {
namespace {

using tests::code_of;
using tests::desk;
using tests::desk_options;

using ids = std::vector<chat_id>;
using names = std::vector<std::string>;

ids ids_of(page<chat> const& found) {
  ids all;
  for (auto const& one : found.items) all.push_back(one.id);
  return all;
}

chat_list_options in(folder_id where) {
  chat_list_options what;
  what.folder = where;
  return what;
}

chat_list_options put_away(folder_id where) {
  chat_list_options what;
  what.archived = true;
  what.folder = where;
  return what;
}

ids listed(desk& d, chat_list_options what = chat_list_options()) {
  return ids_of(sync_wait(d.chats().list(page_request(200), what)));
}

// Of the folders in `parent`, in their order.
names called_in(desk& d, folder_id parent = folder_id()) {
  names all;
  for (auto const& one : sync_wait(d.as(d.user).organise().folders(page_request(200))).items)
    if (one.parent_id == parent) all.push_back(one.name);
  return all;
}

// `count` of the user's folders, without the verbs.
void store_folders(desk& d, std::size_t count) {
  batch all;
  for (std::size_t i = 0; i < count; ++i) {
    folder one;
    one.id = folder_id{d.ids.next()};
    one.owner_id = d.user;
    one.name = "folder " + std::to_string(i);
    all.add(insert(one));
  }
  sync_wait(d.storage->write(testing::tenant_scope(d.tenant), std::move(all))).value();
}

std::ptrdiff_t chats_in(desk& d, std::optional<folder_id> where) {
  auto const all = d.all_in<chat>(d.tenant);
  return std::ranges::count(all, where, &chat::folder_id);
}

TEST(Folders, AreInOneAnotherAndHoldChats) {
  desk d;
  auto const mine = d.as(d.user).organise();
  auto const work = sync_wait(mine.create_folder(" Work "));
  auto const clients = sync_wait(mine.create_folder("Clients", work.id));
  auto const chat = d.new_chat();
  auto const elsewhere = d.new_chat();

  auto const moved = sync_wait(d.chats().move(chat.id, clients.id));

  EXPECT_EQ(work.name, "Work");
  EXPECT_EQ(clients.parent_id, work.id);
  EXPECT_EQ(moved.folder_id, clients.id);
  EXPECT_EQ(moved.revision, chat.revision);
  EXPECT_EQ(listed(d, in(clients.id)), ids{chat.id});
  EXPECT_TRUE(listed(d, in(work.id)).empty());
  EXPECT_EQ(listed(d, in(folder_id())), ids{elsewhere.id});
  EXPECT_EQ(listed(d).size(), 2U);
  EXPECT_EQ(sync_wait(d.chats().move(chat.id, std::nullopt)).folder_id, std::nullopt);
  EXPECT_TRUE(listed(d, in(clients.id)).empty());
}

TEST(Folders, HaveNamesThatAreTheirOwnInOnePlace) {
  desk d;
  auto const mine = d.as(d.user).organise();
  auto const work = sync_wait(mine.create_folder("Work"));

  EXPECT_EQ(code_of(mine.create_folder("Work")), errc::already_exists);
  EXPECT_EQ(code_of(mine.create_folder("Work", work.id)), std::nullopt);
  for (auto const& wrong :
       {std::string(), std::string("  "), std::string(401, 'x'), std::string("a\nb"), std::string("\xC3")})
    EXPECT_EQ(code_of(mine.create_folder(wrong)), errc::invalid_argument) << wrong;
  EXPECT_EQ(code_of(mine.create_folder(std::string(400, 'x'))), std::nullopt);
}

TEST(Folders, AreRenamedByTheRevision) {
  desk d;
  auto const mine = d.as(d.user).organise();
  auto const work = sync_wait(mine.create_folder("Work"));
  sync_wait(mine.create_folder("Home"));

  auto const renamed = sync_wait(mine.rename_folder(work.id, "Office", work.revision));

  EXPECT_EQ(renamed.name, "Office");
  EXPECT_EQ(code_of(mine.rename_folder(work.id, "late", work.revision)), errc::conflict);
  EXPECT_EQ(code_of(mine.rename_folder(work.id, "Home", renamed.revision)), errc::already_exists);
  EXPECT_EQ(called_in(d), (names{"Office", "Home"}));
}

TEST(Folders, StandWhereTheyAreMovedTo) {
  desk d;
  auto const mine = d.as(d.user).organise();
  auto const a = sync_wait(mine.create_folder("a"));
  auto const b = sync_wait(mine.create_folder("b"));
  auto const c = sync_wait(mine.create_folder("c"));
  EXPECT_EQ(called_in(d), (names{"a", "b", "c"}));

  sync_wait(mine.move_folder(a.id, std::nullopt));
  EXPECT_EQ(called_in(d), (names{"b", "c", "a"}));
  sync_wait(mine.move_folder(a.id, folder_id(), 0));
  EXPECT_EQ(sync_wait(mine.move_folder(c.id, b.id)).parent_id, b.id);

  EXPECT_EQ(called_in(d), (names{"a", "b"}));
  EXPECT_EQ(called_in(d, b.id), names{"c"});
  for (std::int64_t const wrong : {std::int64_t(-1), std::int64_t(1'000'000'001)})
    EXPECT_EQ(code_of(mine.move_folder(a.id, std::nullopt, wrong)), errc::invalid_argument);
  sync_wait(mine.create_folder("a", b.id));
  EXPECT_EQ(code_of(mine.move_folder(a.id, b.id)), errc::already_exists);
}

TEST(Folders, AreNeverInThemselves) {
  desk d;
  auto const mine = d.as(d.user).organise();
  auto const outer = sync_wait(mine.create_folder("outer"));
  auto const inner = sync_wait(mine.create_folder("inner", outer.id));
  auto const innermost = sync_wait(mine.create_folder("innermost", inner.id));

  EXPECT_EQ(code_of(mine.move_folder(outer.id, outer.id)), errc::invalid_argument);
  EXPECT_EQ(code_of(mine.move_folder(outer.id, innermost.id)), errc::invalid_argument);

  EXPECT_EQ(sync_wait(mine.move_folder(inner.id, std::nullopt)).parent_id, folder_id());
  EXPECT_EQ(code_of(mine.move_folder(outer.id, innermost.id)), std::nullopt);
}

TEST(Folders, AreNeverInEachOtherWhenBothAreMovedAtOnce) {
  desk d;
  auto const mine = d.as(d.user).organise();
  auto const a = sync_wait(mine.create_folder("a"));
  auto const b = sync_wait(mine.create_folder("b"));

  std::vector<task<folder>> moving;
  moving.push_back(mine.move_folder(a.id, b.id));
  moving.push_back(mine.move_folder(b.id, a.id));
  auto const outcomes = tests::together(std::move(moving));

  EXPECT_EQ(tests::successes(outcomes), 1U);
  EXPECT_EQ(called_in(d).size(), 1U);
}

TEST(Folders, AreEightDeepAtMost) {
  desk d;
  auto const mine = d.as(d.user).organise();
  folder_id deepest;
  std::vector<folder> chain;
  for (std::size_t i = 0; i < max_folder_depth; ++i) {
    chain.push_back(sync_wait(mine.create_folder("down", deepest)));
    deepest = chain.back().id;
  }
  auto const pair = sync_wait(mine.create_folder("pair"));
  sync_wait(mine.create_folder("below", pair.id));

  EXPECT_EQ(code_of(mine.create_folder("down", deepest)), errc::invalid_argument);
  EXPECT_EQ(code_of(mine.move_folder(pair.id, chain[6].id)), errc::invalid_argument);
  EXPECT_EQ(code_of(mine.move_folder(pair.id, chain[5].id)), std::nullopt);
}

TEST(Folders, AreAThousandAtMostHoweverManyAreMadeAtOnce) {
  desk d;
  auto const mine = d.as(d.user).organise();
  store_folders(d, max_folders - 1);

  std::vector<task<folder>> making;
  for (auto const* name : {"x", "y", "z"}) making.push_back(mine.create_folder(name));
  auto const outcomes = tests::together(std::move(making));

  EXPECT_EQ(tests::successes(outcomes), 1U);
  for (auto const& one : outcomes) EXPECT_TRUE(one || one.error().code == errc::quota_exceeded);
  EXPECT_EQ(d.all_in<folder>(d.tenant).size(), max_folders);
}

TEST(Folders, MoveTheirContentUpWhenTheyAreRemoved) {
  desk d;
  auto const mine = d.as(d.user).organise();
  auto const top = sync_wait(mine.create_folder("top"));
  auto const gone = sync_wait(mine.create_folder("gone", top.id));
  sync_wait(mine.create_folder("same", top.id));
  for (auto const* name : {"same", "gone", "other"}) sync_wait(mine.create_folder(name, gone.id));
  auto const seen = d.new_chat();
  auto const hidden = d.new_chat();
  for (auto const& one : {seen, hidden}) sync_wait(d.chats().move(one.id, gone.id));
  sync_wait(d.chats().archive(hidden.id));

  sync_wait(mine.remove_folder(gone.id));

  EXPECT_EQ(called_in(d, top.id), (names{"same", "same (2)", "gone", "other"}));
  EXPECT_EQ(listed(d, in(top.id)), ids{seen.id});
  EXPECT_EQ(listed(d, put_away(top.id)), ids{hidden.id});
  EXPECT_EQ(code_of(mine.remove_folder(gone.id)), errc::not_found);
  sync_wait(mine.remove_folder(top.id));
  EXPECT_EQ(listed(d, in(folder_id())), ids{seen.id});
  EXPECT_EQ(called_in(d), (names{"same", "same (2)", "gone", "other"}));
}

TEST(Folders, GoOnBeingRemovedWhereThatWasCutOff) {
  desk_options options;
  auto const storage = std::make_shared<tests::watched_storage>(options.storage);
  options.storage = storage;
  desk d(options);
  auto const mine = d.as(d.user).organise();
  auto const full = sync_wait(mine.create_folder("full"));
  sync_wait(mine.create_folder("inner", full.id));
  constexpr std::ptrdiff_t count = 250;  // more than one step takes
  batch all;
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    chat one;
    one.id = chat_id{d.ids.next()};
    one.owner_id = d.user;
    one.model = "scripted/model";
    one.folder_id = full.id;
    all.add(insert(one));
  }
  sync_wait(d.storage->write(testing::tenant_scope(d.tenant), std::move(all))).value();
  // The first step is stored; whoever sees that it is can write nothing any more.
  storage->after_read_of("folders", [&]() -> task<void> {
    storage->after_read_of("folders", [&]() -> task<void> {
      storage->refuse_tenants(errc::unavailable);
      co_return;
    });
    co_return;
  });

  EXPECT_EQ(code_of(mine.remove_folder(full.id)), errc::unavailable);
  storage->refuse_tenants(std::nullopt);
  auto const left = chats_in(d, full.id);
  EXPECT_GT(left, 0);
  EXPECT_LT(left, count);
  EXPECT_EQ(called_in(d), names{"full"});

  sync_wait(mine.remove_folder(full.id));

  EXPECT_EQ(called_in(d), names{"inner"});
  EXPECT_EQ(chats_in(d, full.id), 0);
  EXPECT_EQ(chats_in(d, std::nullopt), count);
}

// Of which a read gives few at a time.
TEST(Folders, LeaveNoChatsBehindThatHaveLongPrompts) {
  desk d;
  auto const mine = d.as(d.user).organise();
  auto const full = sync_wait(mine.create_folder("full"));
  constexpr std::ptrdiff_t count = 40;
  batch all;
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    chat one;
    one.id = chat_id{d.ids.next()};
    one.owner_id = d.user;
    one.model = "scripted/model";
    one.system_prompt.assign(65'536, '.');
    one.folder_id = full.id;
    all.add(insert(one));
  }
  sync_wait(d.storage->write(testing::tenant_scope(d.tenant), std::move(all))).value();

  sync_wait(mine.remove_folder(full.id));

  EXPECT_EQ(chats_in(d, full.id), 0);
  EXPECT_EQ(chats_in(d, std::nullopt), count);
}

TEST(Folders, AreNotRemovedFromUnderAChatThatComesMeanwhile) {
  desk_options options;
  auto const storage = std::make_shared<tests::watched_storage>(options.storage);
  options.storage = storage;
  desk d(options);
  auto const mine = d.as(d.user).organise();
  auto const goes = sync_wait(mine.create_folder("goes"));
  auto const chat = d.new_chat();
  auto const chats = d.chats();
  storage->after_read_of("chats", [&]() -> task<void> { (void)co_await chats.move(chat.id, goes.id); });

  sync_wait(mine.remove_folder(goes.id));

  EXPECT_EQ(sync_wait(chats.get(chat.id)).folder_id, std::nullopt);
  EXPECT_EQ(listed(d, in(folder_id())), ids{chat.id});
}

TEST(Folders, KnowNothingOfOthers) {
  desk d;
  auto const bob = d.add_user("bob");
  auto const mine = d.as(d.user).organise();
  auto const bobs = d.as(bob).organise();
  auto const secret = sync_wait(mine.create_folder("secret"));
  auto const own = sync_wait(bobs.create_folder("secret"));
  auto const chat = d.new_chat();
  auto const bobs_chat = sync_wait(d.chats_of(bob).create("Test", "scripted/model"));
  folder_id const missing{d.ids.next()};

  for (auto const& other : {secret.id, missing}) {
    EXPECT_EQ(code_of(bobs.create_folder("x", other)), errc::not_found);
    EXPECT_EQ(code_of(bobs.rename_folder(other, "x", 1)), errc::not_found);
    EXPECT_EQ(code_of(bobs.move_folder(other, own.id)), errc::not_found);
    EXPECT_EQ(code_of(bobs.move_folder(own.id, other)), errc::not_found);
    EXPECT_EQ(code_of(bobs.remove_folder(other)), errc::not_found);
    EXPECT_EQ(code_of(d.chats_of(bob).move(bobs_chat.id, other)), errc::not_found);
    EXPECT_EQ(code_of(d.chats_of(bob).list(page_request(), in(other))), errc::not_found);
  }
  EXPECT_EQ(code_of(d.chats_of(bob).move(chat.id, own.id)), errc::not_found);
  EXPECT_EQ(code_of(d.chats_of(bob).pin(chat.id)), errc::not_found);
  EXPECT_EQ(code_of(d.chats_of(bob).archive(chat.id)), errc::not_found);
  EXPECT_EQ(sync_wait(bobs.folders()).items.size(), 1U);
  auto const viewer = d.as(bob, member_role::viewer);
  EXPECT_EQ(code_of(viewer.organise().create_folder("x")), errc::permission_denied);
  EXPECT_EQ(code_of(viewer.chats().pin(bobs_chat.id)), errc::permission_denied);
  EXPECT_EQ(called_in(d), names{"secret"});
}

TEST(Folders, GoWithTheirUser) {
  desk d;
  auto const bob = d.add_user("bob");
  sync_wait(d.as(bob).organise().create_folder("bob's"));
  sync_wait(d.as(d.user).organise().create_folder("mine"));

  sync_wait(d.engine->users().erase(bob));

  auto const left = d.all_in<folder>(d.tenant);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].name, "mine");
}

}  // namespace
}  // namespace sambung::folders_test
