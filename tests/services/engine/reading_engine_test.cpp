// An engine that only reads, beside one that works on the same database.
#include "support/people.hpp"

#include <sambung/open/open_storage.hpp>
#include <sambung/testing/manual_clock.hpp>

#include <gtest/gtest.h>

namespace sambung::reading_engine_test {

using namespace sambung::tests;

namespace {

class reader {
 public:
  explicit reader(std::shared_ptr<storage> from, std::vector<module_schema> modules = {},
                  std::shared_ptr<clock> time = nullptr) {
    engine_options options;
    options.clock = std::move(time);
    options.storage = std::move(from);
    options.use = database_use::reads;
    options.modules = std::move(modules);
    engine_ = std::make_unique<sambung::engine>(io_.get_executor(), std::move(options));
    sync_wait(engine_->start());
  }
  ~reader() {
    sync_wait(engine_->shutdown(std::chrono::seconds(0)));
    engine_.reset();
    io_.join();
  }
  reader(reader const&) = delete;
  reader& operator=(reader const&) = delete;

  sambung::engine& engine() { return *engine_; }
  workspace as(desk& d) { return engine_->workspace(principal::trusted(d.tenant, d.user, member_role::owner)); }

 private:
  boost::asio::thread_pool io_{1};
  std::unique_ptr<sambung::engine> engine_;
};

chat answered_chat(desk& d) {
  auto const home = d.new_chat();
  d.model->push(say("An answer about otters."));
  auto sent = sync_wait(d.chats().send(home.id, "A riddle?"));
  sync_wait(sent.answer());
  return home;
}

}  // namespace

TEST(ReadingEngine, ReadsWhatIsThere) {
  desk d;
  auto const home = answered_chat(d);

  reader other(d.storage);
  auto const at = other.as(d);

  EXPECT_EQ(sync_wait(at.chats().list()).items.size(), 1U);
  EXPECT_EQ(sync_wait(at.chats().messages(home.id)).items.size(), 2U);
  EXPECT_EQ(sync_wait(at.search().query(search_request("otters"))).items.size(), 1U);
  EXPECT_EQ(sync_wait(other.engine().tenants().find("acme")).id, d.tenant);
  EXPECT_EQ(sync_wait(other.engine().workspace(d.tenant, d.user)).who().user(), d.user);
  EXPECT_NO_THROW(sync_wait(other.engine().check()));
}

TEST(ReadingEngine, ChangesNothing) {
  desk d;
  auto const home = answered_chat(d);
  reader other(d.storage);
  auto const at = other.as(d);
  auto const seen = sync_wait(d.chats().get(home.id));
  auto const refused = [](auto operation) { return failure_of(std::move(operation)).code; };

  EXPECT_EQ(refused(at.chats().create("Another", "demo/demo")), errc::unsupported);
  EXPECT_EQ(refused(at.chats().rename(home.id, "New", seen.revision)), errc::unsupported);
  EXPECT_EQ(refused(at.chats().remove(home.id)), errc::unsupported);
  EXPECT_EQ(refused(at.chats().append(home.id, {appended_message(role::user, "hi")})), errc::unsupported);
  EXPECT_EQ(refused(other.engine().users().create(d.tenant, "bob@acme.example")), errc::unsupported);

  auto const now = sync_wait(d.chats().get(home.id));
  EXPECT_EQ(now.title, seen.title);
  EXPECT_EQ(now.revision, seen.revision);
  EXPECT_EQ(sync_wait(d.chats().list()).items.size(), 1U);
}

// What it would take to read it, it says: to bring the database up to date is not a reader's business.
TEST(ReadingEngine, MigratesNothing) {
  desk_options options;
  module_schema own("own");
  options.modules.push_back(own);
  desk d(options);
  own.migrate(2, {});
  std::vector<module_schema> const modules{own};

  auto const why = failure_of([&]() -> task<void> {
    reader other(d.storage, modules);
    co_return;
  }());

  EXPECT_EQ(why.code, errc::unsupported);
  EXPECT_FALSE(why.message.empty());
  options.storage = d.storage;
  options.tenant = "later";
  desk later(options);  // it is of the version that it was
  EXPECT_TRUE(sync_wait(later.chats().list()).items.empty());
}

// A session that is due to be extended goes on as it is.
TEST(ReadingEngine, KnowsWhoHasSignedInElsewhere) {
  desk_options options;
  auto const time = std::make_shared<testing::manual_clock>();
  options.clock = time;
  desk d(options);
  auto const grace = add_person(d, "grace");
  auto auth = d.engine->auth();
  auto const in = sync_wait(auth.sign_in("grace@acme.example", secret(right_password)));
  reader other(d.storage, {}, time);

  time->advance(std::chrono::days(2));
  auto const who = sync_wait(other.engine().auth().authenticate(in.token.view()));

  EXPECT_EQ(who.user(), grace);
  auto const row = sync_wait(stored<session>(d).get(in.session.id)).value();
  EXPECT_EQ(row.revision, in.session.revision);
}

// What a call used could not be counted.
TEST(ReadingEngine, CallsNoModel) {
  desk d;
  auto const home = d.new_chat();
  reader other(d.storage);
  auto const at = other.as(d);
  completion_request asked("demo/demo", {prompt_message(role::user, "hi")});
  send_options how;
  how.model = "demo/demo";

  EXPECT_EQ(failure_of(at.completions().complete(asked)).code, errc::unsupported);
  EXPECT_EQ(failure_of(at.chats().send(home.id, "hi", how)).code, errc::unsupported);
  EXPECT_TRUE(sync_wait(d.chats().messages(home.id)).items.empty());
}

TEST(ReadingEngine, LeavesTurnsToWhoRunsThem) {
  desk d;
  testing::gate more;
  d.model->push(testing::answer_script().text("Hel").wait(more).text("lo").finish());
  auto const home = d.new_chat();
  auto sent = sync_wait(d.chats().send(home.id, "hi"));

  reader other(d.storage);
  auto const seen = sync_wait(other.as(d).chats().get_message(sent.message_id()));
  more.open();

  EXPECT_EQ(seen.state, message_state::streaming);
  EXPECT_EQ(text_of(sync_wait(sent.answer()).parts), "Hello");
}

// One process has a SQLite file to write; others look at it.
TEST(ReadingEngine, LooksAtAFileThatAServerHas) {
  testing::temporary_folder folder;
  auto const url = "sqlite:" + (folder.path() / "chat.db").string();
  desk_options options;
  options.storage = open_storage(url).value();
  desk d(options);
  options.storage.reset();
  auto const home = answered_chat(d);

  reader other(open_snapshot(url).value());
  auto const at = other.as(d);
  auto const later = d.new_chat();

  EXPECT_EQ(sync_wait(at.chats().messages(home.id)).items.size(), 2U);
  EXPECT_EQ(failure_of(at.chats().get(later.id)).code, errc::not_found);  // it came behind the first read
  EXPECT_EQ(failure_of(at.chats().create("Another", "demo/demo")).code, errc::unsupported);
}

}  // namespace sambung::reading_engine_test
