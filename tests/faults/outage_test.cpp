// The disk takes no writes for longer than a turn is willing to wait.
#include "faults/disk_shim.hpp"
#include "faults/scenario/sqlite_session.hpp"
#include "temporary_folder.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace sambung::tests::outage_test {
namespace {

using namespace std::chrono_literals;

class Outage : public ::testing::Test {
 protected:
  Outage() : store_(open_sqlite(sqlite_options(folder_.path() / "chat.db")).value()) {
    auto options = story_engine(story_, store_);
    options.turns.storage_patience = 30ms;
    options.turns.lease = 200ms;
    engine_ = std::make_unique<engine>(io_.get_executor(), std::move(options));
    sync_wait(engine_->start());
    tenant_ = sync_wait(engine_->tenants().create("tenant")).id;
    user_ = sync_wait(engine_->users().create(tenant_, "user@example.org")).id;
    chat_ = sync_wait(chats().create("chat", "story/teller")).id;
  }

  sambung::chats chats() { return engine_->workspace(principal::trusted(tenant_, user_, member_role::owner)).chats(); }

  std::atomic<bool> down_ = false;
  disk_shim const shim_{real_syncs::no, [this](disk_operation const& operation) {
                          bool const changes =
                              operation.action == disk_action::write || operation.action == disk_action::sync;
                          return down_ && changes ? verdict{SQLITE_IOERR_WRITE, 0} : verdict();
                        }};
  testing::temporary_folder folder_;
  story_provider story_;
  std::shared_ptr<storage> store_;
  boost::asio::thread_pool io_{1};
  std::unique_ptr<engine> engine_;
  tenant_id tenant_;
  user_id user_;
  chat_id chat_;
};

TEST_F(Outage, EndsATurnWithAnErrorAndSettlesItAfterwardsWithoutARestart) {
  std::string const question = "a question (slowly)";
  auto turn = sync_wait(chats().send(chat_, question));
  sync_wait(turn.next()).value();
  down_ = true;
  story_.go_on(question);

  std::optional<turn_event> last;
  result<void> end;
  try {
    while (auto event = sync_wait(turn.next())) last = std::move(event);
  } catch (error const& e) {
    end = e.why();
  }
  auto const readable = sync_wait(chats().messages(chat_)).items.size();
  auto const refused = sync_wait(as_result(chats().create("another", "story/teller")));
  down_ = false;

  ASSERT_FALSE(end) << "a turn that was not stored must not be told as finished";
  EXPECT_EQ(end.error().code, errc::unavailable);
  EXPECT_FALSE(last && std::holds_alternative<turn_finished>(*last));
  EXPECT_EQ(readable, 2U);
  EXPECT_EQ(refused.error().code, errc::unavailable);
  auto const deadline = std::chrono::steady_clock::now() + 20s;
  auto answer = sync_wait(chats().get_message(turn.message_id()));
  while (answer.state == message_state::streaming && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
    answer = sync_wait(chats().get_message(turn.message_id()));
  }
  EXPECT_EQ(answer.state, message_state::incomplete);
  EXPECT_EQ(answer.reason, message_reason::server_lost);
  EXPECT_TRUE(story_about(question).starts_with(text_of(answer.parts)));
  auto next = sync_wait(chats().send(chat_, "another question"));
  EXPECT_EQ(sync_wait(next.answer()).state, message_state::complete);
  sync_wait(engine_->shutdown());
}

}  // namespace
}  // namespace sambung::tests::outage_test
