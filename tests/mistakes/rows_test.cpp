// Rows that are asked for or changed wrongly, and a storage that is away meanwhile.
#include "mistakes/mistake.hpp"
#include "mistakes/ticket.hpp"

#include "support/watched_storage.hpp"

#include <sambung/storage/copy.hpp>

namespace sambung::rows_test {
namespace {

using namespace std::chrono_literals;
using mistaken::mood;
using mistaken::printer;
using mistaken::ticket;
using mistaken::with_tickets;
using tests::desk;
using tests::desk_options;
using tests::failure_thrown_by;
using tests::says;

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
}  // namespace sambung::rows_test
