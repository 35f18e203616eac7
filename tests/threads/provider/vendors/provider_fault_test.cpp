// The ways in which a vendor can fail, each with every adapter, for streamed answers and whole ones, before, at and
// after the first content: what comes of the call, and what is stored of a turn.
#include "support/vendor_accounts.hpp"

#include <sambung/engine/engine.hpp>
#include <sambung/provider/decorators/retry.hpp>
#include <sambung/storage/memory.hpp>

#include <boost/asio/thread_pool.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <ostream>

namespace sambung::provider_fault_test {
namespace {

using namespace std::chrono_literals;
using testing::scripted_vendor;
using testing::vendor_request;
using testing::vendor_script;
using testing::vendor_security;
using testing::vendor_wire;
using tests::account_at;
using tests::account_with;
using tests::all_wires;
using tests::limits_of;
using tests::name_of;
using tests::vendor_key;
using steady = std::chrono::steady_clock;

constexpr std::size_t attempts = 3;
constexpr auto patience = 20s;       // of all attempts together, where nothing is waited for
constexpr auto stall_limit = 150ms;  // of each stage, where the vendor stalls
constexpr auto stall_total = 400ms;
constexpr auto stall_patience = 5s;

enum class way { streamed, whole };

// --- the table ---

enum class effort { once, retried };

struct expected {
  std::optional<errc> code;  // none: the answer is fine
  effort tries = effort::once;
  std::string text;  // that came
};

struct fault {
  std::string name;
  way asked = way::streamed;
  std::function<vendor_script(vendor_wire)> script;
  expected outcome;
  bool stalls = false;
};

void PrintTo(fault const& row, std::ostream* out) { *out << row.name; }

using script_of = std::function<vendor_script(vendor_wire)>;

constexpr char const* delivered = "one two";

vendor_script head(vendor_wire wire) { return vendor_script::stream(wire); }
vendor_script content(vendor_wire wire) {
  auto script = head(wire);
  return script.text("one ").text("two");
}
vendor_script whole(vendor_wire wire) { return vendor_script::answer(delivered, wire); }

// Where the body of a whole answer begins: its length has three digits.
std::size_t body_of(vendor_wire) { return vendor_script::response(200, std::string(100, ' ')).size() - 100; }

// An event with that text as it is, which no proper vendor would send.
std::string event_with(std::string const& text, vendor_wire wire) {
  if (wire == vendor_wire::ollama) return R"({"model":"m","message":{"content":")" + text + R"("},"done":false})";
  if (wire == vendor_wire::anthropic)
    return R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":")" + text + R"("}})";
  return R"({"choices":[{"index":0,"delta":{"content":")" + text + R"("}}]})";
}

std::string whole_with(std::string const& text, vendor_wire wire) {
  if (wire == vendor_wire::ollama) return R"({"model":"m","message":{"content":")" + text + R"("},"done":true})";
  if (wire == vendor_wire::anthropic)
    return R"({"type":"message","content":[{"type":"text","text":")" + text + R"("}],"stop_reason":"end_turn"})";
  return R"({"choices":[{"index":0,"message":{"content":")" + text + R"("},"finish_reason":"stop"}]})";
}

// What is no UTF-8: a byte that is never one, a character that is cut off, one in too many bytes, half a pair.
std::vector<std::pair<std::string, std::string>> const bad_text{
    {"StrayByte", "\xff"}, {"CutCharacter", "\xe2\x82"}, {"Overlong", "\xc0\xaf"}, {"Surrogate", "\xed\xa0\x80"}};

std::string in_chunk(std::string const& bytes) {
  char size[16];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return size + bytes + "\r\n";
}

std::string silence(vendor_wire wire) { return in_chunk(wire == vendor_wire::ollama ? "\n" : ": still there\n\n"); }

class fault_table {
 public:
  fault_table() {
    harmless();
    before_the_header();
    refusals();
    instead_of_an_answer();
    at_the_first_content();
    after_content();
    in_a_whole_answer();
  }

  std::vector<fault> const& all() const { return all_; }

 private:
  void streamed(std::string name, script_of script, expected outcome, bool stalls = false) {
    all_.push_back({std::move(name), way::streamed, std::move(script), std::move(outcome), stalls});
  }
  void as_whole(std::string name, script_of script, expected outcome, bool stalls = false) {
    all_.push_back({std::move(name), way::whole, std::move(script), std::move(outcome), stalls});
  }
  void both(std::string const& name, script_of const& script, expected const& outcome) {
    streamed(name, script, outcome);
    as_whole(name, script, outcome);
  }

  void harmless() {
    expected const fine{std::nullopt, effort::once, delivered};
    streamed("Nothing", [](auto w) { return content(w).finish().usage(1, 2).done(); }, fine);
    as_whole("Nothing", whole, fine);
    streamed("SplitAtEveryByte", [](auto w) { return content(w).finish().done().split_every_byte(); }, fine);
    as_whole("SplitAtEveryByte", [](auto w) { return whole(w).split_every_byte(); }, fine);
    streamed(
        "CommentsInBetween",
        [](auto w) { return head(w).comment("a").text("one ").comment("b").text("two").finish().done(); }, fine);
    streamed("EndWhileTheSocketLingers", [](auto w) { return content(w).finish().stop().stall(); }, fine);
    streamed("ResetBehindTheEnd", [](auto w) { return content(w).finish().stop().reset(); }, fine);
    streamed("BadChunkBehindTheEnd", [](auto w) { return content(w).finish().stop().raw("zz\r\n").stall(); }, fine);
    streamed("NoUsage", [](auto w) { return content(w).finish().done(); }, fine);
    streamed("WholeAlthoughAskedToStream", whole, fine);
  }

  void before_the_header() {
    expected const away{errc::unavailable, effort::retried, ""};
    expected const garbage{errc::provider_error, effort::retried, ""};
    both("ResetInTheHeader", [](auto w) { return head(w).end().reset_at(9); }, away);
    both("CloseInTheHeader", [](auto w) { return head(w).end().close_at(30); }, away);
    streamed("StallInTheHeader", [](auto w) { return head(w).stall_at(9); }, away, true);
    as_whole(
        "StallInTheHeader", [](auto w) { return head(w).stall_at(9); }, {errc::deadline_exceeded, effort::once, ""},
        true);
    both("NotHttp", [](auto) { return vendor_script::nothing().raw("SSH-2.0-OpenSSH_9\r\n").close(); }, garbage);
    both(
        "EndlessHeader",
        [](auto) {
          auto script = vendor_script::nothing().raw("HTTP/1.1 200 OK\r\n");
          return script.repeat_forever("x-a: " + std::string(4'000, 'x') + "\r\n");
        },
        garbage);
    both("CompressionNotAskedFor", [](auto w) { return whole(w).header("content-encoding", "gzip"); }, garbage);
    both("TwoLengths", [](auto w) { return whole(w).header("content-length", "3"); }, garbage);
  }

  void refusals() {
    using enum errc;
    struct row {
      int status;
      errc code;
      effort tries;
    };
    for (auto const& [status, code, tries] : {row{400, invalid_argument, effort::once},
                                              {401, unauthenticated, effort::once},
                                              {402, quota_exceeded, effort::once},
                                              {403, permission_denied, effort::once},
                                              {404, not_found, effort::once},
                                              {408, deadline_exceeded, effort::retried},
                                              {409, unavailable, effort::retried},
                                              {413, payload_too_large, effort::once},
                                              {422, invalid_argument, effort::once},
                                              {429, rate_limited, effort::retried},
                                              {500, unavailable, effort::retried},
                                              {503, unavailable, effort::retried},
                                              {529, unavailable, effort::retried}})
      both("Status" + std::to_string(status),
           [s = status](auto w) { return vendor_script::refusal(s, "no, " + std::string(vendor_key), w); },
           {code, tries, ""});
    both("Redirect", [](auto) { return vendor_script::response(307, "").header("location", "http://x.invalid/"); },
         {provider_error, effort::once, ""});
    both("SpentQuota", [](auto w) { return vendor_script::refusal(429, "You exceeded your current quota", w); },
         {quota_exceeded, effort::once, ""});
    both("RetryAfterIsGarbage",
         [](auto w) { return vendor_script::refusal(429, "slow", w).header("retry-after", "soon"); },
         {rate_limited, effort::retried, ""});
    both("RetryAfterIsTooFarAway",
         [](auto w) { return vendor_script::refusal(429, "slow", w).header("retry-after", "1000000000"); },
         {rate_limited, effort::once, ""});
    both("HtmlErrorPage", [](auto) { return vendor_script::response(502, "<html>", "text/html"); },
         {unavailable, effort::retried, ""});
  }

  void instead_of_an_answer() {
    expected const none{errc::provider_error, effort::retried, ""};
    both("HtmlWith200", [](auto) { return vendor_script::response(200, "<html></html>", "text/html"); }, none);
    both("ErrorWith200", [](auto w) { return vendor_script::refusal(200, "busy", w); }, none);
    both("EmptyJsonWith200", [](auto) { return vendor_script::response(200, "{}"); }, none);
    both("NoJsonWith200", [](auto) { return vendor_script::response(200, "{nonsense"); }, none);
    both("NothingWith200", [](auto) { return vendor_script::response(200, ""); }, none);
  }

  void at_the_first_content() {
    expected const garbage{errc::provider_error, effort::retried, ""};
    expected const away{errc::unavailable, effort::retried, ""};
    expected const late{errc::deadline_exceeded, effort::once, ""};
    streamed("ErrorFirst", [](auto w) { return head(w).error("busy").done(); }, garbage);
    streamed("ErrorBehindAComment", [](auto w) { return head(w).comment("a").error("busy").done(); }, garbage);
    streamed("NoJsonFirst", [](auto w) { return head(w).event("{nonsense").done(); }, garbage);
    streamed("NoObjectFirst", [](auto w) { return head(w).event("7").done(); }, garbage);
    streamed("EndFirst", [](auto w) { return head(w).end(); }, away);
    streamed("ResetFirst", [](auto w) { return head(w).reset(); }, away);
    streamed("CloseFirst", [](auto w) { return head(w).close(); }, away);
    streamed("BadChunkFirst", [](auto w) { return head(w).raw("zz\r\n").stall(); }, garbage);
    for (auto const& [name, text] : bad_text)
      streamed(name + "First", [t = text](auto w) { return head(w).event(event_with(t, w)).done(); }, garbage);
    streamed("StallFirst", [](auto w) { return head(w).stall(); }, late, true);
    streamed("CommentsForEverFirst", [](auto w) { return head(w).repeat_forever(silence(w)); }, late, true);
    streamed("EndlessLineFirst", [](auto w) { return endless(head(w)); }, garbage);
  }

  void after_content() {
    expected const garbage{errc::provider_error, effort::once, delivered};
    expected const away{errc::unavailable, effort::once, delivered};
    expected const late{errc::deadline_exceeded, effort::once, delivered};
    streamed("ErrorLater", [](auto w) { return content(w).error("busy, " + std::string(vendor_key)).done(); }, garbage);
    streamed("NoJsonLater", [](auto w) { return content(w).event("{nonsense").text("x").finish().done(); }, garbage);
    streamed("NoObjectLater", [](auto w) { return content(w).event("7").text("x").finish().done(); }, garbage);
    streamed("BadChunkLater", [](auto w) { return content(w).raw("zz\r\n").stall(); }, garbage);
    streamed("BadChunkSizeLater", [](auto w) { return content(w).raw("ffffffffffffffffff\r\nx").stall(); }, garbage);
    streamed("ChunkWithoutItsEndLater", [](auto w) { return content(w).raw("1\r\n\nzz\r\n").stall(); }, garbage);
    for (auto const& [name, text] : bad_text)
      streamed(
          name + "Later",
          [t = text](auto w) { return content(w).event(event_with("x" + t, w)).text("y").finish().done(); }, garbage);
    streamed("EndLater", [](auto w) { return content(w).end(); }, away);
    streamed("ResetLater", [](auto w) { return content(w).reset(); }, away);
    streamed("CloseLater", [](auto w) { return content(w).close(); }, away);
    streamed(
        "CloseInAnEvent", [](auto w) { return content(w).finish().done().close_at(content(w).size() + 12); }, away);
    streamed("StallLater", [](auto w) { return content(w).stall(); }, late, true);
    streamed("CommentsForEverLater", [](auto w) { return content(w).repeat_forever(silence(w)); }, late, true);
    streamed("EndlessLineLater", [](auto w) { return endless(content(w)); }, garbage);
  }

  // What was not handed out yet can be asked for again.
  void in_a_whole_answer() {
    expected const away{errc::unavailable, effort::retried, ""};
    expected const late{errc::deadline_exceeded, effort::once, ""};
    auto const at = [](vendor_wire w) { return body_of(w); };
    auto const after = [](vendor_wire w) { return whole(w).size() - 5; };
    as_whole("ResetAtTheBody", [=](auto w) { return whole(w).reset_at(at(w)); }, away);
    as_whole("CloseAtTheBody", [=](auto w) { return whole(w).close_at(at(w)); }, away);
    as_whole("StallAtTheBody", [=](auto w) { return whole(w).stall_at(at(w)); }, late, true);
    as_whole("ResetInTheBody", [=](auto w) { return whole(w).reset_at(after(w)); }, away);
    as_whole("CloseInTheBody", [=](auto w) { return whole(w).close_at(after(w)); }, away);
    as_whole("StallInTheBody", [=](auto w) { return whole(w).stall_at(after(w)); }, late, true);
    as_whole("SpacesForEver", [](auto w) { return head(w).repeat_forever(in_chunk(" ")); }, late, true);
    as_whole("BadChunkAtTheBody", [](auto w) { return head(w).raw("zz\r\n").stall(); },
             {errc::provider_error, effort::retried, ""});
    as_whole("BadChunkInTheBody", [](auto w) { return head(w).chunk("{").raw("zz\r\n").stall(); },
             {errc::provider_error, effort::retried, ""});
    for (auto const& [name, text] : bad_text)
      as_whole(name + "InTheBody", [t = text](auto w) { return vendor_script::response(200, whole_with(t, w)); },
               {errc::provider_error, effort::retried, ""});
    as_whole("EndlessBody", [](auto w) { return head(w).repeat_forever(in_chunk(std::string(4'000'000, 'x'))); },
             {errc::provider_error, effort::retried, ""});
  }

  static vendor_script endless(vendor_script script) {
    return script.chunk("data: ").repeat_forever(in_chunk(std::string(16'384, 'x')));
  }

  std::vector<fault> all_;
};

// --- how it is asked ---

completion_request question() {
  std::vector<prompt_message> messages;
  messages.emplace_back(role::user, "Apa khabar?");
  return completion_request("m", std::move(messages));
}

struct outcome {
  std::string text;
  std::optional<failure> why;
  std::size_t ends = 0;
};

task<void> read_stream(provider& p, outcome& out) {
  auto stream = co_await p.stream(question());
  if (!stream) {
    out.why = stream.error();
    co_return;
  }
  for (;;) {
    auto event = co_await (*stream)->next();
    if (!event) {
      out.why = event.error();
      co_return;
    }
    if (!*event) co_return;
    if (auto const* text = std::get_if<text_delta>(&**event)) out.text += text->text;
    if (std::holds_alternative<completion_finished>(**event)) ++out.ends;
  }
}

outcome ask(provider& p, way how) {
  outcome out;
  if (how == way::streamed) {
    sync_wait(read_stream(p, out));
    return out;
  }
  auto const answer = sync_wait(p.complete(question()));
  if (!answer) out.why = answer.error();
  else out.text = text_of(answer->parts), out.ends = 1;
  return out;
}

class ProviderFault : public ::testing::TestWithParam<std::tuple<vendor_wire, fault>> {
 protected:
  vendor_wire wire() const { return std::get<0>(GetParam()); }
  fault const& row() const { return std::get<1>(GetParam()); }

  std::chrono::milliseconds allowed() const { return row().stalls ? stall_patience : patience; }

  std::shared_ptr<provider> retried() const {
    auto const limits = row().stalls ? limits_of(stall_limit, stall_total) : limits_of(patience, patience);
    retry_options options;
    options.max_retries = attempts - 1;
    options.base_delay = options.max_delay = 1ms;
    options.deadline = allowed();
    return retrying(account_with(vendor_, wire(), limits), std::move(options));
  }

  void play(script_of script) {
    vendor_.otherwise([script = std::move(script), w = wire()](vendor_request const&) { return script(w); });
  }

  std::size_t expected_requests() const { return row().outcome.tries == effort::retried ? attempts : 1; }

  scripted_vendor vendor_;
};

TEST_P(ProviderFault, HasItsOneOutcomeAndLeavesTheAccountUsable) {
  auto const account = retried();
  play(row().script);
  auto const started = steady::now();

  auto const out = ask(*account, row().asked);

  EXPECT_LT(steady::now() - started, allowed() + 1s);
  EXPECT_EQ(out.text, row().outcome.text);
  EXPECT_EQ(vendor_.requests().size(), expected_requests());
  ASSERT_EQ(out.why.has_value(), row().outcome.code.has_value()) << (out.why ? out.why->message : "");
  EXPECT_EQ(out.ends, out.why ? 0U : 1U);
  if (out.why) {
    EXPECT_EQ(out.why->code, *row().outcome.code) << out.why->message;
    EXPECT_EQ((out.why->message + out.why->sensitive).find(vendor_key), std::string::npos);
  }
  play([](vendor_wire w) { return vendor_script::streamed_answer({"fine"}, w); });
  EXPECT_EQ(ask(*account, way::streamed).text, "fine");
}

// Turns are streamed.
class StreamedProviderFault : public ProviderFault {};

TEST_P(StreamedProviderFault, IsNotStoredAsAnAnswer) {
  boost::asio::thread_pool io(1);
  engine_options options;
  options.storage = memory_storage();
  options.providers.add("vendor", retried());
  engine served(io.get_executor(), std::move(options));
  sync_wait(served.start());
  auto const home = sync_wait(served.tenants().create("acme"));
  auto const ada = sync_wait(served.users().create(home.id, "ada@example.com"));
  auto chats = served.workspace(principal::trusted(home.id, ada.id, member_role::owner)).chats();
  auto const chat = sync_wait(chats.create("T", "vendor/m"));
  play(row().script);

  auto turn = sync_wait(chats.send(chat.id, "hi"));
  auto const answer = sync_wait(turn.answer());

  auto const& outcome = row().outcome;
  EXPECT_EQ(text_of(answer.parts), outcome.text);
  EXPECT_EQ(vendor_.requests().size(), expected_requests());
  if (!outcome.code) {
    EXPECT_EQ(answer.state, message_state::complete);
  } else {
    bool const cut = *outcome.code == errc::unavailable || *outcome.code == errc::deadline_exceeded;
    bool const partial = cut && !outcome.text.empty();
    EXPECT_EQ(answer.state, partial ? message_state::incomplete : message_state::failed);
    EXPECT_EQ(answer.reason, reason_of(*outcome.code));
  }
  sync_wait(served.shutdown(0ms));
  io.join();
}

std::string row_name(::testing::TestParamInfo<std::tuple<vendor_wire, fault>> const& instance) {
  auto const& [wire, row] = instance.param;
  return name_of(wire) + (row.asked == way::streamed ? "Streamed" : "Whole") + row.name;
}

std::vector<fault> streamed_faults() {
  auto rows = fault_table().all();
  std::erase_if(rows, [](fault const& row) { return row.asked != way::streamed; });
  return rows;
}

INSTANTIATE_TEST_SUITE_P(AfterSecurityTable, ProviderFault,
                         ::testing::Combine(::testing::ValuesIn(all_wires), ::testing::ValuesIn(fault_table().all())),
                         row_name);
INSTANTIATE_TEST_SUITE_P(AfterSecurityTable, StreamedProviderFault,
                         ::testing::Combine(::testing::ValuesIn(all_wires), ::testing::ValuesIn(streamed_faults())),
                         row_name);

// --- before there is a connection ---

class ProviderConnect : public ::testing::TestWithParam<std::tuple<vendor_wire, way>> {
 protected:
  failure why(std::string const& origin, scripted_vendor const& vendor) {
    retry_options options;
    options.base_delay = options.max_delay = 1ms;
    options.observer = [this](provider_event const& event) {
      retries_ += std::holds_alternative<retry_scheduled>(event) ? 1 : 0;
    };
    auto const& [wire, how] = GetParam();
    auto const account = retrying(account_at(origin, wire, vendor, limits_of(5s, 10s)), std::move(options));
    return ask(*account, how).why.value_or(failure(errc::internal, "it worked"));
  }

  int retries_ = 0;
};

TEST_P(ProviderConnect, ARefusedConnectionIsUnavailable) {
  std::string origin;
  scripted_vendor const other;
  {
    scripted_vendor const gone;
    origin = gone.origin();
  }

  EXPECT_EQ(why(origin, other).code, errc::unavailable);
  EXPECT_EQ(retries_, 2);
}

TEST_P(ProviderConnect, AnUnknownNameIsUnavailable) {
  scripted_vendor const other;

  EXPECT_EQ(why("http://no-such-host.invalid", other).code, errc::unavailable);
  EXPECT_EQ(retries_, 2);
}

TEST_P(ProviderConnect, ACertificateOfAnotherHostGetsNothing) {
  scripted_vendor const other(vendor_security::tls_wrong_host);

  EXPECT_EQ(why(other.origin(), other).code, errc::permission_denied);
  EXPECT_EQ(retries_, 0);
  EXPECT_TRUE(other.requests().empty());
}

TEST_P(ProviderConnect, AnEndOfTlsWithoutCloseNotifyIsIncomplete) {
  scripted_vendor cut(vendor_security::tls);
  cut.otherwise([wire = std::get<0>(GetParam())](vendor_request const&) {
    return vendor_script::nothing()
        .raw("HTTP/1.1 200 OK\r\ncontent-type: " +
             std::string(wire == vendor_wire::ollama ? "application/x-ndjson" : "text/event-stream") +
             "\r\n\r\n{\"half\":")
        .close();
  });

  EXPECT_EQ(why(cut.origin(), cut).code, errc::unavailable);
}

std::string way_name(::testing::TestParamInfo<std::tuple<vendor_wire, way>> const& instance) {
  auto const& [wire, how] = instance.param;
  return name_of(wire) + (how == way::streamed ? "Streamed" : "Whole");
}

INSTANTIATE_TEST_SUITE_P(EveryAdapter, ProviderConnect,
                         ::testing::Combine(::testing::ValuesIn(all_wires),
                                            ::testing::Values(way::streamed, way::whole)),
                         way_name);

}  // namespace
}  // namespace sambung::provider_fault_test
