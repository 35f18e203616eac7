// The desk on each database, with one thread and with several.
#include "application.hpp"
#include "ticket.hpp"

#include <sambung/storage/postgres/postgres.hpp>
#include <sambung/storage/sqlite/sqlite.hpp>
#include <sambung/testing/manual_clock.hpp>
#include <sambung/testing/scripted_provider.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <random>

namespace helpdesk {
namespace {

using sambung::as_result;
using sambung::errc;
using sambung::message_state;
using sambung::page_request;
using sambung::sync_wait;
using sambung::testing::answer_script;

struct surroundings {
  bool postgresql;
  std::size_t threads;
};

struct answer {
  int status = 0;
  boost::json::value body;
};

class Desk : public testing::TestWithParam<surroundings> {
 protected:
  void SetUp() override {
    auto const* url = std::getenv("SAMBUNG_TEST_POSTGRES_URL");
    if (GetParam().postgresql && !url) GTEST_SKIP() << "SAMBUNG_TEST_POSTGRES_URL names no database";
    how_.storage = GetParam().postgresql ? on_postgresql(url) : on_sqlite();
    how_.providers.add("scripted", model_);
    how_.threads = GetParam().threads;
    start();
  }
  void TearDown() override {
    if (desk_) desk_->stop();
    desk_.reset();
    std::filesystem::remove_all(folder_);
  }

  void start() {
    desk_ = std::make_unique<application>(how_, people());
    port_ = desk_->listen("127.0.0.1", 0);
  }
  // As a new process would find it.
  void start_again() {
    desk_->stop(std::chrono::milliseconds(0));
    start();
  }

  // Names that no other test has, so that tests may share a database.
  directory people() const {
    std::vector<company> companies{{"acme" + own_, "Acme " + own_, 1'000'000}, {"globex" + own_, "Globex " + own_, 20}};
    std::vector<agent> agents{{"ada", "acme" + own_, "ada" + own_, "Ada", sambung::member_role::member},
                              {"eve", "acme" + own_, "eve" + own_, "Eve", sambung::member_role::viewer},
                              {"bob", "globex" + own_, "bob" + own_, "Bob", sambung::member_role::member}};
    return directory(std::move(companies), std::move(agents));
  }

  sambung::workspace as(std::string_view session) { return desk_->workspace_of(session); }
  ticket open_one() { return sync_wait(open_ticket(as("ada"), "Printer", "It is on fire.")); }
  ticket stored(ticket_id id) { return sync_wait(as("ada").records<ticket>().get(id)); }
  std::vector<note> notes(ticket_id id) { return sync_wait(list_notes(as("ada"), id, page_request())).items; }

  sambung::turn ask(ticket const& about, std::string text, std::string model = "desk/commands") {
    auto const chat = sync_wait(chat_about(as("ada"), about.id, std::move(model)));
    return sync_wait(as("ada").chats().send(chat.id, std::move(text)));
  }
  static sambung::tool_approval question_of(sambung::turn& turn) {
    while (auto const event = sync_wait(turn.next()))
      if (auto const* asked = std::get_if<sambung::tool_approval>(&*event)) return *asked;
    throw std::runtime_error("nobody is asked");
  }

  answer call(std::string const& procedure, std::string const& session, std::string const& json) const {
    boost::asio::ip::tcp::iostream server("127.0.0.1", std::to_string(port_));
    auto const body = R"({"json":)" + json + "}";
    server << "POST /rpc/" << procedure << " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
           << "x-desk-session: " << session << "\r\nContent-Type: application/json\r\nContent-Length: " << body.size()
           << "\r\n\r\n"
           << body << std::flush;
    std::string const all(std::istreambuf_iterator<char>(server), {});
    auto const parsed = boost::json::parse(all.substr(all.find("\r\n\r\n") + 4));
    return {std::stoi(all.substr(all.find(' '))), parsed.at("json")};
  }

  std::shared_ptr<sambung::testing::scripted_provider> model_ = std::make_shared<sambung::testing::scripted_provider>();
  settings how_;
  std::unique_ptr<application> desk_;
  std::uint16_t port_ = 0;

 private:
  static std::shared_ptr<sambung::storage> on_postgresql(char const* url) {
    sambung::postgres_options options(url);
    options.migrator_url = std::getenv("SAMBUNG_TEST_POSTGRES_MIGRATOR_URL");
    options.schema = "desk_example";
    return sambung::open_postgres(std::move(options)).value();
  }
  std::shared_ptr<sambung::storage> on_sqlite() const {
    std::filesystem::create_directory(folder_);
    return sambung::open_sqlite(sambung::sqlite_options(folder_ / "desk.db")).value();
  }

  std::string own_ = std::to_string(std::random_device()());
  std::filesystem::path folder_ = std::filesystem::temp_directory_path() / ("desk-" + own_);
};

TEST_P(Desk, TakesTicketsFromItsOwnPeopleAlone) {
  auto const draft = R"({"subject": "Printer", "text": "It is on fire."})";

  auto const opened = call("ticket/open", "ada", draft);

  EXPECT_EQ(opened.status, 200);
  EXPECT_EQ(call("ticket/open", "eve", draft).status, 403);
  EXPECT_EQ(call("ticket/open", "nobody", draft).status, 401);
  EXPECT_EQ(call("ticket/open", "ada", R"({"subject": "", "text": "x"})").status, 400);
  EXPECT_EQ(call("ticket/getAll", "eve", "{}").body.at("items").as_array().size(), 1U);
  EXPECT_EQ(call("ticket/getAll", "bob", "{}").body.at("items").as_array().size(), 0U);
  auto const closing = R"({"id": ")" + std::string(opened.body.at("id").as_string()) + R"(", "why": "mine"})";
  EXPECT_EQ(call("ticket/close", "bob", closing).status, 404);
  EXPECT_EQ(call("ticket/close", "ada", closing).body.at("state"), "closed");
}

TEST_P(Desk, HasOneChatWithAnAgentAboutATicket) {
  auto const printer = open_one();
  auto turn = ask(printer, "/add_note Called back.");
  auto const answer = sync_wait(turn.answer());

  EXPECT_EQ(answer.state, message_state::complete);
  EXPECT_EQ(text_of(answer.parts), "the note is on the ticket");
  ASSERT_EQ(notes(printer.id).size(), 1U);
  EXPECT_EQ(notes(printer.id).front().text, "Called back.");
  auto const input = R"({"id": ")" + to_string(printer.id) + R"("})";
  EXPECT_EQ(call("ticket/getChat", "ada", input).body.at("id").as_string(), to_string(answer.chat_id));
}

TEST_P(Desk, ClosesATicketForAModelOnlyWhenItsAgentAgrees) {
  auto const printer = open_one();
  auto first = ask(printer, "/close_ticket Replaced.");
  auto const denied = question_of(first);
  sync_wait(as("ada").chats().decide_tool(first.message_id(), denied.call_id, sambung::approval_verdict::deny));
  sync_wait(first.answer());
  EXPECT_EQ(stored(printer.id).state, ticket_state::open);

  auto second = ask(printer, "/close_ticket Replaced.");
  auto const asked = question_of(second);
  EXPECT_EQ(asked.arguments, R"({"text":"Replaced."})");
  auto const decision = R"({"messageId": ")" + to_string(second.message_id()) + R"(", "callId": ")" + asked.call_id +
                        R"(", "verdict": "once"})";
  EXPECT_EQ(call("message/decideTool", "bob", decision).status, 404);
  EXPECT_EQ(stored(printer.id).state, ticket_state::open);
  EXPECT_EQ(call("message/decideTool", "ada", decision).status, 200);

  EXPECT_EQ(text_of(sync_wait(second.answer()).parts), "the ticket is closed");
  EXPECT_EQ(stored(printer.id).state, ticket_state::closed);
  EXPECT_EQ(notes(printer.id).front().text, "Replaced.");
}

TEST_P(Desk, RemembersTicketsAndQuestionsWhenItStartsAgain) {
  auto const printer = open_one();
  auto turn = ask(printer, "/close_ticket Replaced.");
  auto const asked = question_of(turn);

  start_again();
  auto const chats = as("ada").chats();
  auto const pending = sync_wait(chats.pending_tools());
  ASSERT_EQ(pending.items.size(), 1U);
  sync_wait(chats.decide_tool(pending.items.front().message_id, asked.call_id, sambung::approval_verdict::once));
  auto again = sync_wait(chats.regenerate(turn.message_id()));

  EXPECT_EQ(text_of(sync_wait(again.answer()).parts), "the ticket is closed");
  EXPECT_EQ(stored(printer.id).state, ticket_state::closed);
}

TEST_P(Desk, LetsAModelReachTheTicketOfItsChatAlone) {
  auto const printer = open_one();
  auto const other = open_one();
  answer_script calls, gives_up;
  calls.tool_call(0, "call", "add_note", R"({"text": "x", "ticketId": ")" + to_string(other.id) + R"("})");
  calls.finish(sambung::finish_reason::tool_calls);
  model_->push(std::move(calls)).push(gives_up.text("I cannot.").finish());

  auto turn = ask(printer, "Note it on the other one.", "scripted/model");

  EXPECT_EQ(sync_wait(turn.answer()).state, message_state::complete);
  EXPECT_TRUE(notes(printer.id).empty());
  EXPECT_TRUE(notes(other.id).empty());
}

TEST_P(Desk, WritesANoteOnceHoweverOftenItsCallIsMade) {
  auto const printer = open_one();

  for (int i = 0; i < 2; ++i) sync_wait(add_note(as("ada"), printer.id, "Called back.", "message/call"));

  EXPECT_EQ(notes(printer.id).size(), 1U);
}

TEST_P(Desk, LetsOneOfTwoWhoCloseATicketGiveTheReason) {
  auto const printer = open_one();
  auto const closing = [&](std::string why) {
    return boost::asio::co_spawn(desk_->executor(), as_result(close_ticket(as("ada"), printer.id, std::move(why))),
                                 boost::asio::use_future);
  };

  auto one = closing("Replaced."), two = closing("Put out.");

  for (auto* done : {&one, &two}) {
    auto const outcome = done->get();
    EXPECT_TRUE(outcome || outcome.error().code == errc::conflict);
  }
  EXPECT_EQ(notes(printer.id).size(), 1U);
}

TEST_P(Desk, KeepsACompanyToItsTokensOfADay) {
  auto const clock = std::make_shared<sambung::testing::manual_clock>();
  how_.clock = clock;
  start_again();
  auto const chats = as("bob").chats();
  auto const chat = sync_wait(chats.create("Questions", "scripted/model"));
  model_->otherwise([](auto const&) { return answer_script().text("Yes.").usage(10, 10).finish(); });
  auto turn = sync_wait(chats.send(chat.id, "Is it on?"));
  EXPECT_EQ(sync_wait(turn.answer()).state, message_state::complete);

  auto const refused = sync_wait(as_result(chats.send(chat.id, "Still?")));
  EXPECT_EQ(refused.error().code, errc::quota_exceeded);

  clock->set(clock->now() + std::chrono::hours(24));
  auto tomorrow = sync_wait(chats.create("Tomorrow", "scripted/model"));
  EXPECT_TRUE(sync_wait(as_result(chats.send(tomorrow.id, "Is it on?"))));
}

INSTANTIATE_TEST_SUITE_P(OnEach, Desk,
                         testing::Values(surroundings{false, 1}, surroundings{false, 4}, surroundings{true, 1},
                                         surroundings{true, 4}),
                         [](auto const& one) {
                           return std::string(one.param.postgresql ? "PostgreSQL" : "SQLite") +
                                  std::to_string(one.param.threads);
                         });

}  // namespace
}  // namespace helpdesk
