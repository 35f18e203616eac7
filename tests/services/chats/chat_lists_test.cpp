// Lists of chats: what is pinned, what is put away, and what happened last.
#include "support/desk.hpp"

#include <sambung/testing/manual_clock.hpp>

#include <gtest/gtest.h>

namespace sambung::chat_lists_test {
namespace {

using std::chrono::seconds;
using tests::desk;
using tests::desk_options;
using tests::say;

using ids = std::vector<chat_id>;

ids ids_of(page<chat> const& found) {
  ids all;
  for (auto const& one : found.items) all.push_back(one.id);
  return all;
}

ids listed(desk& d, bool archived = false) {
  chat_list_options what;
  what.archived = archived;
  return ids_of(sync_wait(d.chats().list(page_request(), what)));
}

// A clock that a test sets, in a database of its own.
struct timed_desk {
  static desk_options with(std::shared_ptr<testing::manual_clock> const& clock) {
    desk_options options;
    options.clock = clock;
    return options;
  }
  chat made_later(std::chrono::milliseconds by = seconds(1)) {
    clock->advance(by);
    return d.new_chat();
  }
  void send(chat_id to) {
    d.model->push(say("hello"));
    auto turn = sync_wait(d.chats().send(to, "hi"));
    (void)sync_wait(turn.answer());
  }

  std::shared_ptr<testing::manual_clock> clock = std::make_shared<testing::manual_clock>();
  desk d{with(clock)};
};

TEST(ChatLists, HavePinnedChatsFirstAcrossPages) {
  timed_desk t;
  ids made;
  for (int i = 0; i < 5; ++i) made.push_back(t.made_later().id);
  for (auto const at : {1U, 0U}) sync_wait(t.d.chats().pin(made[at]));

  auto const first = sync_wait(t.d.chats().list(page_request(3)));
  ASSERT_TRUE(first.next_cursor);
  auto const second = sync_wait(t.d.chats().list(page_request(3, first.next_cursor)));

  EXPECT_EQ(ids_of(first), (ids{made[1], made[0], made[4]}));
  EXPECT_EQ(ids_of(second), (ids{made[3], made[2]}));
  EXPECT_FALSE(second.next_cursor);
  EXPECT_TRUE(first.items[0].pinned);
  EXPECT_FALSE(sync_wait(t.d.chats().unpin(made[1])).pinned);
  EXPECT_EQ(listed(t.d), (ids{made[0], made[4], made[3], made[2], made[1]}));
}

TEST(ChatLists, LeaveOutWhatIsPutAwayAndSearchFindsIt) {
  desk d;
  auto const away = sync_wait(d.chats().create("quarterly report", "scripted/model"));
  auto const here = d.new_chat();

  EXPECT_TRUE(sync_wait(d.chats().archive(away.id)).archived);

  EXPECT_EQ(listed(d), ids{here.id});
  EXPECT_EQ(listed(d, true), ids{away.id});
  auto const found = sync_wait(d.chats().search("report"));
  ASSERT_EQ(found.items.size(), 1U);
  EXPECT_TRUE(found.items[0].archived);
  EXPECT_FALSE(sync_wait(d.chats().unarchive(away.id)).archived);
  EXPECT_EQ(listed(d).size(), 2U);
}

TEST(ChatLists, AreOrderedByWhatHappenedLast) {
  timed_desk t;
  auto const first = t.made_later();
  auto const second = t.made_later(seconds(90));
  EXPECT_EQ(listed(t.d), (ids{second.id, first.id}));

  t.clock->advance(seconds(90));
  t.send(first.id);

  EXPECT_EQ(listed(t.d), (ids{first.id, second.id}));
  EXPECT_EQ(sync_wait(t.d.chats().get(first.id)).active_at, t.clock->now());
}

TEST(ChatLists, NoteEachMessage) {
  timed_desk t;
  auto const first = t.made_later();
  t.made_later();

  t.clock->advance(std::chrono::milliseconds(1));
  t.send(first.id);

  EXPECT_EQ(listed(t.d).front(), first.id);
}

TEST(ChatLists, KeepWhereAChatIsWhileItIsSentTo) {
  timed_desk t;
  auto const chat = t.made_later();
  auto const work = sync_wait(t.d.as(t.d.user).organise().create_folder("Work"));
  t.send(chat.id);  // from now on the chat is remembered as it was

  sync_wait(t.d.chats().pin(chat.id));
  sync_wait(t.d.chats().move(chat.id, work.id));
  t.clock->advance(seconds(90));
  t.send(chat.id);

  auto const stored = sync_wait(t.d.chats().get(chat.id));
  EXPECT_TRUE(stored.pinned);
  EXPECT_EQ(stored.folder_id, work.id);
  EXPECT_EQ(stored.active_at, t.clock->now());
}

}  // namespace
}  // namespace sambung::chat_lists_test
