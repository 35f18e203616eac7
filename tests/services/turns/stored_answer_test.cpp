// Whatever a vendor says is stored as something that can be read again, or ends the turn with what came before.
#include "support/desk.hpp"
#include "support/eventually.hpp"

#include <sambung/testing/gate.hpp>

#include <gtest/gtest.h>

#include <limits>

namespace sambung::stored_answer_test {
namespace {

using testing::answer_script;
using tests::desk;
using tests::desk_options;
using tests::say;
using namespace std::chrono_literals;

struct told {
  char const* name;
  std::function<void(answer_script&)> speak;
  message_state ends = message_state::complete;
};

std::string long_text(std::size_t bytes) { return std::string(bytes, 'x'); }

reasoning_delta thought_with(boost::json::object data) { return reasoning_delta{"hm", std::move(data)}; }

std::vector<told> answers() {
  auto const infinite = std::numeric_limits<double>::infinity();
  return {
      {"1,001 parts",
       [](answer_script& a) {
         for (int i = 0; i < 501; ++i) a.text("t").reasoning("r");
       }},
      {"more parts than an answer has",
       [](answer_script& a) {
         for (std::size_t i = 0; i < max_answer_parts; ++i) a.text("t").reasoning("r");
       },
       message_state::failed},
      {"80,000 calls",
       [](answer_script& a) {
         for (int i = 0; i < 80'000; ++i) a.tool_call(i, "c", "f", "{}");
       },
       message_state::failed},
      {"a signature of 1 MiB", [](answer_script& a) { a.event(thought_with({{"signature", long_text(1'048'576)}})); }},
      {"an id of 65 KiB", [](answer_script& a) { a.tool_call(0, long_text(66'560), "f", "{}"); }},
      {"a name of 65 KiB", [](answer_script& a) { a.tool_call(0, "c", long_text(66'560), "{}"); }},
      {"provider data beyond an answer's bytes",
       [](answer_script& a) { a.event(thought_with({{"data", long_text(max_answer_bytes + 1)}})); },
       message_state::failed},
      {"a number that is not finite",
       [infinite](answer_script& a) { a.event(thought_with({{"details", boost::json::array{infinite}}})); }},
      {"a NUL in provider data",
       [](answer_script& a) { a.event(thought_with({{std::string("k\0", 2), std::string("v\0", 2)}})); }},
      {"a NUL in text", [](answer_script& a) { a.text(std::string("a\0b", 3)); }},
      {"half a character", [](answer_script& a) { a.text("\xe8\xaf"); }},
      {"half a surrogate in a call", [](answer_script& a) { a.tool_call(0, "\xed\xa0\x80", "f", "\xed\xa0\x80"); }},
      {"data that nests 1,000 deep",
       [](answer_script& a) {
         boost::json::object data{{"end", 1}};
         for (int i = 0; i < 1'000; ++i) data = boost::json::object{{"a", std::move(data)}};
         a.event(thought_with(std::move(data)));
       }},
      {"text that takes six times its bytes as JSON",
       [](answer_script& a) {
         for (int i = 0; i < 12; ++i) a.text(std::string(1'048'576, '\x01'));
       },
       message_state::incomplete},
      {"a word for its end of 70 KiB",
       [](answer_script& a) { a.event(completion_finished{finish_reason::stop, long_text(71'680)}); }},
  };
}

// How many messages there are, page by page, none of them damaged.
std::size_t messages_of(desk& d, chat const& where) {
  std::size_t found = 0;
  page_request which(max_page_size);
  do {
    auto const next = sync_wait(d.chats().messages(where.id, which));
    EXPECT_EQ(next.damaged, 0u);
    found += next.items.size();
    which.cursor = next.next_cursor;
  } while (which.cursor);
  return found;
}

// The pages, the removal and the next engine: all of it works, whatever was said.
void expect_usable(desk_options const& options, desk& d, chat const& where, told const& one, turn& reader) {
  auto const answer = sync_wait(reader.answer());
  EXPECT_EQ(answer.state, one.ends) << answer.parts.size();
  EXPECT_TRUE(text_of(answer.parts).starts_with("before "));
  if (one.ends == message_state::failed) {
    EXPECT_EQ(answer.reason, message_reason::provider_error);
  }
  EXPECT_EQ(messages_of(d, where), 2u);
  d.model->push(say("on we go"));
  auto follow_up = sync_wait(d.chats().send(where.id, "and?"));
  EXPECT_EQ(text_of(sync_wait(follow_up.answer()).parts), "on we go");

  desk next(options);
  EXPECT_EQ(messages_of(next, where), 4u);
  sync_wait(next.chats().remove(where.id));
  EXPECT_EQ(tests::code_of(next.chats().get(where.id)), errc::not_found);
}

TEST(StoredAnswer, CanBeReadAgainWhateverWasSaid) {
  for (auto const& one : answers()) {
    SCOPED_TRACE(one.name);
    desk_options options;
    options.storage = tests::fresh_storage();
    desk d(options);
    auto script = answer_script().text("before ");
    one.speak(script);
    d.model->push(script.finish());
    auto const chat = d.new_chat();
    auto turn = sync_wait(d.chats().send(chat.id, "hi"));
    expect_usable(options, d, chat, one, turn);
  }
}

TEST(StoredAnswer, IsRecoveredWhateverWasFlushed) {
  for (auto const& one : answers()) {
    bool const says_its_end = std::string_view(one.name).starts_with("a word for its end");
    if (one.ends != message_state::complete || says_its_end) continue;
    SCOPED_TRACE(one.name);
    desk_options options;
    options.storage = tests::fresh_storage();
    options.turns.flush_interval = 1ms;
    desk lost(options);
    testing::gate never;
    auto script = answer_script().text("before ");
    one.speak(script);
    lost.model->push(script.text("last").wait(never).finish());
    auto const chat = lost.new_chat();
    auto turn = sync_wait(lost.chats().send(chat.id, "hi"));
    auto const flushed = [&] { return sync_wait(lost.chats().get_message(turn.message_id())).parts; };
    ASSERT_TRUE(test::eventually([&] { return text_of(flushed()).ends_with("last"); }));

    desk next(options);
    auto const answer = sync_wait(next.chats().get_message(turn.message_id()));
    EXPECT_NE(answer.state, message_state::streaming);
    EXPECT_TRUE(text_of(answer.parts).starts_with("before "));
    sync_wait(next.chats().remove(chat.id));
  }
}

}  // namespace
}  // namespace sambung::stored_answer_test
