// The checker of the proofs: it finds each fault when somebody makes it.
#include "faults/scenario/history_checker.hpp"
#include "faults/scenario/workload.hpp"

#include <sambung/records/active_turn.hpp>
#include <sambung/records/idempotency_record.hpp>
#include <sambung/storage/collection.hpp>
#include <sambung/storage/memory.hpp>
#include <sambung/testing/scopes.hpp>

#include <gtest/gtest.h>

#include <boost/asio/thread_pool.hpp>

#include <algorithm>

namespace sambung::tests::history_checker_test {
namespace {

class HistoryChecker : public ::testing::Test {
 protected:
  HistoryChecker() : store_(memory_storage()), engine_(io_.get_executor(), story_engine(story_, store_)) {
    sync_wait(engine_.start());
    workload work(workload_options(), story_, [this](history_event e) { collector_.add(std::move(e)); });
    work.settle(engine_);
    work.play(engine_, [] {});
    story_.never_pause();
    told_ = collector_.taken();
    account_ = first<account_made>();
    sync_wait(engine_.shutdown());
  }

  // The first event of a kind.
  template <class E>
  E& first() {
    return *std::get_if<E>(&*std::ranges::find_if(told_, [](auto const& e) { return std::holds_alternative<E>(e); }));
  }
  question_stored question(std::size_t number) {
    for (auto const& e : told_)
      if (auto const* one = std::get_if<question_stored>(&e); one && number-- == 0) return *one;
    throw std::out_of_range("no such question");
  }

  scope tenant() const { return testing::tenant_scope(account_.tenant); }
  message stored(message_id id) {
    collection<message> const messages(*store_, scope_of(id));
    return sync_wait(messages.get(id)).value();
  }
  scope scope_of(message_id id) {
    for (auto const& e : told_)
      if (auto const* who = std::get_if<account_made>(&e)) {
        auto const there = testing::tenant_scope(who->tenant);
        if (sync_wait(collection<message>(*store_, there).get(id))) return there;
      }
    throw std::out_of_range("no such message");
  }
  void write(scope who, batch b) { sync_wait(store_->write(who, std::move(b))).value(); }

  std::vector<fault> found() {
    engine fresh(io_.get_executor(), story_engine(story_, store_));
    sync_wait(fresh.start());
    auto faults = history_checker(fresh, *store_).faults_in(told_);
    sync_wait(fresh.shutdown());
    return faults;
  }
  void expect(fault_kind kind) {
    auto const faults = found();
    EXPECT_TRUE(std::ranges::find(faults, kind, &fault::kind) != faults.end())
        << "expected " << to_string(kind) << ", found:\n"
        << to_string(faults);
  }

  story_provider story_;
  std::shared_ptr<storage> store_;
  boost::asio::thread_pool io_{1};
  engine engine_;
  history_collector collector_;
  history told_;
  account_made account_;
};

TEST_F(HistoryChecker, FindsNothingWhereNothingIsWrong) {
  auto const faults = found();

  EXPECT_TRUE(faults.empty()) << to_string(faults);
}

TEST_F(HistoryChecker, FindsNothingWhenItIsAskedTwice) {
  found();

  auto const faults = found();

  EXPECT_TRUE(faults.empty()) << to_string(faults);
}

TEST_F(HistoryChecker, ReadsAHistoryBackFromItsLines) {
  for (auto const& event : told_) {
    auto const back = parse_history_line(to_line(event));
    ASSERT_TRUE(back);
    EXPECT_EQ(to_line(*back), to_line(event));
  }
  EXPECT_FALSE(parse_history_line("nonsense"));
}

TEST_F(HistoryChecker, FindsALostAccount) {
  account_made gone = account_;
  gone.user = user_id{{}};
  gone.user.value.bytes[0] = 1;
  told_.push_back(gone);

  expect(fault_kind::lost);
}

TEST_F(HistoryChecker, FindsALostChat) {
  first<chat_made>().chat = chat_id{account_.tenant.value};
  std::erase_if(told_, [](auto const& e) { return e.index() > 2; });

  expect(fault_kind::lost);
}

TEST_F(HistoryChecker, FindsALostQuestionAndItsAnswer) {
  auto const gone = question(1);
  auto const who = scope_of(gone.answer);
  batch b;
  b.add(erase<message>(gone.answer)).add(erase<message>(gone.question));
  write(who, std::move(b));

  expect(fault_kind::lost);
}

TEST_F(HistoryChecker, FindsTextThatWasReadAndIsGone) {
  auto const& flushed = first<text_flushed>();
  auto const key = flushed.key;
  auto const asked = std::ranges::find_if(told_, [&](auto const& e) {
    auto const* one = std::get_if<question_stored>(&e);
    return one && one->key == key;
  });
  auto const answer = std::get<question_stored>(*asked).answer;
  std::erase_if(told_, [](auto const& e) { return std::holds_alternative<answer_final>(e); });
  std::vector<part> none;
  batch b;
  b.add(update<message>(answer).set(&message::parts, none).set(&message::state, message_state::incomplete));
  write(scope_of(answer), std::move(b));

  expect(fault_kind::lost);
}

TEST_F(HistoryChecker, FindsAQuestionThatIsThereTwice) {
  auto const last = question(0);
  auto again = stored(last.question);
  auto const who = scope_of(last.question);
  collection<chat> const chats(*store_, who);
  auto const head = sync_wait(chats.get(again.chat_id)).value().head_id.value();
  again.id = message_id{again.chat_id.value};
  again.parent_id = head;
  again.depth = stored(head).depth + 1;
  batch b;
  b.add(insert(again)).add(update<chat>(again.chat_id).set(&chat::head_id, again.id));
  write(who, std::move(b));

  expect(fault_kind::duplicated);
}

TEST_F(HistoryChecker, FindsASendThatWasAcknowledgedAsTwoQuestions) {
  auto other = first<question_stored>();
  other.question = message_id{account_.tenant.value};
  told_.push_back(other);

  expect(fault_kind::duplicated);
}

TEST_F(HistoryChecker, FindsAnotherOrder) {
  std::vector<send_asked*> sends;
  for (auto& e : told_)
    if (auto* one = std::get_if<send_asked>(&e)) sends.push_back(one);
  auto const second =
      std::ranges::find_if(sends, [&](auto* one) { return one != sends[0] && one->chat == sends[0]->chat; });
  auto const later = std::ranges::find_if(told_, [&](auto& e) { return std::get_if<send_asked>(&e) == *second; });
  auto const moved = *later;
  told_.erase(later);
  told_.insert(std::ranges::find_if(told_, [](auto& e) { return std::holds_alternative<send_asked>(e); }), moved);

  expect(fault_kind::disordered);
}

TEST_F(HistoryChecker, FindsAFork) {
  auto const place = question(1);
  auto beside = stored(place.answer);
  beside.id = message_id{beside.chat_id.value};
  batch b;
  b.add(insert(beside));
  write(scope_of(place.answer), std::move(b));

  expect(fault_kind::forked);
}

TEST_F(HistoryChecker, FindsAForeignText) {
  std::string foreign;
  for (auto const& e : told_)
    if (auto const* who = std::get_if<account_made>(&e)) foreign = who->canary;
  auto const where = question(0);
  auto const who = scope_of(where.answer);
  ASSERT_TRUE(who == tenant() || foreign != account_.canary);
  auto const text = who == tenant() ? foreign : account_.canary;
  std::vector<part> parts;
  parts.push_back(text_part{text, {}});
  batch b;
  b.add(update<message>(where.answer).set(&message::parts, parts));
  write(who, std::move(b));

  expect(fault_kind::foreign);
}

TEST_F(HistoryChecker, FindsAnAnswerThatIsStillStreaming) {
  auto const place = question(0);
  batch b;
  b.add(update<message>(place.answer).set(&message::state, message_state::streaming));
  write(scope_of(place.answer), std::move(b));

  expect(fault_kind::stuck);
}

TEST_F(HistoryChecker, FindsAPieceThatNobodyFolded) {
  turn_chunk left;
  left.id = chunk_id{account_.tenant.value};
  left.message_id = question(0).answer;
  left.events = "[]";
  batch b;
  b.add(insert(left));
  write(scope_of(left.message_id), std::move(b));

  expect(fault_kind::stuck);
}

TEST_F(HistoryChecker, FindsAnotherTextThanWasAcknowledged) {
  auto const place = question(0);
  std::vector<part> parts;
  parts.push_back(text_part{"something else", {}});
  batch b;
  b.add(update<message>(place.answer).set(&message::parts, parts));
  write(scope_of(place.answer), std::move(b));

  expect(fault_kind::changed);
}

TEST_F(HistoryChecker, FindsAKeyThatSendsAgain) {
  auto const keyed = std::ranges::find_if(told_, [](auto const& e) {
    auto const* one = std::get_if<send_asked>(&e);
    return one && one->keyed;
  });
  auto& asked = std::get<send_asked>(*keyed);
  auto const key = asked.key;
  auto const stored_as = std::ranges::find_if(told_, [&](auto const& e) {
    auto const* one = std::get_if<question_stored>(&e);
    return one && one->key == key;
  });
  auto const owner = scope_of(std::get<question_stored>(*stored_as).answer);
  collection<idempotency_record> const keys(*store_, owner);
  auto const records = sync_wait(keys.list(keys.all(), page_request(max_page_size))).value();
  batch b;
  for (auto const& record : records.items)
    if (record.id.ends_with('/' + key)) b.add(erase<idempotency_record>(record.id));
  write(owner, std::move(b));

  expect(fault_kind::duplicated);
}

}  // namespace
}  // namespace sambung::tests::history_checker_test
