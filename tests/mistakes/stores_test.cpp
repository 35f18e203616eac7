// Storage that is named, migrated, asked or changed wrongly.
#include "mistakes/mistake.hpp"

#include "support/watched_storage.hpp"

#include <sambung/open.hpp>
#include <sambung/storage/copy.hpp>

#include <fstream>

namespace sambung::stores_test {

enum class mood { calm, angry };
BOOST_DESCRIBE_ENUM(mood, calm)  // one is forgotten

struct ticket {
  std::string id;
  std::string text;
  std::string agent;
  mood caller = mood::calm;
  std::int64_t revision = 1;
  std::string forgotten;  // is not described
};
BOOST_DESCRIBE_STRUCT(ticket, (), (id, text, agent, caller, revision))
inline auto describe_record(record_of<ticket>) {
  return record<ticket>("mistaken_tickets").text(&ticket::text, 1, 100).index(&ticket::agent);
}

// The same table one version later, whose author forgot the step.
namespace later {
struct ticket {
  std::string id;
  std::string text;
  std::string agent;
  mood caller = mood::calm;
  std::int64_t revision = 1;
  std::int64_t urgency = 0;
};
BOOST_DESCRIBE_STRUCT(ticket, (), (id, text, agent, caller, revision, urgency))
inline auto describe_record(record_of<ticket>) { return record<ticket>("mistaken_tickets").index(&ticket::agent); }
}  // namespace later

namespace {

using namespace std::chrono_literals;
using tests::desk;
using tests::desk_options;
using tests::failure_thrown_by;
using tests::says;

module_schema tickets() { return module_schema("mistaken").table<ticket>(); }

desk_options with_tickets() {
  desk_options options;
  options.modules.push_back(tickets());
  return options;
}

ticket printer() {
  ticket made;
  made.id = "one";
  made.text = "The printer burns.";
  made.agent = "ada";
  return made;
}

// A desk with one ticket.
struct help_desk {
  help_desk() { sync_wait(records().write(insert(stored))); }
  workspace_records<ticket> records() { return d.as(d.user).records<ticket>(); }
  std::optional<failure> why(std::function<void(workspace_records<ticket>)> const& f) {
    return failure_thrown_by([&] { f(records()); });
  }
  bool unharmed() {
    auto const now = sync_wait(records().get("one"));
    return now.text == stored.text && now.revision == stored.revision;
  }

  ticket stored = printer();
  desk d{with_tickets()};
};

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

// --- questions ---

TEST(Mistake, AQueryWithoutAnIndexNamesItsColumnsAndTheIndexesThereAre) {
  help_desk h;

  auto const why = h.why([](auto records) { sync_wait(records.list(records.where(&ticket::text, "x"))); });

  EXPECT_EQ(why->code, errc::invalid_argument);
  EXPECT_TRUE(says(why, "text"));
  EXPECT_TRUE(says(why, "agent"));
}

TEST(Mistake, AMemberThatIsNotDescribedIsRefusedByName) {
  help_desk h;

  EXPECT_EQ(h.why([](auto records) { sync_wait(records.list(records.where(&ticket::forgotten, "x"))); })->code,
            errc::invalid_argument);
  EXPECT_EQ(
      h.why([](auto records) { sync_wait(records.write(update<ticket>("one").set(&ticket::forgotten, "x"))); })->code,
      errc::invalid_argument);
  EXPECT_EQ(tests::code_thrown_by([] { record<ticket>("again").text(&ticket::forgotten, 1, 2); }),
            errc::invalid_argument);
  EXPECT_TRUE(h.unharmed());
}

TEST(Mistake, AnEnumeratorThatIsNotDescribedIsNotStored) {
  help_desk h;
  ticket odd = printer();
  odd.id = "two";
  odd.caller = mood::angry;

  EXPECT_EQ(h.why([&](auto records) { sync_wait(records.write(insert(odd))); })->code, errc::invalid_argument);
  EXPECT_EQ(h.why([](auto records) { sync_wait(records.get("two")); })->code, errc::not_found);
}

TEST(Mistake, APageThatIsAskedForWronglyIsRefused) {
  help_desk h;
  auto const code = [&](page_request which) {
    auto const why = h.why([&](auto records) { sync_wait(records.list(records.all(), which)); });
    return why ? std::optional(why->code) : std::nullopt;
  };

  EXPECT_EQ(code(page_request(0)), errc::invalid_argument);
  EXPECT_EQ(code(page_request(1'000'000)), errc::invalid_argument);
  EXPECT_EQ(code(page_request(10, "not a cursor")), errc::invalid_argument);
  EXPECT_EQ(tests::code_of(h.d.chats().list(page_request(10, "not a cursor"))), errc::invalid_argument);
}

TEST(Mistake, ACursorOfAnotherListIsRefused) {
  help_desk h;
  for (int i = 0; i < 3; ++i) h.d.new_chat();
  auto const cursor = sync_wait(h.d.chats().list(page_request(1))).next_cursor;
  ASSERT_TRUE(cursor);

  EXPECT_EQ(h.why([&](auto records) { sync_wait(records.list(records.all(), page_request(1, cursor))); })->code,
            errc::invalid_argument);
}

// --- changes ---

TEST(Mistake, AStaleRevisionIsAConflictThatNamesItsColumn) {
  help_desk h;
  auto change = update<ticket>("one").set(&ticket::text, "It is out.").when(&ticket::revision, 7);

  auto const why = h.why([&](auto records) { sync_wait(records.write(std::move(change))); });

  EXPECT_EQ(why->code, errc::conflict);
  EXPECT_TRUE(says(why, "changes[0].revision"));
  EXPECT_TRUE(h.unharmed());
}

TEST(Mistake, AStaleRevisionOfAChatIsAConflict) {
  desk d;
  auto const home = d.new_chat();
  sync_wait(d.chats().rename(home.id, "First", home.revision));

  EXPECT_EQ(tests::code_of(d.chats().rename(home.id, "Second", home.revision)), errc::conflict);
  EXPECT_EQ(sync_wait(d.chats().get(home.id)).title, "First");
}

TEST(Mistake, ABatchOfWhichOneChangeFailsChangesNothing) {
  help_desk h;
  ticket second = printer();
  second.id = "two";
  batch both;
  both.add(insert(second));
  both.add(update<ticket>("three").set(&ticket::text, "There is none."));

  auto const why = h.why([&](auto records) { sync_wait(records.write(both)); });

  EXPECT_EQ(why->code, errc::not_found);
  EXPECT_TRUE(says(why, "changes[1]"));
  EXPECT_EQ(h.why([](auto records) { sync_wait(records.get("two")); })->code, errc::not_found);
}

TEST(Mistake, ARowThatIsThereIsNotInsertedTwice) {
  help_desk h;
  ticket again = printer();
  again.text = "Another one.";

  EXPECT_EQ(h.why([&](auto records) { sync_wait(records.write(insert(again))); })->code, errc::already_exists);
  EXPECT_TRUE(h.unharmed());
}

TEST(Mistake, ATextThatCannotBeStoredIsRefusedByItsColumn) {
  help_desk h;
  for (auto const& text : {std::string(), std::string(200, 'x'), std::string("a\0b", 3), std::string("\xff")}) {
    ticket odd = printer();
    odd.id = "two";
    odd.text = text;

    auto const why = h.why([&](auto records) { sync_wait(records.write(insert(odd))); });

    ASSERT_TRUE(why);
    EXPECT_EQ(why->code, errc::invalid_argument);
    EXPECT_TRUE(says(why, "text")) << why->message;
  }
}

TEST(Mistake, AnEmptyBatchIsNoMistake) {
  help_desk h;

  EXPECT_EQ(sync_wait(h.records().write(batch())).rows, 0U);
}

TEST(Mistake, AnIdempotencyKeyForSomethingElseIsAConflict) {
  desk d;
  new_chat from("First", "scripted/model");
  from.idempotency_key = "one key";
  auto const first = sync_wait(d.chats().create(from));
  EXPECT_EQ(sync_wait(d.chats().create(from)).id, first.id);
  from.title = "Second";

  EXPECT_EQ(tests::code_of(d.chats().create(from)), errc::conflict);
  EXPECT_EQ(sync_wait(d.chats().list()).items.size(), 1U);
}

TEST(Mistake, ACopyOfRowsThatBelongToNobodyIsRefused) {
  desk d;
  auto const nobody = tenant_id{d.ids.next()};
  chat orphan = d.new_chat();
  orphan.id = chat_id{d.ids.next()};
  collection<chat> const elsewhere(*d.storage, testing::tenant_scope(nobody));
  sync_wait(elsewhere.write(insert(orphan))).value();
  auto const target = memory_storage();

  auto const copied = sync_wait(copy_storage(*d.storage, *target, standard_schema()));

  ASSERT_TRUE(copied.has_error());
  EXPECT_EQ(copied.error().code, errc::data_loss);
}

TEST(Mistake, AStorageThatIsAwayInTheMiddleOfAnAnswerCostsNothingOfIt) {
  auto const store = std::make_shared<tests::watched_storage>(tests::fresh_storage());
  desk_options options;
  options.storage = store;
  options.turns.flush_interval = 1ms;
  desk d(std::move(options));
  testing::gate hold;
  d.model->push(testing::answer_script().text("half").wait(hold).text(" and half").finish());
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));
  tests::read_first_text(turn);

  store->refuse_tenants(errc::unavailable);
  hold.open();
  EXPECT_EQ(tests::code_of(d.chats().create("Test", "scripted/model")), errc::unavailable);
  store->refuse_tenants(std::nullopt);

  EXPECT_EQ(text_of(sync_wait(turn.answer()).parts), "half and half");
}

}  // namespace
}  // namespace sambung::stores_test
