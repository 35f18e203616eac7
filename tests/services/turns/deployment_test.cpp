// What an engine takes for granted about others on its storage.
#include "support/desk.hpp"
#include "support/eventually.hpp"

#include <sambung/records/active_turn.hpp>

#include <gtest/gtest.h>

namespace sambung::deployment_test {
namespace {

using namespace std::chrono_literals;
using testing::answer_script;
using testing::gate;
using tests::desk;

TEST(Deployment, FollowsTheStorage) {
  tests::desk_options options;
  options.deployment = std::nullopt;
  options.turns.flush_interval = 1ms;
  desk first(options);
  gate hold;
  first.model->push(answer_script().text("from afar").wait(hold).text("!").finish());
  auto turn = sync_wait(first.chats().send(first.new_chat().id, "hi"));
  tests::read_first_text(turn);
  // From then on the lease stands still for seconds: what changes in between is not lost.
  ASSERT_TRUE(test::eventually([&] { return !first.all_in<turn_chunk>(first.tenant).empty(); }));

  desk second(options);

  auto const seen = sync_wait(second.chats().get_message(turn.message_id()));
  EXPECT_EQ(seen.state, options.storage->is_shared() ? message_state::streaming : message_state::incomplete);
  EXPECT_EQ(options.storage->is_shared(), tests::tested_backend() == "postgresql:");
  hold.open();
  if (options.storage->is_shared()) {
    EXPECT_EQ(text_of(sync_wait(turn.answer()).parts), "from afar!");
  }
}

}  // namespace
}  // namespace sambung::deployment_test
