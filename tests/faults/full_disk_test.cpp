// The disk is full: writes say so, reads go on, and once there is room everything goes on.
#include "faults/scenario/sqlite_session.hpp"
#include "temporary_folder.hpp"

#include <gtest/gtest.h>

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <csignal>
#include <thread>

namespace sambung::tests::full_disk_test {
namespace {

enum class small_by {
  tmpfs,  // a small one of its own that only the calling thread and those that it starts see
  limit,  // on the length of every file
};

// A folder with little room.
class small_disk {
 public:
  explicit small_disk(small_by how, std::size_t kibibytes = 2'048) {
    if (how == small_by::tmpfs) {
      bool const own_view =
          ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
      mounted_ = own_view && mount("size=" + std::to_string(kibibytes) + "k", 0);
      return;
    }
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    limit(1'048'576);
    limited_ = true;
  }
  ~small_disk() {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
    if (limited_) limit(before_.rlim_cur);
  }

  // False where this process may not mount.
  bool ready() const { return mounted_ || limited_; }

  void make_room() {
    if (mounted_) mount("size=64m", MS_REMOUNT);
    else limit(before_.rlim_cur);
  }
  std::filesystem::path const& path() const { return folder_.path(); }

 private:
  bool mount(std::string const& how, unsigned long flags) const {
    return ::mount("none", folder_.path().c_str(), "tmpfs", flags, how.c_str()) == 0;
  }
  void limit(rlim_t bytes) const {
    auto tight = before_;
    tight.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &tight);
  }

  testing::temporary_folder folder_;
  bool mounted_ = false;
  bool limited_ = false;
  rlimit before_{};
};

// One account with a chat, whose questions are long.
class long_questions {
 public:
  long_questions(engine& e, history_collector& told) : engine_(e), told_(told) {
    who_.tenant = sync_wait(e.tenants().create("tenant")).id;
    who_.user = sync_wait(e.users().create(who_.tenant, "user@example.org")).id;
    who_.canary = "canary";
    told_.add(who_);
    told_.add(chat_asked{who_.user, "chat"});
    new_chat from("chat", "story/teller");
    from.idempotency_key = "chat";
    chat_ = sync_wait(chats().create(from)).id;
    told_.add(chat_made{"chat", chat_});
  }

  // Asks one question and waits for its answer.
  result<void> ask(std::size_t number) {
    send_asked asked{chat_, "send" + std::to_string(number), true, "canary " + std::to_string(number) + ' '};
    asked.text += std::string(50'000, 'x');
    if (number >= asked_) told_.add(asked);
    asked_ = std::max(asked_, number + 1);
    return sync_wait(as_result(exchange(asked)));
  }

  std::size_t stored() { return sync_wait(chats().messages(chat_, page_request(max_page_size))).items.size(); }

 private:
  sambung::chats chats() {
    return engine_.workspace(principal::trusted(who_.tenant, who_.user, member_role::owner)).chats();
  }

  task<void> exchange(send_asked const& asked) {
    send_options how;
    how.idempotency_key = asked.key;
    auto workplace = chats();
    auto running = co_await workplace.send(chat_, asked.text, how);
    while (auto event = co_await running.next()) {
      if (auto const* started = std::get_if<turn_started>(&*event))
        told_.add(question_stored{asked.key, started->user_message_id.value(), started->message_id});
    }
  }

  engine& engine_;
  history_collector& told_;
  account_made who_;
  chat_id chat_;
  std::size_t asked_ = 0;
};

// An engine that gives a turn up soon when it cannot be stored.
engine_options impatient_engine(story_provider& story) {
  auto options = story_engine(story, nullptr);
  options.turns.storage_patience = std::chrono::milliseconds(500);
  options.turns.lease = std::chrono::seconds(2);
  return options;
}

void fill_and_go_on(small_by how) {
  small_disk disk(how);
  if (!disk.ready())
    GTEST_SKIP() << "this process may not mount a tmpfs; FullDisk.IsNoDifferentWhenAFileMayNotGrow runs";
  auto const file = disk.path() / "chat.db";
  history_collector told;
  story_provider story;
  {
    sqlite_session session{sqlite_options(file), impatient_engine(story)};
    long_questions questions(session.chat_engine(), told);
    std::size_t number = 0;
    auto outcome = questions.ask(number);
    while (outcome && number < 1'000) outcome = questions.ask(++number);
    ASSERT_FALSE(outcome) << "the disk never was full";
    auto const again = questions.ask(number);
    auto const stored = questions.stored();

    disk.make_room();

    EXPECT_EQ(outcome.error().code, errc::unavailable);
    EXPECT_NE(outcome.error().message.find("the disk is full"), std::string::npos) << outcome.error().message;
    // The disk was full for the question, or, when that had just fitted, for its answer; to say that the answer is
    // incomplete there may be room.
    EXPECT_TRUE(again ? stored == 2 * (number + 1) : again.error().code == errc::unavailable);
    EXPECT_TRUE(stored == 2 * number || stored == 2 * (number + 1)) << stored << " messages, question " << number;
    auto settled = questions.ask(number);
    auto const give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!settled && std::chrono::steady_clock::now() < give_up) settled = questions.ask(number);
    EXPECT_TRUE(settled) << settled.error().message;
    EXPECT_TRUE(questions.ask(number + 1));
    EXPECT_EQ(questions.stored(), 2 * (number + 2));
    session.shut_down();
  }
  auto const faults = judge(file, told.taken());
  EXPECT_TRUE(faults.empty()) << to_string(faults);
}

// With too little room even to make the database.
void open_with(std::size_t kibibytes) {
  SCOPED_TRACE(std::to_string(kibibytes) + " KiB");
  small_disk disk(small_by::tmpfs, kibibytes);
  if (!disk.ready()) GTEST_SKIP() << "this process may not mount a tmpfs";
  sqlite_options const file(disk.path() / "chat.db");
  story_provider story;
  try {
    sqlite_session session(file, story);
    sync_wait(session.chat_engine().tenants().create("tenant"));
    EXPECT_GT(kibibytes, 64U);
  } catch (error const& e) {
    EXPECT_EQ(e.code(), errc::unavailable) << e.what();
    EXPECT_NE(std::string(e.what()).find("the disk is full"), std::string::npos) << e.what();
  }

  disk.make_room();

  sqlite_session session(file, story);
  sync_wait(session.chat_engine().tenants().create("another"));
  session.shut_down();
}

TEST(FullDisk, RefusesWritesServesReadsAndGoesOnOnceThereIsRoom) {
  std::thread([] { fill_and_go_on(small_by::tmpfs); }).join();
}

TEST(FullDisk, SaysSoWhereADatabaseDoesNotFitAndOpensItOnceThereIsRoom) {
  for (std::size_t kibibytes = 4; kibibytes <= 800; kibibytes += kibibytes < 100 ? 4 : 100)
    std::thread([&] { open_with(kibibytes); }).join();
}

TEST(FullDisk, IsNoDifferentWhenAFileMayNotGrow) { fill_and_go_on(small_by::limit); }

}  // namespace
}  // namespace sambung::tests::full_disk_test
