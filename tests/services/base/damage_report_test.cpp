// Who is told of a row that cannot be read, and how often.
#include "support/damaged_house.hpp"

#include <gtest/gtest.h>

#include <mutex>

namespace sambung::damage_report_test {
namespace {

using tests::damaged_house;
using tests::desk;

// Keeps what it is told.
class told_rows final : public observer {
 public:
  void damaged(damaged_row const& found) override {
    std::lock_guard lock(mutex_);
    told_.push_back(found);
  }
  std::vector<damaged_row> all() const {
    std::lock_guard lock(mutex_);
    return told_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<damaged_row> told_;
};

// The row is sound, what is in it is not: as a JSON text that was cut.
turn_chunk damaged_piece(damaged_house& house) {
  auto const first = house.lost->all_in<turn_chunk>(house.lost->tenant).front();
  collection<turn_chunk> const pieces(*house.store, testing::tenant_scope(house.lost->tenant));
  sync_wait(pieces.write(update<turn_chunk>(first.id).set(&turn_chunk::events, R"(["flush)"))).value();
  auto second = first;
  second.id = chunk_id{house.lost->ids.next()};
  second.first_event = 3;
  second.events = R"([" and more"])";
  sync_wait(pieces.write(insert(second))).value();
  return first;
}

TEST(DamagedRow, OfATurnIsToldOfAlsoWhereOnlyItsTextIsDamaged) {
  damaged_house house(tests::fresh_storage());
  auto const piece = damaged_piece(house);
  auto const told = std::make_shared<told_rows>();
  auto options = house.options;
  options.observer = told;
  options.deployment = deployment::shared;
  desk beside(options);

  EXPECT_EQ(text_of(sync_wait(beside.chats().get_message(house.answer)).parts), " and more");
  auto reader = sync_wait(beside.chats().resume(house.answer));
  tests::read_first_text(reader);
  EXPECT_EQ(reader.last_event(), 3);

  auto const all = told->all();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].table, "turn_chunks");
  EXPECT_EQ(all[0].key, to_string(piece.id));
  EXPECT_EQ(all[0].tenant, house.lost->tenant);
}

TEST(DamagedRow, OfALostTurnIsToldOfAlsoWhereOnlyItsTextIsDamaged) {
  damaged_house house(tests::fresh_storage());
  auto const piece = damaged_piece(house);
  auto const told = std::make_shared<told_rows>();
  auto options = house.options;
  options.observer = told;
  desk next(options);

  auto const stored = sync_wait(next.chats().get_message(house.answer));
  EXPECT_EQ(stored.reason, message_reason::server_lost);
  EXPECT_EQ(text_of(stored.parts), " and more");
  auto const all = told->all();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].key, to_string(piece.id));
}

TEST(DamagedRow, IsToldOfOnceHoweverOftenItIsMet) {
  damaged_house house(tests::fresh_storage());
  auto const told = std::make_shared<told_rows>();
  auto options = house.options;
  options.observer = told;
  house.lost.reset();
  desk d(options);
  house.store->damage("chats", value(house.old_chat.value));

  for (int i = 0; i < 3; ++i) {
    sync_wait(d.chats().list());
    tests::code_of(d.chats().get(house.old_chat));
  }

  auto const all = told->all();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].table, "chats");
  EXPECT_EQ(all[0].key, to_string(house.old_chat));
  EXPECT_EQ(all[0].tenant, d.tenant);
}

}  // namespace
}  // namespace sambung::damage_report_test
