// Storage that loses its own word: a write is stored, or a read would succeed, and the caller hears that storage is
// away. Turns go on, and nothing of them is doubled or left behind.
#include "support/desk.hpp"

#include <sambung/records/active_turn.hpp>

#include <gtest/gtest.h>

#include <functional>

namespace sambung::tests::doubtful_storage_test {
namespace {

using namespace std::chrono_literals;
using testing::answer_script;
using testing::gate;

template <class Change>
bool changes(batch const& b, std::string_view table) {
  return std::ranges::any_of(b.changes(), [&](change const& c) {
    auto const* one = std::get_if<Change>(&c);
    return one && one->table == table;
  });
}

bool opens_turn(batch const& b) { return changes<insert_row>(b, "active_turns"); }
bool ends_turn(batch const& b) { return changes<erase_row>(b, "active_turns"); }
bool flushes(batch const& b) { return changes<increment_row>(b, "turn_chunks") && !ends_turn(b); }

class doubtful_storage final : public storage {
 public:
  using predicate = std::function<bool(batch const&)>;

  // Says of the next `count` writes that `which` accepts that storage is away, after they were stored.
  void doubt(predicate which, int count) {
    std::lock_guard lock(mutex_);
    which_ = std::move(which);
    doubts_ = count;
  }
  // Behind the next write that `which` accepts, refuses so many reads of messages.
  void refuse_reads_behind(predicate which, int count) {
    std::lock_guard lock(mutex_);
    behind_ = std::move(which);
    planned_refusals_ = count;
  }
  // What it still has to doubt and to refuse.
  int left() const {
    std::lock_guard lock(mutex_);
    return doubts_ + planned_refusals_ + refusals_;
  }

  task<result<void>> migrate(schema_ref s) override { return inner_->migrate(std::move(s)); }
  task<result<rows>> read(scope who, query q) override {
    if (refuses(q)) co_return away();
    co_return co_await inner_->read(who, std::move(q));
  }
  task<result<rows>> search(scope who, text_query q) override { return inner_->search(who, std::move(q)); }
  task<result<receipt>> write(scope who, batch b) override {
    bool const doubted = doubts(b);
    auto done = co_await inner_->write(who, std::move(b));
    if (doubted) co_return away();
    co_return done;
  }
  task<result<std::vector<tenant_id>>> tenants(scope who, std::string table, std::optional<tenant_id> after) override {
    return inner_->tenants(who, std::move(table), after);
  }
  task<result<void>> check() override { return inner_->check(); }

 private:
  static failure away() { return failure(errc::unavailable, "the connection to the database is gone"); }

  bool doubts(batch const& b) {
    std::lock_guard lock(mutex_);
    if (behind_ && behind_(b)) refusals_ += std::exchange(planned_refusals_, 0);
    return doubts_ > 0 && which_(b) && doubts_-- > 0;
  }
  bool refuses(query const& q) {
    std::lock_guard lock(mutex_);
    return refusals_ > 0 && q.table() == "messages" && refusals_-- > 0;
  }

  std::shared_ptr<storage> const inner_ = memory_storage();
  mutable std::mutex mutex_;
  predicate which_, behind_;
  int doubts_ = 0;
  int planned_refusals_ = 0;
  int refusals_ = 0;
};

class DoubtfulStorage : public ::testing::Test {
 protected:
  static desk_options on(std::shared_ptr<storage> store) {
    desk_options options;
    options.storage = std::move(store);
    options.deployment = deployment::shared;
    options.turns.flush_interval = 1ms;
    return options;
  }

  template <class R>
  static std::size_t rows_left(desk const& d) {
    collection<R> const table(*d.storage, testing::tenant_scope(d.tenant));
    return sync_wait(table.list(table.all(), page_request())).value().items.size();
  }

  void expect_told() const { EXPECT_EQ(store_->left(), 0) << "it never came to the doubt"; }
  static void expect_nothing_left_of_turns(desk const& d) {
    EXPECT_EQ(rows_left<active_turn>(d), 0U);
    EXPECT_EQ(rows_left<turn_chunk>(d), 0U);
    EXPECT_EQ(rows_left<message>(d), 2U);
  }

  std::shared_ptr<doubtful_storage> store_ = std::make_shared<doubtful_storage>();
  desk desk_{on(store_)};
};

TEST_F(DoubtfulStorage, StartsTheTurnWhoseOpeningWasStoredAfterAll) {
  desk_.model->push(say("hello"));
  auto const chat = desk_.new_chat();
  store_->doubt(opens_turn, 1);

  auto turn = sync_wait(desk_.chats().send(chat.id, "hi"));

  EXPECT_EQ(text_of(sync_wait(turn.answer()).parts), "hello");
  expect_told();
  expect_nothing_left_of_turns(desk_);
}

TEST_F(DoubtfulStorage, FlushesTextOnceAlthoughItTriesAgain) {
  gate hold, seen;
  desk_.model->push(answer_script().text("one ").wait(seen).text("two ").wait(hold).text("three").finish());
  auto const chat = desk_.new_chat();
  store_->doubt(flushes, 2);
  auto turn = sync_wait(desk_.chats().send(chat.id, "hi"));
  while (store_->left() > 0) std::this_thread::yield();
  seen.open();

  desk elsewhere(on(store_));
  auto follower = sync_wait(elsewhere.chats().resume(turn.message_id()));
  std::string followed;
  while (followed.size() < std::string_view("one two ").size()) {
    auto const event = sync_wait(follower.next()).value();
    if (auto const* delta = std::get_if<text_delta>(&event)) followed += delta->text;
  }
  auto const shown = text_of(sync_wait(elsewhere.chats().get_message(turn.message_id())).parts);
  hold.open();

  EXPECT_EQ(followed, "one two ");
  EXPECT_EQ(shown, "one two ");
  EXPECT_EQ(text_of(sync_wait(turn.answer()).parts), "one two three");
  expect_nothing_left_of_turns(desk_);
}

TEST_F(DoubtfulStorage, LeavesNoPieceBehindWhenTheLastFlushWasDoubtful) {
  auto options = on(store_);
  options.turns.flush_bytes = 1;
  options.turns.flush_interval = 1h;  // so it does not try again before the end
  options.tenant = "patient";
  desk patient(options);
  gate hold;
  patient.model->push(answer_script().text("all of it").wait(hold).finish());
  auto const chat = patient.new_chat();
  store_->doubt(flushes, 1);
  auto turn = sync_wait(patient.chats().send(chat.id, "hi"));
  while (store_->left() > 0) std::this_thread::yield();
  hold.open();

  EXPECT_EQ(text_of(sync_wait(turn.answer()).parts), "all of it");
  expect_nothing_left_of_turns(patient);
}

TEST_F(DoubtfulStorage, TellsTheEndThatWasStoredAfterAll) {
  desk_.model->push(say("hello"));
  auto const chat = desk_.new_chat();
  store_->doubt(ends_turn, 1);
  auto turn = sync_wait(desk_.chats().send(chat.id, "hi"));

  auto const got = read_all(turn);

  ASSERT_TRUE(got.end);
  EXPECT_EQ(got.end->state, message_state::complete);
  expect_told();
  expect_nothing_left_of_turns(desk_);
  ASSERT_EQ(desk_.usage().size(), 1U);
  EXPECT_EQ(desk_.usage().front().requests, 1) << "what was used is counted once";
}

TEST_F(DoubtfulStorage, TellsTheEndAlthoughLookingForItFailsAtFirst) {
  gate hold;
  desk_.model->push(answer_script().text("hello").wait(hold).finish());
  auto const chat = desk_.new_chat();
  auto turn = sync_wait(desk_.chats().send(chat.id, "hi"));
  read_first_text(turn);
  store_->doubt(ends_turn, 1);
  store_->refuse_reads_behind(ends_turn, 2);
  hold.open();

  auto const got = read_all(turn);

  ASSERT_TRUE(got.end);
  EXPECT_EQ(got.end->state, message_state::complete);
  expect_told();
}

TEST_F(DoubtfulStorage, WaitsForTheConversationThatItAnswers) {
  auto options = on(store_);
  options.turns.context_memory_bytes = 0;  // so it has to read all of it
  options.tenant = "forgetful";
  desk d(std::move(options));
  auto const chat = d.new_chat();
  for (auto const* question : {"one", "two", "three"}) {
    d.model->push(say("yes"));
    if (question == std::string_view("three")) store_->refuse_reads_behind(opens_turn, 2);
    auto turn = sync_wait(d.chats().send(chat.id, question));
    read_all(turn);
  }

  expect_told();
  auto const answer = sync_wait(d.chats().messages(chat.id)).items.front();
  EXPECT_EQ(answer.state, message_state::complete);
  ASSERT_EQ(d.model->requests().size(), 3U);
  EXPECT_EQ(d.model->requests().back().messages.size(), 5U) << "all of the conversation";
}

}  // namespace
}  // namespace sambung::tests::doubtful_storage_test
