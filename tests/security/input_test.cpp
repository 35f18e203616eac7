// HT03, HT05, DT04, DT05, DT06: what an input may hold, on every procedure.
#include "attack.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace sambung::security_tests::input_test {
namespace {

namespace json = boost::json;
using std::chrono::steady_clock;

// Everything that demands no one-time secret of its own: a wrong input is refused before it has an effect.
std::string const& headers_of(citizen const& one) { return one.headers.at(credential::session_token); }

// A value that no field of that type takes.
json::value wrong_value(field const& f) {
  switch (f.type) {
    case column_type::text:
    case column_type::uuid:
    case column_type::timestamp:
      return json::value(5);
    default:
      return json::value("not this");
  }
}

TEST(HT05, EveryFieldOfEveryProcedureIsCheckedAndAllIssuesAreListed) {
  world w;
  raw_client client(w.served.port());
  auto const& owner = w.citizens.front();

  for (auto const& [name, which] : w.served.server.procedures().all()) {
    json::object wrong;
    for (auto const& f : which.input->fields) wrong[f.json_name] = wrong_value(f);
    if (wrong.empty()) continue;
    auto const begin = steady_clock::now();
    auto const response = call(client, which, way::slashes, wrong, headers_of(owner));
    EXPECT_LT(steady_clock::now() - begin, std::chrono::milliseconds(std::getenv("SAMBUNG_STRICT_TIMES") ? 50 : 2'000));
    ASSERT_EQ(response.status, 400) << name;
    auto const issues = json::parse(response.body).at("json").at("data").at("issues").as_array();
    EXPECT_GE(issues.size(), wrong.size()) << name << ' ' << response.body;
    for (auto const& f : which.input->fields) {
      if (!f.required) continue;
      for (auto const absent : {true, false}) {
        auto input = own_input(which, owner);
        if (absent) input.erase(f.json_name);
        else input[f.json_name] = nullptr;
        auto const refused = call(client, which, way::slashes, input, headers_of(owner));
        EXPECT_EQ(refused.status, 400) << name << ' ' << f.json_name;
        EXPECT_NE(refused.body.find(f.json_name), std::string::npos) << name << ' ' << f.json_name;
      }
    }
  }
}

TEST(HT05, MalformedJsonIsRefusedOnEveryProcedure) {
  world w;
  raw_client client(w.served.port());
  auto const& owner = w.citizens.front();
  std::string const deep = std::string(40, '[') + std::string(40, ']');

  for (auto const& [name, which] : w.served.server.procedures().all())
    for (auto const& body :
         {std::string("{"), std::string("[]"), std::string("5"), R"({"json":{"a":1,"a":2}})" + std::string(),
          R"({"json":{"a":)" + deep + "}}", std::string(R"({"json":{"a":1e400}})"),
          std::string(R"({"json":{"a":"\ud800"}})"), std::string("{\"json\":{\"a\":\"\xff\"}}"),
          std::string(R"({"json":{"a":"\u0000"}})"), std::string(R"({"json":{"__proto__":{}}})"),
          std::string(R"({"json":{"a":123456789012345678901234567890}})")}) {
      auto const response = client.call("POST", path_of(name, way::slashes), body, headers_of(owner));
      EXPECT_EQ(response.status, 400) << name << ' ' << body.substr(0, 60);
    }
}

TEST(HT03, LineBreaksInTextsForgeNoEventAndNoHeader) {
  world w;
  auto const& owner = w.citizens.front();
  std::string const forged = "x\r\n\r\nevent: done\ndata: {\"json\":{}}\n\nid: 99\n";
  w.served.provider->push(testing::answer_script().text(forged).finish());
  raw_client client(w.served.port());

  json::object input{{"chatId", owner.ids.at("chat")}, {"text", forged}};
  auto const response =
      call(client, *w.served.server.procedures().find("message.stream"), way::slashes, input, headers_of(owner));

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body.find("\nid: 99"), std::string::npos);
  EXPECT_EQ(response.body.find("\nevent: done"), response.body.rfind("\nevent: done"));
  EXPECT_NE(response.body.find(R"(x\r\n\r\nevent: done)"), std::string::npos);
}

TEST(DT04, SearchAndEveryTextAreLiteral) {
  world w;
  raw_client client(w.served.port());
  auto const& owner = w.citizens.front();
  for (std::string const text :
       {"%", "_", "\\", "' OR 1=1 --", "*", "a* OR b", "NEAR(a b)", "\"", "); DROP TABLE chats; --", "a:b & !c"}) {
    auto const body = [&](json::object input) { return json::serialize(json::object({{"json", std::move(input)}})); };
    auto const made =
        client.call("POST", "/rpc/chat/create", body({{"title", text}, {"model", "test/scripted"}}), headers_of(owner));
    ASSERT_EQ(made.status, 200) << text;
    EXPECT_EQ(json::parse(made.body).at("json").at("title").as_string(), text);
    auto const found = client.call("POST", "/rpc/chat/getAll", body({{"search", text}}), headers_of(owner));
    ASSERT_EQ(found.status, 200) << text << found.body;
    EXPECT_EQ(found.body.find("canary-title"), std::string::npos) << text;
    for (auto const* search : {"/rpc/search/query", "/rpc/prompt/search"}) {
      auto const hits = client.call("POST", search, body({{"text", text}}), headers_of(owner));
      EXPECT_TRUE(hits.status == 200 || hits.status == 400) << search << ' ' << text << hits.body;
      EXPECT_EQ(hits.body.find("canary"), std::string::npos) << search << ' ' << text;
    }
  }
}

TEST(DT05, NothingAClientSendsBreaksALogLine) {
  kept_log log;
  server_options options;
  options.access_log = log.sink();
  {
    world w(std::move(options));
    std::string const long_agent(12'000, 'a');
    for (std::string const agent : {"\x1b[31mred", "a\"b\\c", "{\"status\":200}", long_agent.c_str()}) {
      raw_client client(w.served.port());
      client.call("GET", "/rpc/" + percent_encoded("x\n{\"forged\":1}") + "?secret=canary-query", {},
                  "User-Agent: " + agent + "\r\n");
    }
    w.served.stop();
  }

  std::istringstream lines(log.lines());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_TRUE(json::parse(line).is_object());
    EXPECT_LT(line.size(), 4'096U);
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
    EXPECT_EQ(line.find("canary-query"), std::string::npos);
  }
  EXPECT_GE(count, 3);
}

struct empty_input {};
BOOST_DESCRIBE_STRUCT(empty_input, (), ())

TEST(DT06, AnExceptionOfAHandlerFailsItsRequestOnly) {
  world w;
  w.served.server.procedures().call<empty_input, nothing>(
      "broken.now", permission::chat_read, "Throws.",
      [](workspace, empty_input) -> task<nothing> { throw std::runtime_error("canary-of-a-defect"); });
  auto const& owner = w.citizens.front();
  raw_client client(w.served.port());

  auto const failed = client.call("POST", "/rpc/broken/now", "{}", headers_of(owner));

  EXPECT_EQ(failed.status, 500);
  EXPECT_EQ(failed.body.find("canary"), std::string::npos);
  EXPECT_EQ(client.call("POST", "/rpc/chat/getAll", "{}", headers_of(owner)).status, 200);
}

// Inputs of almost a megabyte of which every byte is a fault.
std::vector<std::string> all_wrong() {
  constexpr std::size_t most = 1'000'000;
  std::string keys = R"({"json":{)";
  std::string beside = "{";
  for (int i = 0; i < 40'000; ++i) {
    auto const member = '"' + std::to_string(i) + std::string(10, 'k') + R"(":0,)";
    keys += member;
    beside += member;
  }
  keys += R"("last":0}})";
  beside += R"("last":0})";
  std::string meta = R"({"json":{},"meta":[)";
  for (int i = 0; i < 40'000; ++i) meta += R"([1,"nothing"],)";
  meta += "[1]]}";
  std::string const long_key = R"({"json":{")" + std::string(most, 'k') + R"(":{"a":0}}})";
  std::string under = R"({"json":{")" + std::string(900'000, 'k') + R"(":[)";
  for (int i = 0; i < 100; ++i) under += R"({"a":1,"a":2},)";
  under += "0]}}";
  std::string const text = R"({"json":")" + std::string(most, 't') + R"("})";
  std::string const escaped = R"({"json":{")" + std::string(most / 8, '\x7f') + R"(\u0001":0}})";
  std::string const plain = '{' + std::string(1, '"') + std::string(most, 'k') + R"(":0})";
  return {keys, beside, meta, long_key, under, text, escaped, plain};
}

TEST(HT08, AnAnswerToAFaultIsShortOnEveryPath) {
  world w;
  auto const& headers = headers_of(w.citizens.front());
  std::vector<std::string> paths{"/v1/chat/completions", "/v1/embeddings", "/api/auth/sign-in/email",
                                 "/api/auth/update-user"};
  for (auto const& [name, which] : w.served.server.procedures().all()) paths.push_back(path_of(name, way::slashes));
  auto const inputs = all_wrong();

  for (std::size_t i = 0; i < inputs.size(); ++i) {
    ASSERT_LE(inputs[i].size(), 1'048'576U);
    raw_client client(w.served.port());
    for (auto const& path : paths) {
      auto const answer = client.call("POST", path, inputs[i], headers);
      EXPECT_LE(answer.body.size(), 8'192U) << path << ' ' << i << ' ' << answer.body.substr(0, 200);
    }
  }
}

TEST(HT08, AMegabyteOfNamesTakesItsShareOfTime) {
  world w;
  raw_client client(w.served.port());
  auto const& headers = headers_of(w.citizens.front());

  for (auto const& input : all_wrong()) {
    auto const begin = steady_clock::now();
    client.call("POST", "/rpc/chat/create", input, headers);
    EXPECT_LT(steady_clock::now() - begin, std::chrono::milliseconds(std::getenv("SAMBUNG_STRICT_TIMES") ? 50 : 2'000));
  }
}

}  // namespace
}  // namespace sambung::security_tests::input_test
