// Operations that outlive what they were made of, are dropped, spawned, cancelled.
#include "mistakes/mistake.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <future>

namespace sambung::operations_test {

struct note {
  std::string id;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(note, (), (id, text))
inline auto describe_record(record_of<note>) { return record<note>("operation_notes"); }

namespace {

namespace asio = boost::asio;
using tests::code_of;
using tests::desk;
using tests::desk_options;
using tests::say;

constexpr auto long_text = "a text that is longer than the small string buffer";

desk_options with_notes() {
  desk_options options;
  options.modules.push_back(module_schema("notes").table<note>());
  return options;
}

TEST(Mistake, AnOperationOfATemporaryRuns) {
  desk d(with_notes());
  note const first{"one", long_text};
  sync_wait(d.as(d.user).records<note>().write(insert(first)));

  auto finding = d.engine->tenants().find("acme");
  auto reading = d.as(d.user).records<note>().get("one");
  auto making = d.engine->workspace(principal::trusted(d.tenant, d.user, member_role::owner))
                    .chats()
                    .create(long_text, "scripted/model");

  EXPECT_EQ(sync_wait(std::move(finding)).id, d.tenant);
  EXPECT_EQ(sync_wait(std::move(reading)).text, long_text);
  EXPECT_EQ(sync_wait(std::move(making)).title, long_text);
}

TEST(Mistake, AnOperationOfATemporaryMayBeSpawned) {
  desk d;
  auto const home = d.new_chat().id;
  std::promise<std::string> name;

  auto found = asio::co_spawn(d.io, d.as(d.user).chats().get(home), asio::use_future);
  asio::co_spawn(d.io, d.engine->tenants().find("acme"),
                 [&](std::exception_ptr thrown, tenant one) { name.set_value(thrown ? "thrown" : one.name); });

  EXPECT_EQ(found.get().id, home);
  EXPECT_EQ(name.get_future().get(), "acme");
}

TEST(Mistake, AnOperationOutlivesItsArguments) {
  desk d;
  std::optional<task<chat>> making;
  {
    new_chat from(long_text, "scripted/model");
    making.emplace(d.chats().create(from));
    from.title.assign(200, 'x');
  }

  EXPECT_EQ(sync_wait(std::move(*making)).title, long_text);
}

TEST(Mistake, AnOperationThatNobodyAwaitsDoesNothing) {
  desk d;
  {
    auto const dropped = d.chats().create("Dropped", "scripted/model");
  }

  EXPECT_TRUE(sync_wait(d.chats().list()).items.empty());
}

TEST(Mistake, AnOperationThatFailsInAFutureTellsWhoeverAsksTheFuture) {
  desk d;

  auto found = asio::co_spawn(d.io, d.chats().get(chat_id{d.ids.next()}), asio::use_future);

  EXPECT_EQ(tests::code_thrown_by([&] { found.get(); }), errc::not_found);
}

TEST(Mistake, AnOperationOutlivesItsEngineAndBeginsNoTurn) {
  desk d;
  auto const home = d.new_chat().id;
  auto reading = d.chats().get(home);
  auto writing = d.chats().rename(home, long_text, 1);
  auto sending = d.chats().send(home, "hi");
  auto const handle = d.as(d.user);

  d.engine.reset();

  EXPECT_EQ(sync_wait(std::move(reading)).id, home);
  EXPECT_EQ(sync_wait(std::move(writing)).title, long_text);
  EXPECT_EQ(code_of(std::move(sending)), errc::unavailable);
  EXPECT_EQ(sync_wait(handle.chats().get(home)).title, long_text);
}

TEST(Mistake, ASendThatIsCancelledLosesNoAnswer) {
  desk d;
  d.model->otherwise([](completion_request const&) { return say("hello"); });
  for (int i = 0; i < 20; ++i) {
    auto const home = d.new_chat().id;
    asio::cancellation_signal cancel;
    std::promise<void> ended, cancelled;
    asio::co_spawn(d.io, d.chats().send(home, "hi"),
                   asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr, turn) { ended.set_value(); }));
    asio::post(d.io, [&] {
      cancel.emit(asio::cancellation_type::terminal);
      cancelled.set_value();
    });
    ended.get_future().get();
    cancelled.get_future().get();

    EXPECT_TRUE(test::eventually([&] {
      auto const all = sync_wait(d.chats().messages(home)).items;
      return all.empty() || all.front().state != message_state::streaming;
    }));
  }
}

TEST(Mistake, ARecordWithoutANameMayBeAddedToABatchThatHasOne) {
  desk d(with_notes());
  batch both;
  both.add(insert(note{"one", long_text}));
  both.add(insert(note{"two", long_text}));

  EXPECT_EQ(sync_wait(d.as(d.user).records<note>().write(std::move(both))).rows, 2U);
}

// Makes another of a handle by moving it, and gives what it was moved from.
template <class T>
T moved_from(T handle) {
  auto const taken = std::move(handle);
  return handle;  // NOLINT(bugprone-use-after-move)
}

TEST(Mistake, AHandleThatWasMovedFromIsWhatItWas) {
  desk d(with_notes());
  auto const acme = d.as(d.user);
  note const first{"one", long_text};

  EXPECT_EQ(sync_wait(moved_from(acme.chats()).create(long_text, "scripted/model")).title, long_text);
  EXPECT_EQ(sync_wait(moved_from(acme.organise()).create_tag("work")).name, "work");
  EXPECT_EQ(sync_wait(moved_from(acme.records<note>()).write(insert(first))).rows, 1U);
  EXPECT_EQ(sync_wait(moved_from(acme.rows("operation_notes")).list(query("operation_notes"))).items.size(), 1U);
  EXPECT_TRUE(sync_wait(moved_from(acme.templates()).list()).items.empty());
  EXPECT_TRUE(sync_wait(moved_from(acme.quotas()).mine()).empty());
  EXPECT_EQ(sync_wait(moved_from(d.engine->tenants()).find("acme")).id, d.tenant);
}

TEST(Mistake, OneHandleIsUsedByManyThreadsAtOnce) {
  desk d;
  auto const shared = d.chats();
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 10; ++round) sync_wait(shared.create("Many", "scripted/model"));
    });
  threads.clear();

  EXPECT_EQ(sync_wait(shared.list(page_request(100))).items.size(), 40U);
}

}  // namespace
}  // namespace sambung::operations_test
