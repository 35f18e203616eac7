// Messages that were stored before there was a search: engines go through them while they serve.
#include "support/people.hpp"
#include "support/watched_storage.hpp"

#include <sambung/records/message_text.hpp>
#include <sambung/services/search/search.hpp>
#include <sambung/testing/gate.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include <gtest/gtest.h>

namespace sambung::text_indexing_test {

using namespace sambung::tests;

namespace {

constexpr std::size_t kinds_of_periodic_work = 5;

// Engines, one after the other or beside each other, on a database with messages that nobody has gone through.
class TextIndexing : public ::testing::Test {
 protected:
  struct server {
    explicit server(desk_options options) : clock(std::make_shared<testing::manual_clock>()) {
      options.clock = clock;
      d.emplace(std::move(options));
    }
    // Nothing happens by itself until then.
    void let_time_pass() {
      ASSERT_TRUE(clock->wait_for_sleepers(kinds_of_periodic_work));
      clock->advance(std::chrono::seconds(1));
    }
    search_page find(std::string text) {
      search_request what(std::move(text));
      what.kinds = {search_kind::message};
      return sync_wait(d->as(d->user).search().query(std::move(what), page_request(max_page_size)));
    }

    std::shared_ptr<testing::manual_clock> clock;
    std::optional<desk> d;
  };

  TextIndexing() {
    options.storage = store;
    options.deployment = deployment::shared;
  }

  // In one chat, as a version without search stored them: each says "narwhal" and its number.
  void store_messages(desk& d, int count) {
    auto const home = d.new_chat();
    batch b;
    for (int i = 0; i < count; ++i) {
      message one;
      one.created_at = one.updated_at = timestamp(std::chrono::milliseconds(1'000 + i));
      one.id = id_at<message_id>(one.created_at, "m" + std::to_string(i));
      one.chat_id = home.id;
      one.depth = i;
      one.role = i % 2 ? role::assistant : role::user;
      if (i > 0) one.parent_id = last_;
      one.parts.push_back(text_part{"narwhal m" + std::to_string(i), {}});
      last_ = one.id;
      b.add(insert(one));
    }
    sync_wait(store->write(testing::tenant_scope(d.tenant), std::move(b))).value();
  }

  static std::optional<text_progress> progress_of(desk& d) {
    auto const all = d.all_in<text_progress>(d.tenant);
    return all.empty() ? std::nullopt : std::optional(all.front());
  }
  static bool is_done(desk& d) {
    auto const progress = progress_of(d);
    return progress && progress->done;
  }

  std::shared_ptr<watched_storage> store = std::make_shared<watched_storage>(fresh_storage());
  desk_options options;
  message_id last_;
};

TEST_F(TextIndexing, EndsByItselfAndSaysMeanwhileHowFarItIs) {
  server one(options);
  store_messages(*one.d, 120);

  for (int i = 0; i < 2; ++i) {
    auto const early = one.find("narwhal");
    ASSERT_EQ(early.items.size(), 50U);
    EXPECT_EQ(early.indexed_since, early.items.back().at);
  }
  one.let_time_pass();
  ASSERT_TRUE(test::eventually([&] { return is_done(*one.d); }));

  auto const all = one.find("narwhal");
  EXPECT_EQ(all.items.size(), 120U);
  EXPECT_FALSE(all.indexed_since);
}

TEST_F(TextIndexing, GivesRowsTheWordsThatAMigrationLeft) {
  server one(options);
  auto& d = *one.d;
  auto const home = d.new_chat();
  d.model->push(say("narwhal"));
  auto turn = sync_wait(d.chats().send(home.id, "who sings?"));
  auto const answer = sync_wait(turn.answer());
  ASSERT_FALSE(one.find("narwhal").indexed_since);
  store->leave_words("message_texts", value(answer.parent_id->value), 3);

  auto const asked = sync_wait(d.chats().get_message(*answer.parent_id));
  EXPECT_EQ(one.find("narwhal").indexed_since, asked.created_at + std::chrono::milliseconds(1));
  search_request chats("narwhal");
  chats.kinds = {search_kind::chat};
  EXPECT_FALSE(sync_wait(d.as(d.user).search().query(chats)).indexed_since);
  one.let_time_pass();

  EXPECT_TRUE(test::eventually([&] { return !one.find("narwhal").indexed_since; }));
}

TEST_F(TextIndexing, BeginsAnewWhereNobodyCanReadHowFarItWent) {
  server one(options);
  store_messages(*one.d, 120);
  ASSERT_EQ(one.find("narwhal").items.size(), 50U);
  store->damage_until_written("text_progress", value("messages"), 4);

  EXPECT_EQ(one.find("narwhal").items.size(), 50U);
  one.let_time_pass();
  ASSERT_TRUE(test::eventually([&] { return is_done(*one.d); }));

  EXPECT_EQ(one.find("narwhal").items.size(), 120U);
}

TEST_F(TextIndexing, StopsWithItsEngineAndTheNextGoesOn) {
  std::vector<std::size_t> found;
  for (int life = 0; life < 3; ++life) {
    server one(options);
    auto& d = *one.d;
    if (life == 0) store_messages(d, 150);
    testing::gate held;
    store->after_read_of("messages", [held]() mutable { return held.wait(); });
    one.let_time_pass();
    ASSERT_TRUE(held.reached_within(std::chrono::seconds(60)));

    auto ending = boost::asio::co_spawn(d.io, d.engine->shutdown(std::chrono::seconds(0)), boost::asio::use_future);
    boost::asio::post(d.io, [held]() mutable { held.open(); });
    ending.get();

    found.push_back(d.all_in<message_text>(d.tenant).size());
    EXPECT_EQ(is_done(d), life == 2);
  }
  EXPECT_EQ(found, (std::vector<std::size_t>{50, 100, 150}));
}

TEST_F(TextIndexing, IsSharedBySeveralEngines) {
  server one(options);
  store_messages(*one.d, 1'000);
  server other(options);

  one.let_time_pass();
  other.let_time_pass();
  ASSERT_TRUE(test::eventually([&] { return is_done(*one.d); }));

  EXPECT_EQ(one.d->all_in<message_text>(one.d->tenant).size(), 1'000U);
  auto const oldest = other.find("narwhal m0");
  EXPECT_EQ(oldest.items.size(), 1U);
  EXPECT_FALSE(oldest.indexed_since);
}

TEST_F(TextIndexing, HasNothingToDoWhereMessagesCameWithTheirTexts) {
  server one(options);
  auto& d = *one.d;
  auto const home = d.new_chat();
  for (int i = 0; i < 30; ++i) {
    d.model->push(say("narwhal"));
    auto turn = sync_wait(d.chats().send(home.id, "question " + std::to_string(i)));
    (void)sync_wait(turn.answer());
  }

  auto const found = one.find("narwhal");

  EXPECT_EQ(found.items.size(), 30U);
  EXPECT_FALSE(found.indexed_since);
  EXPECT_TRUE(is_done(d));
  EXPECT_FALSE(progress_of(d)->place) << "nobody has gone through them";
}

TEST_F(TextIndexing, IsNotFooledByAnOldQuestionThatIsAnsweredAgain) {
  server one(options);
  auto& d = *one.d;
  auto const home = d.new_chat();
  d.model->push(say("narwhal"));
  auto turn = sync_wait(d.chats().send(home.id, "narwhal"));
  auto const answer = sync_wait(turn.answer());
  collection<message_text> const texts(*store, testing::tenant_scope(d.tenant));
  for (auto const& text : d.all_in<message_text>(d.tenant))
    sync_wait(texts.write(erase<message_text>(text.id))).value();

  d.model->push(say("another narwhal"));
  auto again = sync_wait(d.chats().regenerate(answer.id));
  (void)sync_wait(again.answer());

  EXPECT_EQ(one.find("narwhal").items.size(), 3U);
}

TEST_F(TextIndexing, PassesOverADamagedMessage) {
  server one(options);
  store_messages(*one.d, 60);
  store->damage("messages", value(last_.value));

  one.let_time_pass();
  ASSERT_TRUE(test::eventually([&] { return is_done(*one.d); }));

  EXPECT_EQ(one.find("narwhal").items.size(), 59U);
}

// Wherever in the round it stands: within a step, as the last of one, and as the last of all.
TEST_F(TextIndexing, PassesOverAMessageThatHasNoKeyAnyMore) {
  for (auto const* which : {"narwhal m30", "narwhal m10", "narwhal m0"}) {
    SCOPED_TRACE(which);
    store = std::make_shared<watched_storage>(fresh_storage());
    options.storage = store;
    server one(options);
    store_messages(*one.d, 60);
    for (auto const& said : one.d->all_in<message>(one.d->tenant))
      if (text_of(said.parts) == which) store->damage("messages", value(said.id.value), 0);

    one.let_time_pass();
    ASSERT_TRUE(test::eventually([&] { return is_done(*one.d); }));

    EXPECT_EQ(one.find("narwhal").items.size(), 59U);
  }
}

TEST_F(TextIndexing, LeavesChatsThatAreBeingRemoved) {
  server one(options);
  store_messages(*one.d, 60);
  for (auto const& home : one.d->all_in<chat>(one.d->tenant)) {
    auto hide = update<chat>(home.id).set(&chat::state, chat_state::deleting);
    batch b;
    b.add(std::move(hide));
    sync_wait(store->write(testing::tenant_scope(one.d->tenant), std::move(b))).value();
  }

  one.let_time_pass();
  ASSERT_TRUE(test::eventually([&] { return is_done(*one.d); }));

  EXPECT_TRUE(one.d->all_in<message_text>(one.d->tenant).empty());
}

}  // namespace
}  // namespace sambung::text_indexing_test
