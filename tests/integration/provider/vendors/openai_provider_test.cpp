// The provider for OpenAI's protocol against a vendor on a real socket: bytes, connections, time, cancellation, TLS.
// What each way of failing comes to, with every adapter, is in provider_fault_test.cpp.
#include <sambung/provider/vendors/openai.hpp>
#include <sambung/testing/scripted_vendor.hpp>

#include <gtest/gtest.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <thread>

namespace sambung::openai_provider_test {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::gate;
using testing::scripted_vendor;
using testing::vendor_request;
using testing::vendor_script;
using testing::vendor_security;
using steady = std::chrono::steady_clock;

constexpr auto patience = 5'000ms;

openai_options options_for(scripted_vendor const& vendor) {
  openai_options options(vendor.base_url(), "sk-canary-0123456789");
  options.ca_file = vendor.ca_file();
  options.deadlines.connect = 2'000ms;
  options.deadlines.headers = 2'000ms;
  options.deadlines.first_token = 2'000ms;
  options.deadlines.idle = 2'000ms;
  options.deadlines.total = 4'000ms;
  return options;
}

std::shared_ptr<provider> provider_for(openai_options options) { return *openai_provider(std::move(options)); }
std::shared_ptr<provider> provider_for(scripted_vendor const& vendor) { return provider_for(options_for(vendor)); }

completion_request question(std::string text = "Apa khabar?") {
  std::vector<prompt_message> messages;
  messages.emplace_back(role::user, std::move(text));
  return completion_request("m", std::move(messages));
}

// What a stream came to.
struct outcome {
  std::string text;
  std::optional<failure> why;
  std::optional<completion_finished> end;
  std::optional<token_usage> usage;
  bool opened = false;
  std::chrono::milliseconds took{0};
};

task<void> read_stream(provider& p, outcome& out) {
  auto stream = co_await p.stream(question());
  if (!stream) {
    out.why = stream.error();
    co_return;
  }
  out.opened = true;
  for (;;) {
    auto event = co_await (*stream)->next();
    if (!event) {
      out.why = event.error();
      co_return;
    }
    if (!*event) co_return;
    if (auto const* text = std::get_if<text_delta>(&**event)) out.text += text->text;
    if (auto const* usage = std::get_if<usage_report>(&**event)) out.usage = usage->usage;
    if (auto const* end = std::get_if<completion_finished>(&**event)) out.end = *end;
  }
}

outcome play(scripted_vendor& vendor, provider& p, vendor_script script) {
  vendor.push(std::move(script));
  outcome out;
  auto const started = steady::now();
  sync_wait(read_stream(p, out));
  out.took = std::chrono::duration_cast<std::chrono::milliseconds>(steady::now() - started);
  return out;
}

class OpenaiProvider : public ::testing::Test {
 protected:
  outcome play(vendor_script script) { return openai_provider_test::play(vendor_, *provider_, std::move(script)); }
  outcome play(vendor_script script, openai_options const& options) {
    auto const p = provider_for(options);
    return openai_provider_test::play(vendor_, *p, std::move(script));
  }
  // The next answer is fine: what happened before has done no damage.
  void expect_healthy() {
    auto const out = play(vendor_script::streamed_answer({"fine"}));
    EXPECT_EQ(out.text, "fine") << (out.why ? out.why->message : "");
    EXPECT_TRUE(out.end);
  }

  scripted_vendor vendor_;
  std::shared_ptr<provider> provider_ = provider_for(vendor_);
};

vendor_script hello() { return vendor_script::streamed_answer({"Hel", "lo ", "\"東京\" 🙂"}); }
char const* const hello_text = "Hello \"東京\" 🙂";

TEST_F(OpenaiProvider, AnswersWhole) {
  vendor_.push(vendor_script::answer("Hello"));
  auto const answer = sync_wait(provider_->complete(question()));

  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(text_of(answer->parts), "Hello");
  EXPECT_EQ(answer->model, "scripted-1");
  EXPECT_EQ(answer->usage->input_tokens, 7);
  auto const request = vendor_.requests().front();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/v1/chat/completions");
  EXPECT_EQ(request.header("authorization"), "Bearer sk-canary-0123456789");
  EXPECT_EQ(request.header("host"), "127.0.0.1:" + std::to_string(vendor_.port()));
  EXPECT_NE(request.body.find(R"("stream":false)"), std::string::npos);
}

TEST_F(OpenaiProvider, AnswersInAStream) {
  auto const out = play(hello());

  EXPECT_EQ(out.text, hello_text);
  EXPECT_EQ(out.end->raw_reason, "stop");
  EXPECT_EQ(out.usage->output_tokens, 3);
}

TEST_F(OpenaiProvider, SendsALargeRequestWhole) {
  std::string const text(3'000'000, 'x');
  auto const answer = sync_wait(provider_->complete(question(text)));

  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_NE(vendor_.requests().front().body.find(text), std::string::npos);
}

TEST_F(OpenaiProvider, ReadsALargeAnswerWhole) {
  std::string const text(3'000'000, 'y');
  vendor_.push(vendor_script::answer(text));

  EXPECT_EQ(text_of(sync_wait(provider_->complete(question()))->parts), text);
}

TEST_F(OpenaiProvider, ListsModels) {
  vendor_.push(vendor_script::response(200, R"({"data":[{"id":"a"},{"id":"b/c"}]})"));
  auto const models = sync_wait(provider_->models());

  ASSERT_EQ(models->size(), 2u);
  EXPECT_EQ(vendor_.requests().front().target, "/v1/models");
  EXPECT_EQ(vendor_.requests().front().method, "GET");
  EXPECT_EQ(models->back().id, "b/c");
}

TEST_F(OpenaiProvider, CheckFailsAsTheVendorSays) {
  vendor_.push(vendor_script::response(401, R"({"error":{"message":"no sk-canary-0123456789"}})"));
  auto const why = sync_wait(provider_->check()).error();

  EXPECT_EQ(why.code, errc::unauthenticated);
  EXPECT_EQ(why.message, "no [key]");
  EXPECT_EQ(why.sensitive.find("canary"), std::string::npos);
  EXPECT_EQ(why.request_id, "req-scripted");
}

TEST_F(OpenaiProvider, AnySplitOfTheBytesIsTheSameAnswer) {
  auto const size = hello().size();
  for (std::size_t byte = 1; byte < size; byte += 17) {
    auto const out = play(hello().split_at(byte));
    ASSERT_EQ(out.text, hello_text) << byte;
    ASSERT_TRUE(out.end) << byte;
  }
  EXPECT_EQ(play(hello().split_every_byte()).text, hello_text);
}

TEST_F(OpenaiProvider, KeepsTheConnection) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(play(hello()).text, hello_text);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(sync_wait(provider_->complete(question())));

  EXPECT_EQ(vendor_.connections(), 1u);
}

TEST_F(OpenaiProvider, ReplacesAConnectionThatTheVendorClosed) {
  EXPECT_EQ(play(hello()).text, hello_text);
  vendor_.close_idle_connections();

  EXPECT_EQ(play(hello()).text, hello_text);
  EXPECT_EQ(vendor_.connections(), 2u);
}

TEST_F(OpenaiProvider, RetriesOnceWhenAKeptConnectionDiesUnderTheRequest) {
  EXPECT_EQ(play(hello()).text, hello_text);
  vendor_.push(vendor_script::nothing().close());

  EXPECT_EQ(play(hello()).text, hello_text);
  EXPECT_EQ(vendor_.requests().size(), 3u);
}

TEST_F(OpenaiProvider, DoesNotRetryOnAFreshConnection) {
  auto const out = play(vendor_script::nothing().close());

  EXPECT_EQ(out.why->code, errc::unavailable);
  EXPECT_EQ(vendor_.requests().size(), 1u);
}

// --- refusals ---

TEST_F(OpenaiProvider, ARefusalTellsWhenToComeBackAndKeepsTheConnection) {
  for (int const status : {400, 429, 503}) {
    auto const out = play(vendor_script::refusal(status, "no").header("retry-after", "2"));
    ASSERT_TRUE(out.why) << status;
    EXPECT_EQ(out.why->status, status);
    EXPECT_EQ(out.why->message, "no");
    EXPECT_EQ(out.why->retry_after, 2'000ms);
    EXPECT_FALSE(out.opened);
  }
  EXPECT_EQ(vendor_.connections(), 1u);
}

TEST_F(OpenaiProvider, CompressionNotAskedForIsRefused) {
  auto const out =
      play(vendor_script::response(200, "\x1f\x8b", "text/event-stream").header("content-encoding", "gzip"));

  EXPECT_EQ(out.why->code, errc::provider_error);
  EXPECT_EQ(vendor_.requests().front().header("accept-encoding"), "identity");
}

TEST_F(OpenaiProvider, InformationalResponsesAreSkipped) {
  vendor_script script;
  script.raw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n");
  script.raw("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 14\r\n\r\ndata: [DONE]\n\n");

  EXPECT_TRUE(play(script.split_every_byte()).end);
}

TEST_F(OpenaiProvider, MalformedHttpIsAProviderError) {
  for (std::string const head :
       {"transfer-encoding: xchunked", "transfer-encoding: chunked, gzip",
        "transfer-encoding: chunked\r\ncontent-length: 5", "content-length: 3\r\ncontent-length: 4"})
    EXPECT_EQ(play(vendor_script::nothing().raw("HTTP/1.1 200 OK\r\n" + head + "\r\n\r\nxxxxx").close()).why->code,
              errc::provider_error)
        << head;
  EXPECT_EQ(play(vendor_script::nothing().raw("SSH-2.0-OpenSSH_9\r\n").close()).why->code, errc::provider_error);
  expect_healthy();
}

// --- streams that break ---

TEST_F(OpenaiProvider, AnErrorFirstIsTyped) {
  auto const out = play(vendor_script::stream().event(R"({"error":{"code":429,"message":"slow"}})").done());

  EXPECT_EQ(out.why->code, errc::rate_limited);
  EXPECT_EQ(out.text, "");
}

TEST_F(OpenaiProvider, EveryCutOfTheConnectionIsIncompleteOrComplete) {
  auto const script = hello();
  for (std::size_t byte = 0; byte < script.size(); byte += 13) {
    auto closed = script, broken = script;
    for (auto const& out : {play(closed.close_at(byte)), play(broken.reset_at(byte))}) {
      ASSERT_NE(out.why.has_value(), out.end.has_value()) << byte;
      ASSERT_EQ(out.why.value_or(failure(errc::unavailable, "")).code, errc::unavailable) << byte;
      ASSERT_TRUE(out.why || out.text == hello_text) << byte;
    }
  }
  expect_healthy();
}

TEST_F(OpenaiProvider, AFinishReasonIsEnoughWithoutDone) {
  EXPECT_EQ(play(vendor_script::stream().text("a").finish("length").end()).end->reason, finish_reason::length);
  EXPECT_TRUE(play(vendor_script::stream().text("a").finish().close()).end);
  EXPECT_TRUE(play(vendor_script::stream().text("a").finish().reset()).end);
}

TEST_F(OpenaiProvider, DoneEndsTheAnswerAtOnceWhileTheSocketLingers) {
  auto const out = play(vendor_script::stream().text("a").event("[DONE]").stall());

  EXPECT_TRUE(out.end);
  EXPECT_LT(out.took, 1'500ms);
  EXPECT_TRUE(vendor_.closed_by_client_within(patience));
}

// --- time ---

TEST_F(OpenaiProvider, SlowHeadersAreUnavailable) {
  auto options = options_for(vendor_);
  options.deadlines.headers = 60ms;
  auto const out = play(vendor_script::nothing().stall(), options);

  EXPECT_EQ(out.why->code, errc::unavailable);
  EXPECT_NE(out.why->message.find("header"), std::string::npos);
  EXPECT_LT(out.took, 1'500ms);
  EXPECT_TRUE(vendor_.closed_by_client_within(patience));
}

TEST_F(OpenaiProvider, TheStagesOfAStreamAreToldApart) {
  auto first = options_for(vendor_), idle = options_for(vendor_), total = options_for(vendor_);
  first.deadlines.first_token = 60ms;
  idle.deadlines.idle = 60ms;
  total.deadlines.total = 60ms;
  auto const at_first = play(vendor_script::stream().stall(), first);
  auto const at_idle = play(vendor_script::stream().text("a").stall(), idle);
  auto const at_total = play(vendor_script::stream().text("a").stall(), total);

  for (auto const& [out, words] : {std::pair(at_first, "first event"), std::pair(at_idle, "between two events"),
                                   std::pair(at_total, "whole answer")}) {
    ASSERT_TRUE(out.why) << words;
    EXPECT_EQ(out.why->code, errc::deadline_exceeded) << words;
    EXPECT_NE(out.why->message.find(words), std::string::npos) << out.why->message;
    EXPECT_LT(out.took, 1'500ms);
  }
  EXPECT_TRUE(vendor_.closed_by_client_within(patience, 3));
}

TEST_F(OpenaiProvider, AStallAnywhereEndsByADeadline) {
  auto options = options_for(vendor_);
  options.deadlines.headers = options.deadlines.first_token = options.deadlines.idle = 40ms;
  auto const script = vendor_script::stream().text("a").finish().done();
  for (std::size_t byte = 0; byte < script.size(); byte += 61) {
    auto stalled = script;
    auto const out = play(stalled.stall_at(byte), options);
    EXPECT_NE(out.why.has_value(), out.end.has_value()) << byte;
    EXPECT_LT(out.took, 1'500ms) << byte;
  }
}

TEST(OpenaiProviderConnect, RefusesBadConfiguration) {
  for (auto const* url : {"", "api.openai.com", "ftp://x/v1", "http://", "https://user:pass@x/v1", "http://x/v1?a=b"})
    EXPECT_EQ(openai_provider(openai_options(url)).error().code, errc::invalid_argument) << url;
  EXPECT_EQ(openai_provider(openai_options("http://x/v1", "a\r\nb: c")).error().code, errc::invalid_argument);
  openai_options options("https://x/v1");
  options.ca_file = "/nonexistent";
  EXPECT_EQ(openai_provider(options).error().code, errc::invalid_argument);
}

TEST_F(OpenaiProvider, AHeaderThatWouldBreakTheRequestIsNotSent) {
  auto options = options_for(vendor_);
  options.headers.emplace_back("x-a", "1\r\nx-evil: 2");

  EXPECT_EQ(sync_wait(provider_for(options)->complete(question())).error().code, errc::invalid_argument);
  EXPECT_TRUE(vendor_.requests().empty());
}

// --- cancellation ---

// Runs `operation` on a context of its own and cancels it once `when` says so.
template <class F>
std::exception_ptr run_and_cancel(task<void> operation, F&& when) {
  asio::io_context context;
  asio::cancellation_signal cancel;
  std::exception_ptr thrown;
  asio::co_spawn(context, std::move(operation),
                 asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr e) { thrown = e; }));
  std::thread canceller([&] {
    when();
    asio::post(context, [&] { cancel.emit(asio::cancellation_type::all); });
  });
  context.run();
  canceller.join();
  return thrown;
}

TEST_F(OpenaiProvider, CancellingBeforeTheHeaderClosesTheConnection) {
  vendor_.push(vendor_script::nothing().stall());
  outcome out;
  auto const thrown = run_and_cancel(read_stream(*provider_, out), [&] { vendor_.requests_within(patience); });

  EXPECT_TRUE(thrown);
  EXPECT_TRUE(vendor_.closed_by_client_within(patience));
}

TEST_F(OpenaiProvider, CancellingInTheMiddleClosesTheConnection) {
  gate middle;
  vendor_.push(vendor_script::stream().text("a").wait(middle).stall());
  outcome out;
  auto const thrown = run_and_cancel(read_stream(*provider_, out), [&] { middle.reached_within(patience); });

  EXPECT_TRUE(thrown);
  EXPECT_TRUE(vendor_.closed_by_client_within(patience));
  expect_healthy();
}

TEST_F(OpenaiProvider, DestroyingAStreamClosesTheConnection) {
  vendor_.push(vendor_script::stream().text("a").stall());
  auto stream = sync_wait(provider_->stream(question()));
  auto const first = sync_wait((*stream)->next());
  EXPECT_TRUE(*first);
  stream->reset();

  EXPECT_TRUE(vendor_.closed_by_client_within(patience));
}

TEST_F(OpenaiProvider, AStreamOutlivesItsProviderAndItsContext) {
  vendor_.push(hello());
  auto stream = sync_wait(provider_->stream(question()));
  provider_.reset();
  std::string text;
  for (;;) {
    auto event = sync_wait((*stream)->next());
    if (!*event) break;
    if (auto const* delta = std::get_if<text_delta>(&**event)) text += delta->text;
  }

  EXPECT_EQ(text, hello_text);
}

// --- many at once ---

TEST_F(OpenaiProvider, ConnectionsAreBoundedAndCallsWaitForOne) {
  auto options = options_for(vendor_);
  options.max_connections = 2;
  auto const p = provider_for(options);
  gate hold;
  vendor_.otherwise(
      [hold](vendor_request const&) { return vendor_script::stream().wait(hold).text("a").finish().done(); });
  asio::io_context context;
  std::vector<outcome> outcomes(6);
  for (auto& out : outcomes) asio::co_spawn(context, read_stream(*p, out), asio::detached);
  std::thread opener([&] {
    vendor_.requests_within(patience, 2);
    hold.open();
  });
  context.run();
  opener.join();

  for (auto const& out : outcomes) EXPECT_EQ(out.text, "a") << (out.why ? out.why->message : "");
  EXPECT_EQ(vendor_.connections(), 2u);
}

TEST_F(OpenaiProvider, WaitingForAConnectionEndsByTheConnectDeadline) {
  auto options = options_for(vendor_);
  options.max_connections = 1;
  options.deadlines.connect = 60ms;
  auto const p = provider_for(options);
  vendor_.push(vendor_script::stream().stall());
  auto held = sync_wait(p->stream(question()));
  ASSERT_TRUE(held);
  auto const why = sync_wait(p->complete(question())).error();
  held->reset();

  EXPECT_EQ(why.code, errc::unavailable);
  EXPECT_TRUE(sync_wait(p->complete(question())));
}

TEST_F(OpenaiProvider, OneProviderServesManyThreads) {
  auto options = options_for(vendor_);
  options.max_connections = 4;
  auto const p = provider_for(options);
  asio::io_context context;
  std::vector<outcome> outcomes(40);
  for (auto& out : outcomes) asio::co_spawn(context, read_stream(*p, out), asio::detached);
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) threads.emplace_back([&] { context.run(); });
  for (auto& thread : threads) thread.join();

  for (auto const& out : outcomes) EXPECT_EQ(out.text, "ok") << (out.why ? out.why->message : "");
  EXPECT_LE(vendor_.connections(), 4u);
}

// --- TLS ---

TEST(OpenaiProviderTls, WorksWithTheRightAuthority) {
  scripted_vendor vendor(vendor_security::tls);
  auto const p = provider_for(vendor);

  EXPECT_EQ(play(vendor, *p, hello()).text, hello_text);
  EXPECT_TRUE(sync_wait(p->complete(question())));
  EXPECT_EQ(vendor.connections(), 1u);
  EXPECT_EQ(play(vendor, *p, hello().split_every_byte()).text, hello_text);
}

TEST(OpenaiProviderTls, VerifiesANameToo) {
  scripted_vendor vendor(vendor_security::tls);
  auto options = options_for(vendor);
  options.base_url = "https://localhost:" + std::to_string(vendor.port()) + "/v1";

  EXPECT_TRUE(sync_wait(provider_for(options)->complete(question())));
}

TEST(OpenaiProviderTls, SendsNothingToAHostItCannotVerify) {
  scripted_vendor unknown(vendor_security::tls);
  auto options = options_for(unknown);
  options.ca_file.clear();
  auto const why = sync_wait(provider_for(options)->complete(question())).error();

  EXPECT_EQ(why.code, errc::permission_denied);
  EXPECT_TRUE(unknown.requests().empty());
}

TEST(OpenaiProviderTls, AnEndWithoutCloseNotifyIsIncomplete) {
  scripted_vendor vendor(vendor_security::tls);
  auto const p = provider_for(vendor);
  vendor_script script;
  script
      .raw(
          "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: "
          "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n")
      .close();
  auto const out = play(vendor, *p, script);

  EXPECT_EQ(out.text, "a");
  EXPECT_EQ(out.why->code, errc::unavailable);
}

TEST(OpenaiProviderTls, APlainServerIsNotTalkedTo) {
  scripted_vendor vendor;
  auto options = options_for(vendor);
  options.base_url = "https://127.0.0.1:" + std::to_string(vendor.port()) + "/v1";
  options.deadlines.connect = 300ms;

  EXPECT_EQ(sync_wait(provider_for(options)->complete(question())).error().code, errc::unavailable);
}

// --- the transport itself ---

TEST(Transport, AsksBeforeItConnectsToAnAddress) {
  scripted_vendor vendor;
  http_transport_options options;
  options.allow_address = [](std::string_view, std::string_view address) { return address != "127.0.0.1"; };
  auto const p = *openai_provider(options_for(vendor), *http_transport(options));

  EXPECT_EQ(sync_wait(p->complete(question())).error().code, errc::permission_denied);
  EXPECT_EQ(vendor.connections(), 0u);
}

}  // namespace
}  // namespace sambung::openai_provider_test
