// Storage that is named or migrated wrongly.
#include "mistakes/mistake.hpp"
#include "mistakes/ticket.hpp"

#include <sambung/open.hpp>

#include <fstream>

namespace sambung::stores_test {

// The same table one version later, whose author forgot the step.
namespace later {
struct ticket {
  std::string id;
  std::string text;
  std::string agent;
  mistaken::mood caller = mistaken::mood::calm;
  std::int64_t revision = 1;
  std::int64_t urgency = 0;
};
BOOST_DESCRIBE_STRUCT(ticket, (), (id, text, agent, caller, revision, urgency))
inline auto describe_record(record_of<ticket>) { return record<ticket>("mistaken_tickets").index(&ticket::agent); }
}  // namespace later

namespace {

using mistaken::printer;
using mistaken::ticket;
using mistaken::tickets;
using mistaken::with_tickets;
using tests::desk;
using tests::failure_thrown_by;
using tests::says;

// --- the name of a database ---

TEST(Mistake, AStorageIsNamedWronglyAndItSaysHow) {
  for (auto const* url : {"", "sqlite", "mysql://localhost/chat", "http://localhost", "chat.db", "memory",
                          "sqlite:", "postgresql:", "postgres:localhost"}) {
    auto const opened = open_storage(url);

    ASSERT_TRUE(opened.has_error()) << url;
    EXPECT_EQ(opened.error().code, errc::invalid_argument) << url;
    EXPECT_TRUE(says(opened.error(), "sqlite:")) << opened.error().message;
  }
}

TEST(Mistake, AFileThatCannotBeOpenedSaysSo) {
  testing::temporary_folder folder;
  auto const in = [&](std::string const& name) { return "sqlite:" + (folder.path() / name).string(); };
  std::ofstream(folder.path() / "text.db") << std::string(4'096, 'x');

  EXPECT_EQ(open_storage(in("nowhere/chat.db")).error().code, errc::unavailable);
  EXPECT_EQ(open_storage(in("")).error().code, errc::unavailable) << "a folder";
  auto const text = open_storage(in("text.db"));
  EXPECT_EQ(text.error().code, errc::data_loss) << "no database";
}

TEST(Mistake, ADatabaseServerThatIsNotThereSaysSo) {
  auto const unanswered = [](std::string_view url) {
    auto const opened = open_storage(url);
    if (!opened) return opened.error();
    auto const store = opened.value();
    auto const checked = sync_wait(store->check());
    return checked ? failure(errc::internal, "it answers") : checked.error();
  };

  auto const nobody = unanswered("postgresql://ada:secret@127.0.0.1:1/chat");
  auto const unencoded = unanswered("postgresql://ada:se@cret@127.0.0.1:1/chat");

  EXPECT_EQ(nobody.code, errc::unavailable);
  EXPECT_TRUE(says(nobody, "127.0.0.1")) << nobody.message;
  EXPECT_FALSE(says(nobody, "secret"));
  EXPECT_EQ(unencoded.code, errc::invalid_argument);
  EXPECT_TRUE(says(unencoded, "%40")) << unencoded.message;
}

TEST(Mistake, AnEngineOnAStorageThatIsAwayDoesNotStartAndSaysWhy) {
  engine_options options;
  options.storage = open_storage("postgresql://ada@127.0.0.1:1/chat").value();
  boost::asio::thread_pool io(1);
  engine made(io.get_executor(), std::move(options));

  EXPECT_EQ(tests::code_thrown_by([&] { sync_wait(made.start()); }), errc::unavailable);
}

// --- migrations ---

TEST(Mistake, AStorageThatWasNotMigratedSaysWhatComesFirst) {
  auto const store = tests::fresh_storage();
  collection<ticket> const records(*store, testing::tenant_scope(tenant_id{}));

  auto const found = sync_wait(records.get("one"));

  EXPECT_EQ(found.error().code, errc::unavailable);
  EXPECT_TRUE(says(found.error(), "engine::start()")) << found.error().message;
}

TEST(Mistake, AColumnWithoutAStepIsNamedAndTheRowsStay) {
  auto const store = tests::fresh_storage();
  auto const scope = testing::tenant_scope(tenant_id{});
  auto const schema_of = [](module_schema one) {
    return std::make_shared<schema const>(std::vector<module_schema>{std::move(one)});
  };
  sync_wait(store->migrate(schema_of(tickets()))).value();
  collection<ticket> const records(*store, scope);
  ticket const first = printer();
  sync_wait(records.write(insert(first))).value();

  auto const migrated = sync_wait(store->migrate(schema_of(module_schema("mistaken").table<later::ticket>())));

  ASSERT_TRUE(migrated.has_error());
  EXPECT_EQ(migrated.error().code, errc::invalid_argument);
  EXPECT_TRUE(says(migrated.error(), "urgency")) << migrated.error().message;
  EXPECT_EQ(sync_wait(records.get("one")).value().text, first.text);
}

TEST(Mistake, AnOlderProgramOnANewerDatabaseIsRefused) {
  auto const store = tests::fresh_storage();
  auto newer = tickets();
  newer.migrate(2, {});
  sync_wait(store->migrate(std::make_shared<schema const>(std::vector<module_schema>{newer}))).value();

  auto const migrated =
      sync_wait(store->migrate(std::make_shared<schema const>(std::vector<module_schema>{tickets()})));

  ASSERT_TRUE(migrated.has_error());
  EXPECT_EQ(migrated.error().code, errc::unsupported);
  EXPECT_TRUE(says(migrated.error(), "version 2 of module mistaken")) << migrated.error().message;
}

TEST(Mistake, ATableOfNoModuleOrOfSambungsOwnIsRefused) {
  desk d;

  EXPECT_TRUE(says(failure_thrown_by([&] { d.as(d.user).records<ticket>(); }), "mistaken_tickets"));
  EXPECT_EQ(tests::code_thrown_by([&] { d.as(d.user).records<message>(); }), errc::invalid_argument);
}

TEST(Mistake, ATableThatIsThereTwiceIsRefusedBeforeAnythingIsOpened) {
  engine_options options;
  options.modules = {tickets(), module_schema("another").table<ticket>()};
  boost::asio::thread_pool io(1);

  auto const why = failure_thrown_by([&] { engine made(io.get_executor(), std::move(options)); });

  EXPECT_EQ(why->code, errc::invalid_argument);
  EXPECT_TRUE(says(why, "mistaken_tickets")) << why->message;
}

}  // namespace
}  // namespace sambung::stores_test
