// What becomes of a request whose procedure throws, whatever it throws: a 500, a line of the log, and a word to the
// observer, all with the same request id.
#include "support/eventually.hpp"
#include "support/served_engine.hpp"

#include <gtest/gtest.h>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <atomic>
#include <mutex>

namespace sambung::failing_procedure_test {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using test::raw_client;
using test::raw_response;
using test::served_engine;

class listener final : public observer {
 public:
  void failed(failed_part const& what) override {
    std::lock_guard lock(mutex_);
    told_.push_back(what);
  }
  std::vector<failed_part> told() const {
    std::lock_guard lock(mutex_);
    return told_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<failed_part> told_;
};

class log_lines {
 public:
  server_options options() {
    server_options out;
    out.access_log = [this](std::string_view lines) {
      std::lock_guard lock(mutex_);
      text_ += lines;
    };
    return out;
  }
  // The line of that request; empty when there is none.
  std::string of(std::string const& request_id) {
    std::lock_guard lock(mutex_);
    auto const at = text_.find(request_id);
    if (at == text_.npos) return {};
    auto const begin = text_.rfind('\n', at) + 1;
    return text_.substr(begin, text_.find('\n', at) - begin);
  }

 private:
  std::mutex mutex_;
  std::string text_;
};

struct broken_house {
  broken_house() : served(log.options(), no_rates(), served_engine::quick_passwords(), memory_storage(), heard) {}

  raw_response call(std::string const& name) {
    raw_client client(served.port());
    return client.call("POST", "/rpc/" + name, "{}", served.authorization);
  }

  std::shared_ptr<listener> heard = std::make_shared<listener>();
  log_lines log;
  served_engine served;
};

task<void> throw_a_number() {
  throw 42;
  co_return;
}
task<void> throw_a_literal() {
  throw "canary";
  co_return;
}
task<void> throw_an_exception() {
  throw std::runtime_error("canary");
  co_return;
}
task<void> throw_what_a_timer_does() {
  throw boost::system::system_error(boost::asio::error::operation_aborted);
  co_return;
}
task<void> throw_an_internal_error() {
  throw error(errc::internal, "a defect");
  co_return;
}
task<void> throw_for_the_caller() {
  throw error(errc::not_found, "there is no such note");
  co_return;
}

struct defect {
  char const* what;
  task<void> (*act)();
  char const* known;  // to the operator alone
};
constexpr defect defects[]{{"number", throw_a_number, "int"},
                           {"literal", throw_a_literal, "char const*"},
                           {"exception", throw_an_exception, "std::runtime_error: canary"},
                           {"timer", throw_what_a_timer_does, "boost::system::system_error"},
                           {"internal", throw_an_internal_error, ""}};

TEST(FailingProcedure, IsA500AndALineAndAWordWhateverItThrows) {
  broken_house house;
  for (auto const& one : defects)
    house.served.server.procedures().call<nothing, nothing>(one.what, permission::chat_read, "Breaks.",
                                                            [act = one.act](workspace, nothing) -> task<nothing> {
                                                              co_await act();
                                                              co_return nothing();
                                                            });

  for (auto const& one : defects) {
    auto const before = house.heard->told().size();
    auto const response = house.call(one.what);

    EXPECT_EQ(response.status, 500) << one.what;
    EXPECT_EQ((response.head + response.body).find("canary"), std::string::npos);
    auto const told = house.heard->told();
    ASSERT_EQ(told.size(), before + 1) << one.what;
    EXPECT_EQ(told.back().part, engine_part::procedure);
    EXPECT_EQ(told.back().name, one.what);
    EXPECT_EQ(told.back().request_id, response.headers.at("x-request-id"));
    EXPECT_EQ(told.back().tenant_id, house.served.home);
    EXPECT_TRUE(told.back().why.sensitive.starts_with(one.known)) << told.back().why.sensitive;
    ASSERT_TRUE(eventually([&] { return !house.log.of(told.back().request_id).empty(); })) << one.what;
    auto const line = house.log.of(told.back().request_id);
    EXPECT_NE(line.find("\"fault\":\"internal\""), line.npos) << line;
    EXPECT_NE(line.find(one.known), line.npos) << line;
  }
  EXPECT_EQ(house.call("healthCheck").status, 200);
}

TEST(FailingProcedure, IsNoneWhenTheCallerIsToldWhatIsWrong) {
  broken_house house;
  house.served.server.procedures().call<nothing, nothing>("note.get", permission::chat_read, "Finds nothing.",
                                                          [](workspace, nothing) -> task<nothing> {
                                                            co_await throw_for_the_caller();
                                                            co_return nothing();
                                                          });

  EXPECT_EQ(house.call("note/get").status, 404);
  EXPECT_TRUE(house.heard->told().empty());
}

struct tail_event {
  std::int64_t size = 0;
};
BOOST_DESCRIBE_STRUCT(tail_event, (), (size))

// One event, then what it throws.
class breaking_source final : public event_source<tail_event> {
 public:
  explicit breaking_source(task<void> (*act)()) : act_(act) {}
  task<std::optional<numbered_event<tail_event>>> next() override {
    if (std::exchange(told_, true)) co_await act_();
    co_return numbered_event<tail_event>(1, tail_event());
  }

 private:
  task<void> (*act_)();
  bool told_ = false;
};

TEST(FailingProcedure, EndsItsStreamWithAnErrorEventWhateverItThrows) {
  broken_house house;
  for (auto const& one : defects)
    house.served.server.procedures().stream<nothing, tail_event>(
        one.what, permission::chat_read, "Breaks.",
        [act = one.act](workspace, nothing, std::optional<std::int64_t>)
            -> task<std::unique_ptr<event_source<tail_event>>> { co_return std::make_unique<breaking_source>(act); });

  for (auto const& one : defects) {
    auto const response = house.call(one.what);

    EXPECT_EQ(response.status, 200) << one.what;
    EXPECT_NE(response.body.find("id: 1"), std::string::npos) << response.body;
    EXPECT_NE(response.body.find("event: error\ndata: {\"json\":"), std::string::npos) << response.body;
    EXPECT_NE(response.body.find("INTERNAL_SERVER_ERROR"), std::string::npos) << response.body;
    EXPECT_EQ(response.body.find("canary"), std::string::npos);
    auto const id = response.headers.at("x-request-id");
    ASSERT_TRUE(eventually([&] { return !house.log.of(id).empty(); })) << one.what;
    EXPECT_NE(house.log.of(id).find("\"fault\":\"internal\""), std::string::npos) << house.log.of(id);
    auto const told = house.heard->told();
    ASSERT_FALSE(told.empty());
    EXPECT_EQ(told.back().request_id, id);
    EXPECT_TRUE(told.back().why.sensitive.starts_with(one.known)) << told.back().why.sensitive;
  }
}

TEST(FailingProcedure, IsTheSameForWhoeverIdentifiesCallers) {
  auto const heard = std::make_shared<listener>();
  server_options options;
  options.identify = [](incoming_request const&) -> task<std::optional<identity>> {
    throw 42;
    co_return std::nullopt;
  };
  served_engine served(options, no_rates(), served_engine::quick_passwords(), memory_storage(), heard);
  raw_client client(served.port());

  auto const response = client.call("POST", "/rpc/chat/getAll", "{}");

  EXPECT_EQ(response.status, 500);
  ASSERT_EQ(heard->told().size(), 1U);
  EXPECT_EQ(heard->told()[0].why.sensitive, "int");
  EXPECT_EQ(heard->told()[0].request_id, response.headers.at("x-request-id"));
}

TEST(FailingProcedure, IsToldOfAnAccessLogThatThrowsAndTheServerGoesOn) {
  auto const heard = std::make_shared<listener>();
  server_options options;
  std::atomic<int> calls = 0;
  options.access_log = [&](std::string_view) {
    ++calls;
    throw 42;
  };
  served_engine served(options, no_rates(), served_engine::quick_passwords(), memory_storage(), heard);

  for (int round = 1; round <= 2; ++round) {
    EXPECT_EQ(served.call("healthCheck", "{}").status, 200);
    EXPECT_TRUE(eventually([&] { return calls >= round; })) << "nobody looks after the log any more";
  }

  EXPECT_TRUE(eventually([&] { return !heard->told().empty(); }));
  EXPECT_EQ(heard->told()[0].name, "access_log");
  EXPECT_EQ(heard->told()[0].why.sensitive, "int");
  served.stop();
}

}  // namespace
}  // namespace sambung::failing_procedure_test
