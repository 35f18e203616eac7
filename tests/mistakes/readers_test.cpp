// Turns that are read wrongly, by nobody, or by too many.
#include "mistakes/mistake.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>

#include <future>

namespace sambung::readers_test {
namespace {

namespace asio = boost::asio;
using test::eventually;
using testing::answer_script;
using testing::gate;
using tests::code_of;
using tests::code_thrown_by;
using tests::desk;
using tests::say;

// A desk whose model has said "half" and waits.
struct halfway {
  halfway() {
    d.model->push(answer_script().text("half").wait(hold).text(" and half").finish());
    home = d.new_chat().id;
    reader = sync_wait(d.chats().send(home, "hi"));
    answer = reader.message_id();
    tests::read_first_text(reader);
  }
  bool ends_well() {
    hold.open();
    return eventually([&] { return tests::stored_answer(d, answer).state == message_state::complete; }) &&
           text_of(tests::stored_answer(d, answer).parts) == "half and half";
  }

  gate hold;
  desk d;
  chat_id home;
  turn reader;
  message_id answer;
};

TEST(Mistake, ATurnThatIsEmptySaysSo) {
  turn nothing;

  EXPECT_EQ(code_thrown_by([&] { sync_wait(nothing.next()); }), errc::invalid_argument);
  EXPECT_EQ(code_thrown_by([&] { sync_wait(nothing.answer()); }), errc::invalid_argument);
  EXPECT_EQ(code_thrown_by([&] { std::ignore = nothing.message_id(); }), errc::invalid_argument);
  EXPECT_EQ(code_thrown_by([&] { std::ignore = nothing.last_event(); }), errc::invalid_argument);
  EXPECT_EQ(code_thrown_by([&] { std::ignore = nothing.tail(); }), errc::invalid_argument);
}

TEST(Mistake, ATurnThatWasMovedFromSaysSo) {
  halfway h;
  auto const elsewhere = std::move(h.reader);

  EXPECT_EQ(code_thrown_by([&] { sync_wait(h.reader.next()); }), errc::invalid_argument);
  EXPECT_TRUE(h.ends_well());
}

TEST(Mistake, TwoReadsAtOnceOfOneTurnAreRefused) {
  halfway h;
  auto const strand = asio::make_strand(h.d.io);
  auto first = asio::co_spawn(strand, as_result(h.reader.next()), asio::use_future);
  auto second = asio::co_spawn(strand, as_result(h.reader.next()), asio::use_future);

  EXPECT_EQ(second.get().error().code, errc::invalid_argument);
  EXPECT_TRUE(h.ends_well());
  EXPECT_EQ(std::get<text_delta>(**first.get()).text, " and half");
  EXPECT_TRUE(sync_wait(h.reader.next())) << "the turn is read on";
}

TEST(Mistake, TwoReadsAtOnceOfAStoredTurnHarmNobody) {
  halfway h;
  ASSERT_TRUE(h.ends_well());
  auto reader = sync_wait(h.d.chats().resume(h.answer));
  auto const strand = asio::make_strand(h.d.io);
  auto first = asio::co_spawn(strand, as_result(reader.next()), asio::use_future);
  auto second = asio::co_spawn(strand, as_result(reader.next()), asio::use_future);

  EXPECT_TRUE(first.get());
  std::ignore = second.get();
}

TEST(Mistake, ATurnThatNobodyReadsIsStored) {
  desk d;
  d.model->push(say("hello"));
  auto const home = d.new_chat().id;
  auto const answer = sync_wait(d.chats().send(home, "hi")).message_id();

  EXPECT_TRUE(eventually([&] { return tests::stored_answer(d, answer).state == message_state::complete; }));
}

TEST(Mistake, AReaderThatLeavesEndsNothing) {
  halfway h;
  h.reader = turn();

  EXPECT_TRUE(h.ends_well());
}

TEST(Mistake, AReaderThatGoesBeforeItsOperationIsReadToTheEnd) {
  halfway h;
  auto reading = std::move(h.reader).answer();
  h.reader = turn();
  h.hold.open();

  EXPECT_EQ(text_of(sync_wait(std::move(reading)).parts), "half and half");
}

TEST(Mistake, AReadBehindTheEndGivesNothing) {
  halfway h;
  h.hold.open();
  tests::read_all(h.reader);

  EXPECT_FALSE(sync_wait(h.reader.next()));
  EXPECT_FALSE(sync_wait(h.reader.next()));
  EXPECT_EQ(text_of(sync_wait(h.reader.answer()).parts), "half and half");
}

TEST(Mistake, AReaderThatNamesAnEventThatNeverWasDoesNotWaitForIt) {
  halfway h;
  ASSERT_TRUE(h.ends_well());
  auto early = sync_wait(h.d.chats().resume(h.answer, -5));
  auto late = sync_wait(h.d.chats().resume(h.answer, std::int64_t(1) << 40));

  EXPECT_TRUE(tests::read_all(early).end);
  EXPECT_EQ(text_of(sync_wait(late.answer()).parts), "half and half");
}

TEST(Mistake, ASecondQuestionWhileAnAnswerRunsIsRefusedAndHarmsNothing) {
  halfway h;

  EXPECT_EQ(code_of(h.d.chats().send(h.home, "and another")), errc::conflict);

  EXPECT_TRUE(h.ends_well());
  EXPECT_EQ(sync_wait(h.d.chats().messages(h.home)).items.size(), 2U);
}

TEST(Mistake, AStopOfAnAnswerThatHasEndedDoesNothing) {
  halfway h;
  ASSERT_TRUE(h.ends_well());

  EXPECT_EQ(sync_wait(h.d.chats().stop(h.answer)).state, message_state::complete);
  EXPECT_EQ(sync_wait(h.d.chats().stop(h.answer)).state, message_state::complete);
}

TEST(Mistake, AChatThatIsRemovedInTheMiddleOfItsAnswerTellsTheReader) {
  halfway h;

  sync_wait(h.d.chats().remove(h.home));

  EXPECT_EQ(code_of(std::move(h.reader).answer()), errc::not_found);
  EXPECT_EQ(code_of(h.d.chats().get(h.home)), errc::not_found);
  EXPECT_TRUE(tests::still_works(h.d));
}

}  // namespace
}  // namespace sambung::readers_test
