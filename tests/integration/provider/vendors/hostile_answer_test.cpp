// Whatever a vendor says on its wire is stored as something that can be read again, sent again and removed, by this
// engine and by the next one.
#include "support/desk.hpp"
#include "support/eventually.hpp"
#include "support/vendor_accounts.hpp"

#include <gtest/gtest.h>

namespace sambung::hostile_answer_test {
namespace {

using testing::scripted_vendor;
using testing::vendor_script;
using testing::vendor_wire;
using tests::desk;
using tests::desk_options;
using namespace std::chrono_literals;

std::string long_text(std::size_t bytes) { return std::string(bytes, 'x'); }

// --- what a vendor may say, in the words of each wire ---

std::string in_openai(std::string const& delta) {
  return R"({"choices":[{"index":0,"delta":)" + delta + R"(,"finish_reason":null}]})";
}

std::string in_ollama(std::string const& members) {
  return R"({"model":"m","message":{"role":"assistant",)" + members + R"(},"done":false})";
}

class speaker {
 public:
  explicit speaker(vendor_wire wire) : wire_(wire), script_(vendor_script::stream(wire)) { script_.text("before "); }

  // JSON texts, without their quotes.
  void text(std::string const& escaped) {
    if (wire_ == vendor_wire::openai) script_.event(in_openai(R"({"content":")" + escaped + R"("})"));
    else if (wire_ == vendor_wire::ollama) script_.event(in_ollama(R"("content":")" + escaped + '"'));
    else block(R"({"type":"text","text":""})", R"({"type":"text_delta","text":")" + escaped + R"("})");
  }
  void thought(std::string const& escaped) {
    if (wire_ == vendor_wire::openai) script_.event(in_openai(R"({"reasoning":")" + escaped + R"("})"));
    else if (wire_ == vendor_wire::ollama) script_.event(in_ollama(R"("content":"","thinking":")" + escaped + '"'));
    else block(R"({"type":"thinking","thinking":""})", R"({"type":"thinking_delta","thinking":")" + escaped + R"("})");
  }
  // What only the vendor understands. Ollama has nothing of the kind.
  void data(std::string const& json) {
    if (wire_ == vendor_wire::openai)
      script_.event(in_openai(R"({"reasoning_details":[{"type":"reasoning.encrypted","data":)" + json + "}]}"));
    else if (wire_ == vendor_wire::anthropic)
      block(R"({"type":"thinking","thinking":""})", R"({"type":"signature_delta","signature":)" + json + '}');
  }
  void call(std::string const& id, std::string const& name, std::string const& arguments = "{}") {
    auto const number = std::to_string(calls_++);
    if (wire_ == vendor_wire::openai)
      script_.event(in_openai(R"({"tool_calls":[{"index":)" + number + R"(,"id":")" + id +
                              R"(","type":"function","function":{"name":")" + name + R"(","arguments":"{}"}}]})"));
    else if (wire_ == vendor_wire::ollama)
      script_.event(in_ollama(R"("content":"","tool_calls":[{"function":{"name":")" + name + R"(","arguments":)" +
                              arguments + "}}]"));
    else
      block(R"({"type":"tool_use","id":")" + id + R"(","name":")" + name + R"(","input":{}})",
            R"({"type":"input_json_delta","partial_json":"{}"})");
  }
  vendor_wire wire() const { return wire_; }
  vendor_script take() { return std::move(script_); }

 private:
  void block(std::string const& start, std::string const& delta) {
    auto const index = std::to_string(++blocks_);
    script_.event(R"({"type":"content_block_start","index":)" + index + R"(,"content_block":)" + start + '}');
    script_.event(R"({"type":"content_block_delta","index":)" + index + R"(,"delta":)" + delta + '}');
    script_.event(R"({"type":"content_block_stop","index":)" + index + '}');
  }

  vendor_wire wire_;
  vendor_script script_;
  int calls_ = 0;
  int blocks_ = 0;
};

struct hostile {
  char const* name;
  std::function<void(speaker&)> speak;
  bool ends = false;  // the turn, as failed(provider_error)
};

std::vector<hostile> answers() {
  return {
      {"1,001 parts",
       [](speaker& s) {
         for (int i = 0; i < 501; ++i) s.text("t"), s.thought("r");
       }},
      {"65 KiB of data", [](speaker& s) { s.data('"' + long_text(66'560) + '"'); }},
      {"an id of 65 KiB", [](speaker& s) { s.call(long_text(66'560), "f"); }},
      {"a name of 65 KiB", [](speaker& s) { s.call("c", long_text(66'560)); }},
      {"80,000 calls",
       [](speaker& s) {
         for (int i = 0; i < 80'000; ++i) s.call("c" + std::to_string(i), "f");
       },
       true},
      {"a NUL", [](speaker& s) { s.text(R"(a\u0000b)"), s.data(R"("\u0000")"), s.call(R"(\u0000)", R"(f\u0000)"); }},
      {"half a surrogate", [](speaker& s) { s.text(R"(\ud83d)"); }, true},
      {"an infinite number",
       [](speaker& s) {
         if (s.wire() == vendor_wire::ollama) s.call("c", "f", R"({"n":1e400})");
         if (s.wire() == vendor_wire::openai) s.data(R"({"n":1e400})");
       }},
  };
}

// --- and what becomes of it ---

class HostileAnswer : public ::testing::TestWithParam<vendor_wire> {
 protected:
  desk_options options(std::shared_ptr<storage> store) {
    desk_options made;
    made.storage = std::move(store);
    made.turns.flush_interval = 1ms;
    made.more_providers.emplace_back("vendor", tests::account_with(vendor_, GetParam(), tests::limits_of(60s, 120s)));
    return made;
  }
  static chat_id new_chat(desk& d) { return sync_wait(d.chats().create("Test", "vendor/m")).id; }

  // The next engine on the same storage shows it and removes it.
  static void expect_left_well(desk_options const& options, chat_id chat, std::size_t messages) {
    desk next(options);
    auto const shown = sync_wait(next.chats().messages(chat));
    EXPECT_EQ(shown.items.size(), messages);
    EXPECT_EQ(shown.damaged, 0u);
    sync_wait(next.chats().remove(chat));
    EXPECT_EQ(tests::code_of(next.chats().get(chat)), errc::not_found);
  }

  scripted_vendor vendor_;
};

TEST_P(HostileAnswer, IsStoredReadSentAgainAndRemoved) {
  for (auto const& one : answers()) {
    SCOPED_TRACE(one.name);
    auto const how = options(tests::fresh_sqlite());
    desk d(how);
    speaker says(GetParam());
    one.speak(says);
    vendor_.push(says.take().finish().done());

    auto const chat = new_chat(d);
    auto turn = sync_wait(d.chats().send(chat, "hi"));
    auto const answer = sync_wait(turn.answer());

    EXPECT_EQ(answer.state, one.ends ? message_state::failed : message_state::complete);
    if (one.ends) {
      EXPECT_EQ(answer.reason, message_reason::provider_error);
    }
    EXPECT_TRUE(text_of(answer.parts).starts_with("before "));
    auto again = sync_wait(d.chats().send(chat, "and?"));
    EXPECT_EQ(text_of(sync_wait(again.answer()).parts), "ok");
    expect_left_well(how, chat, 4);
  }
}

TEST_P(HostileAnswer, IsRecoveredAsFarAsItWasFlushed) {
  for (auto const& one : answers()) {
    if (one.ends) continue;
    SCOPED_TRACE(one.name);
    auto const how = options(tests::fresh_sqlite());
    desk lost(how);
    testing::gate never;
    speaker says(GetParam());
    one.speak(says);
    says.text("last");
    vendor_.push(says.take().wait(never).finish().done());

    auto const chat = new_chat(lost);
    auto turn = sync_wait(lost.chats().send(chat, "hi"));
    auto const flushed = [&] { return text_of(sync_wait(lost.chats().get_message(turn.message_id())).parts); };
    ASSERT_TRUE(test::eventually([&] { return flushed().ends_with("last"); }));
    {
      desk next(how);
      auto const answer = sync_wait(next.chats().get_message(turn.message_id()));
      EXPECT_EQ(answer.reason, message_reason::server_lost);
      EXPECT_TRUE(text_of(answer.parts).starts_with("before "));
    }
    expect_left_well(how, chat, 2);
    never.open();
  }
}

INSTANTIATE_TEST_SUITE_P(Wire, HostileAnswer, ::testing::ValuesIn(tests::all_wires),
                         [](auto const& instance) { return tests::name_of(instance.param); });

}  // namespace
}  // namespace sambung::hostile_answer_test
