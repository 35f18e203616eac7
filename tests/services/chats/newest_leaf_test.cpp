// Where a client goes on that chose an alternative in a long chat.
#include "support/desk.hpp"
#include "support/watched_storage.hpp"

#include <sambung/testing/manual_clock.hpp>

#include <gtest/gtest.h>

namespace sambung::newest_leaf_test {
namespace {

using tests::desk;
using tests::desk_options;
using tests::watched_storage;

// A question with two answers: 10,002 messages go on from the first, two from the second.
class LongChat : public ::testing::Test {
 protected:
  LongChat() {
    question_ = append(1, std::nullopt);
    first_ = append(1, question_.id);
    leaf_of_first_ = first_;
    for (int i = 0; i < 11; ++i) leaf_of_first_ = append(i < 10 ? 1'000 : 2, leaf_of_first_.id);
    second_ = append(1, question_.id);
    leaf_of_second_ = append(2, second_.id);
  }

  // One behind the other; gives the last.
  message append(std::size_t count, std::optional<message_id> behind) {
    append_options how;
    how.leaf_id = behind;
    std::vector<appended_message> all(count, appended_message(role::user, "word"));
    return sync_wait(d_.chats().append(chat_, std::move(all), std::move(how))).back();
  }
  message newest_leaf(message_id of) { return sync_wait(d_.chats().newest_leaf(of)); }

  static desk_options watched(std::shared_ptr<watched_storage> by) {
    desk_options options;
    options.storage = std::move(by);
    options.clock = std::make_shared<testing::manual_clock>();  // reads are counted: the engine makes none by itself
    return options;
  }

  std::shared_ptr<watched_storage> storage_ = std::make_shared<watched_storage>(tests::fresh_storage());
  desk d_{watched(storage_)};
  chat_id chat_ = d_.new_chat().id;
  message question_, first_, leaf_of_first_, second_, leaf_of_second_;
};

TEST_F(LongChat, GoesOnWhereTheChosenAnswerEnds) {
  EXPECT_EQ(newest_leaf(first_.id).id, leaf_of_first_.id);
  EXPECT_EQ(newest_leaf(leaf_of_first_.id).id, leaf_of_first_.id);
  EXPECT_EQ(newest_leaf(question_.id).id, leaf_of_second_.id);

  auto const before = storage_->reads();
  EXPECT_EQ(newest_leaf(second_.id).id, leaf_of_second_.id);
  EXPECT_LT(storage_->reads() - before, 10) << "what is deeper than the second answer's end was read as well";
}

TEST_F(LongChat, GoesOnBehindAMessageThatIsDamaged) {
  auto const parts = *description_of<message>().position("parts");
  auto const damaged = append(3, leaf_of_first_.id);
  storage_->damage("messages", value(damaged.id.value), parts);
  EXPECT_EQ(newest_leaf(first_.id).depth, damaged.depth - 1) << "the newest that can be read";

  auto const behind = append(2, leaf_of_first_.id);
  auto const last = append(1, behind.id);
  storage_->damage("messages", value(behind.id.value), parts);
  EXPECT_EQ(newest_leaf(first_.id).id, last.id);
}

TEST_F(LongChat, GoesOnAtTheNewestOfManyEnds) {
  append(3, leaf_of_first_.id);
  auto const middle = sync_wait(d_.chats().messages(chat_, page_request(200))).items.back();
  auto const newest = append(2, middle.id);

  EXPECT_EQ(newest_leaf(first_.id).id, newest.id);
  EXPECT_EQ(newest_leaf(leaf_of_first_.id).depth, leaf_of_first_.depth + 3);
}

}  // namespace
}  // namespace sambung::newest_leaf_test
