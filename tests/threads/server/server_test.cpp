// The server over real sockets: guards, limits, procedures, streams, shutdown.
#include "support/eventually.hpp"
#include "support/served_engine.hpp"
#include "support/watched_storage.hpp"

#include <sambung/core/deadline.hpp>
#include <sambung/rpc/procedures/standard_procedures.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <mutex>

namespace sambung::server_test {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using test::raw_client;
using test::raw_response;
using test::served_engine;
using testing::answer_script;
using testing::gate;
namespace json = boost::json;

json::value parsed(raw_response const& response) { return json::parse(response.body); }

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++found;
  return found;
}

std::string send_input(std::string const& chat, std::string const& more = {}) {
  return R"({"chatId":")" + chat + R"(","text":"hi")" + more + "}";
}

std::string stream_request(served_engine& served, std::string const& procedure, std::string const& input,
                           std::string const& more_headers = {}) {
  return raw_client::request("POST", "/rpc/" + procedure, R"({"json":)" + input + "}",
                             served.authorization + more_headers);
}

// The value of the first `"key":"..."`.
std::string text_member(std::string_view text, std::string const& key) {
  auto const begin = text.find("\"" + key + "\":\"") + key.size() + 4;
  return std::string(text.substr(begin, text.find('"', begin) - begin));
}

TEST(Server, AnswersHealthAndReadiness) {
  served_engine served;
  raw_client client(served.port());

  EXPECT_EQ(client.call("GET", "/healthz").body, R"({"status":"ok"})");
  EXPECT_EQ(client.call("GET", "/readyz").status, 200);
  EXPECT_EQ(client.call("POST", "/rpc/healthCheck").body, R"({"json":{"status":"ok"}})");
}

TEST(Server, WantsACallerForEveryProcedureButHealthAndProofsOfWhoCalls) {
  served_engine served;
  raw_client client(served.port());

  for (auto const& [name, procedure] : served.server.procedures().all()) {
    auto const open = procedure.needs == permission::none;
    EXPECT_EQ(client.call("POST", "/rpc/" + name, "{}").status == 401, !open) << name;
    EXPECT_TRUE(!open || name == "healthCheck" || name.starts_with("auth.")) << name;
    if (open) continue;
    for (auto const* wrong : {"Authorization: Bearer smb_wrong\r\n", "Authorization: Basic eDp5\r\n"})
      EXPECT_EQ(client.call("POST", "/rpc/" + name, "{}", wrong).status, 401) << name;
    EXPECT_EQ(client.call("POST", "/rpc/" + name + "?token=" + served.token, "{}").status, 401) << name;
  }
  for (auto const* path : {"/v1/models", "/v1/models/test/scripted"}) EXPECT_EQ(client.call("GET", path).status, 401);
  for (auto const* path : {"/v1/chat/completions", "/v1/embeddings"})
    EXPECT_EQ(client.call("POST", path, "{}").status, 401) << path;
}

TEST(Server, RefusesWhatARoleMayNotOnEveryProcedure) {
  served_engine served;
  auto const viewer = served.stranger("viewer@example.com", true, member_role::viewer);
  raw_client client(served.port());

  for (auto const& [name, procedure] : served.server.procedures().all())
    if (!allows(member_role::viewer, procedure.needs) && procedure.needs != permission::none) {
      EXPECT_EQ(client.call("POST", "/rpc/" + name, "{}", viewer).status, 403) << name;
    }
}

TEST(Server, GivesAuthorityToTheDispatchedProcedureOnly) {
  served_engine served;
  raw_client client(served.port());

  for (auto const* path :
       {"/RPC/chat/getAll", "//rpc/chat/getAll", "/rpc//chat/getAll", "/rpc/chat/getAll/", "/rpc/chat/getAll;a",
        "/rpc/..%2fchat/getAll", "/rpc/chat/getall", "/rpc/chat%2fgetAll", "/rpc", "/rpc/", "/rpc/chat", "/v1",
        "/v2/models", "/rpc/../rpc/healthCheck", "/%72pc/healthCheck", "/"}) {
    auto const response = client.call("POST", path, "{}", served.authorization);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_TRUE(parsed(response).as_object().contains(std::string_view(path).substr(0, 3) == "/v1" ? "error" : "json"));
  }
  EXPECT_EQ(client.call("POST", "/rpc/chat/get%41ll", "{}", served.authorization).status, 200);
  EXPECT_EQ(client.call("POST", "/rpc/chat/get%41ll", "{}").status, 401);
}

TEST(Server, RefusesAForeignChatLikeAMissingOne) {
  served_engine served;
  auto const chat = served.new_chat();
  raw_client client(served.port());
  auto const body_for = [&](std::string const& id, std::string const& header) {
    auto response = client.call("POST", "/rpc/chat/getById", R"({"json":{"id":")" + id + R"("}})", header);
    EXPECT_EQ(response.status, 404);
    auto body = parsed(response);
    body.at("json").at("data").as_object().erase("requestId");
    return json::serialize(body);
  };

  auto const missing = body_for("0192e4a0-7b2c-7def-8123-456789abcdef", served.authorization);

  EXPECT_EQ(body_for(chat, served.stranger("a@example.com", false)), missing);
  EXPECT_EQ(body_for(chat, served.stranger("b@example.com", true)), missing);
}

TEST(Server, RefusesUnknownFieldsAndListsEveryIssue) {
  served_engine served;

  for (auto const* field : {"id", "tenantId", "ownerId", "role", "createdAt", "revision"}) {
    auto const response =
        served.call("chat/create", R"({"model":"test/scripted",")" + std::string(field) + R"(":"x"})");
    EXPECT_EQ(response.status, 400) << field;
    EXPECT_EQ(parsed(response).at("json").at("data").at("issues").at(0).at("path"), field);
  }
  auto const many = served.call("chat/create", R"({"title":5,"model":null,"x":1})");
  EXPECT_EQ(parsed(many).at("json").at("data").at("issues").as_array().size(), 3u);
}

TEST(Server, RefusesBadJson) {
  served_engine served;
  raw_client client(served.port());

  for (std::string const& body :
       {std::string("{"), std::string(R"({"json":{"title":"a","title":"b"}})"),
        std::string(R"({"json":{"limit":1e400}})"), std::string(R"({"json":{"title":"\ud800"}})"),
        std::string(R"({"json":{"title":"\u0000"}})"), std::string(10'000, '['),
        std::string("{\"json\":{\"title\":\"\xff\"}}")})
    EXPECT_EQ(client.call("POST", "/rpc/chat/create", body, served.authorization).status, 400) << body.substr(0, 50);
  EXPECT_EQ(client.call("POST", "/rpc/healthCheck").status, 200);
}

TEST(Server, NeverTakesABodyForARequest) {
  served_engine served;
  std::string const inner = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  auto const post = [](std::string const& lines) {
    return "POST /rpc/healthCheck HTTP/1.1\r\nHost: localhost\r\n" + lines + "\r\n";
  };

  for (auto const& bytes :
       {post("Transfer-Encoding: xchunked\r\n") + inner,
        post("Transfer-Encoding: chunked, gzip\r\n") + inner,
        post("Transfer-Encoding: gzip\r\n") + inner,
        post("Transfer-Encoding: Chunked\r\n") + inner,
        post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n") + "0\r\n\r\n" + inner,
        post("Content-Length: 3\r\nContent-Length: 0\r\n") + inner,
        post("Content-Length: 0, 0\r\n") + inner,
        post("Content-Length: 3\r\nContent-Length: 3\r\n") + "{} " + inner,
        post("Content-Length : 3\r\n") + inner,
        post("X: a\r\n Content-Length: 3\r\n") + inner,
        post("X: a\nContent-Length: 3\r\n") + inner,
        post("Host: other\r\n") + inner,
        post("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n") + inner,
        std::string("POST /rpc/healthCheck HTTP/1.1\r\n\r\n") + inner,
        std::string(
            "POST /rpc/healthCheck HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") +
            inner,
        std::string("GET /healthz\r\nHost: localhost\r\n\r\n") + inner,
        std::string("GET /healthz HTTP/3.0\r\nHost: localhost\r\n\r\n") + inner,
        std::string("\r\n") + inner,
        std::string("GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n") + inner,
        post("Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n") + "zz\r\n" + inner,
        post("Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n") + "2\n{}\n0\n\n" + inner,
        post("Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n") + "-2\r\n{}\r\n0\r\n\r\n" + inner,
        post("Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n") + "0x2\r\n{}\r\n0\r\n\r\n" + inner,
        post("Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n") +
            "fffffffffffffffff2\r\n{}\r\n0\r\n\r\n" + inner,
        post("Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n") + "2\r\n{}x\r\n0\r\n\r\n" + inner}) {
    raw_client client(served.port());
    client.try_send(bytes);
    auto const answer = client.read_to_end();
    EXPECT_EQ(count(answer, "HTTP/1.1 "), 1u) << bytes << "\n---\n" << answer;
    EXPECT_EQ(answer.substr(0, 10), "HTTP/1.1 4") << bytes << "\n---\n" << answer;
  }
}

TEST(Server, ReadsChunkedBodiesAndDropsTrailers) {
  served_engine served;
  raw_client client(served.port());
  std::string const head =
      "POST /rpc/chat/getAll HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: "
      "chunked\r\n";
  std::string const body = "9;x=\"y\"\r\n{\"json\":{\r\n2\r\n}}\r\n0\r\n";

  client.send(head + served.authorization + "\r\n" + body + "\r\n" + raw_client::request("GET", "/healthz"));
  EXPECT_EQ(client.read_response().status, 200);
  EXPECT_EQ(client.read_response().body, R"({"status":"ok"})");

  client.send(head + "\r\n" + body + served.authorization + "\r\n");
  EXPECT_EQ(client.read_response().status, 401);
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  served_engine served;
  raw_client client(served.port());

  client.send(raw_client::request("GET", "/healthz") + raw_client::request("POST", "/rpc/nothing", "{}") +
              raw_client::request("POST", "/rpc/healthCheck", "{}"));

  EXPECT_EQ(client.read_response().status, 200);
  EXPECT_EQ(client.read_response().status, 404);
  EXPECT_EQ(client.read_response().body, R"({"json":{"status":"ok"}})");
}

TEST(Server, ReadsARequestThatComesByteByByte) {
  served_engine served;
  raw_client client(served.port());

  for (char const c : raw_client::request("POST", "/rpc/chat/getAll", R"({"json":{"limit":5}})", served.authorization))
    client.send({&c, 1});

  EXPECT_EQ(client.read_response().status, 200);
}

TEST(Server, AsksForTheBodyThatAClientHoldsBack) {
  served_engine served;
  raw_client client(served.port());
  std::string const head =
      "POST /rpc/chat/getAll HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: 2\r\nExpect: 100-continue\r\n";

  client.send(head + served.authorization + "\r\n");
  EXPECT_EQ(client.read_response().status, 100);
  client.send("{}");
  EXPECT_EQ(client.read_response().status, 200);

  client.send(head + "\r\n");
  EXPECT_EQ(client.read_response().status, 401);
}

TEST(Server, BoundsTheHeader) {
  server_options options;
  options.limits.max_header_bytes = 1'000;
  options.limits.max_header_fields = 10;
  served_engine served(options);
  std::string const begin = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ";
  auto const sized = [&](std::size_t size) { return begin + std::string(size - begin.size() - 4, 'x') + "\r\n\r\n"; };
  auto const fields = [](int more) {
    std::string head = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n";
    for (int i = 0; i < more; ++i) head += "X: y\r\n";
    return head + "\r\n";
  };
  auto const status = [&](std::string const& head) {
    raw_client client(served.port());
    client.try_send(head);
    return client.read_response().status;
  };

  EXPECT_EQ(status(sized(1'000)), 200);
  EXPECT_EQ(status(sized(1'001)), 431);
  EXPECT_EQ(status(begin + std::string(100'000, 'x')), 431);
  EXPECT_EQ(status(fields(9)), 200);
  EXPECT_EQ(status(fields(10)), 400);
}

TEST(Server, BoundsTheBody) {
  server_options options;
  options.limits.max_body_bytes = 1'000;
  options.limits.max_chunk_extension_bytes = 100;
  served_engine served(options);
  auto const sized = [](std::size_t size) { return R"({"json":{}})" + std::string(size - 11, ' '); };
  auto const chunked = [&](std::string const& body) {
    raw_client client(served.port());
    client.try_send(
        "POST /rpc/chat/getAll HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n" +
        served.authorization + "\r\n" + body);
    return client.read_response().status;
  };
  raw_client client(served.port());

  EXPECT_EQ(client.call("POST", "/rpc/chat/getAll", sized(1'000), served.authorization).status, 200);
  EXPECT_EQ(client.call("POST", "/rpc/chat/getAll", sized(1'001), served.authorization).status, 413);
  EXPECT_EQ(chunked("3e8\r\n" + sized(1'000) + "\r\n0\r\n\r\n"), 200);
  EXPECT_EQ(chunked("3e9\r\n" + sized(1'001) + "\r\n0\r\n\r\n"), 413);
  EXPECT_EQ(chunked("b;" + std::string(50, 'x') + "\r\n{\"json\":{}}\r\n0\r\n\r\n"), 200);
  EXPECT_EQ(chunked("b;" + std::string(200, 'x') + "\r\n{\"json\":{}}\r\n0\r\n\r\n"), 400);
  EXPECT_EQ(chunked("b;" + std::string(200'000, 'x')), 400);
}

TEST(Server, TakesLargerBodiesForModels) {
  server_options options;
  options.limits.max_body_bytes = 1'000;
  options.limits.max_model_body_bytes = 300'000;
  served_engine served(options);
  served.provider->otherwise([](completion_request const&) { return answer_script().text("seen").finish(); });
  auto const asked = [](std::size_t size) {
    std::string const begin = R"({"model":"test/scripted","messages":[{"role":"user","content":")";
    return begin + std::string(size - begin.size() - 4, 'x') + R"("}]})";
  };
  auto const status = [&](std::string const& path, std::string const& body, std::string const& who) {
    return raw_client(served.port()).call("POST", path, body, who).status;
  };

  EXPECT_EQ(status("/v1/chat/completions", asked(300'000), served.authorization), 200);
  EXPECT_EQ(status("/v1/chat/completions", asked(300'001), served.authorization), 413);
  EXPECT_EQ(status("/v1/chat/completions", asked(300'000), "Authorization: Bearer nobody\r\n"), 401);
  EXPECT_EQ(status("/rpc/chat/getAll", asked(2'000), served.authorization), 413);
}

TEST(Server, ClosesLateClients) {
  server_options options;
  options.limits.header_time = 50ms;
  options.limits.body_time = 50ms;
  options.limits.idle_time = 50ms;
  served_engine served(options);
  raw_client silent(served.port());
  raw_client slow_header(served.port());
  raw_client slow_body(served.port());
  raw_client idle(served.port());

  slow_header.send("GET /healthz HT");
  slow_body.send(
      "POST /rpc/chat/getAll HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n" +
      served.authorization + "\r\n{");
  EXPECT_EQ(idle.call("GET", "/healthz").status, 200);

  EXPECT_EQ(silent.read_to_end(), "");
  EXPECT_EQ(slow_header.read_to_end().substr(0, 12), "HTTP/1.1 408");
  EXPECT_EQ(slow_body.read_to_end().substr(0, 12), "HTTP/1.1 408");
  EXPECT_EQ(idle.read_to_end(), "");
}

TEST(Server, BoundsTheConnections) {
  server_options options;
  options.limits.max_connections = 2;
  served_engine served(options);
  raw_client first(served.port());
  auto second = std::make_unique<raw_client>(served.port());
  EXPECT_EQ(first.call("GET", "/healthz").status, 200);
  EXPECT_EQ(second->call("GET", "/healthz").status, 200);

  raw_client third(served.port());
  EXPECT_EQ(third.read_to_end().substr(0, 12), "HTTP/1.1 503");

  second.reset();
  EXPECT_TRUE(eventually([&] {
    raw_client next(served.port());
    next.try_send(raw_client::request("GET", "/healthz"));
    return next.read_until("\r\n").substr(0, 12) == "HTTP/1.1 200";
  }));
}

TEST(Server, ServesAllowedHostsOnly) {
  server_options options;
  options.allowed_hosts = {"chat.example.com"};
  served_engine served(options);
  auto const status = [&](std::string const& host) {
    raw_client client(served.port());
    client.send("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    return client.read_response().status;
  };

  EXPECT_EQ(status("localhost:99"), 200);
  EXPECT_EQ(status("chat.example.com"), 200);
  EXPECT_EQ(status("rebound.evil.example"), 421);
}

TEST(Server, AnswersAllowedOriginsOnly) {
  server_options options;
  options.allowed_origins = {"https://good.example"};
  served_engine served(options);
  raw_client client(served.port());

  auto const allowed =
      client.call("POST", "/rpc/chat/getAll", "{}", served.authorization + "Origin: https://good.example\r\n");
  EXPECT_EQ(allowed.status, 200);
  EXPECT_EQ(allowed.headers.at("access-control-allow-origin"), "https://good.example");
  EXPECT_EQ(allowed.headers.at("vary"), "Origin");

  for (auto const* origin : {"null", "https://good.example.evil", "http://good.example", "https://good.example:8443",
                             "https://GOOD.example"}) {
    auto const refused =
        client.call("POST", "/rpc/chat/getAll", "{}", served.authorization + "Origin: " + origin + "\r\n");
    EXPECT_EQ(refused.status, 403) << origin;
    EXPECT_FALSE(refused.headers.contains("access-control-allow-origin"));
    EXPECT_EQ(refused.headers.at("vary"), "Origin");
  }

  auto const preflight = client.call("OPTIONS", "/rpc/chat/getAll", "",
                                     "Origin: https://good.example\r\nAccess-Control-Request-Method: POST\r\n");
  EXPECT_EQ(preflight.status, 204);
  EXPECT_NE(preflight.headers.at("access-control-allow-headers").find("last-event-id"), std::string::npos);
}

TEST(Server, TakesJsonOnly) {
  served_engine served;
  raw_client client(served.port());
  auto const status = [&](std::string const& type) {
    client.send("POST /rpc/chat/getAll HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type +
                "\r\nContent-Length: 2\r\n" + served.authorization + "\r\n{}");
    return client.read_response().status;
  };

  EXPECT_EQ(status("application/json; charset=utf-8"), 200);
  EXPECT_EQ(status("text/plain"), 415);
  EXPECT_EQ(status("application/x-www-form-urlencoded"), 415);
  EXPECT_EQ(status("multipart/form-data; boundary=x"), 415);
}

TEST(Server, KnowsItsMethods) {
  served_engine served;
  raw_client client(served.port());

  EXPECT_EQ(client.call("GET", "/rpc/chat/create", "", served.authorization).status, 405);
  EXPECT_EQ(
      client.call("GET", "/rpc/chat/getAll?data=%7B%22json%22%3A%7B%22limit%22%3A3%7D%7D", "", served.authorization)
          .status,
      200);
  EXPECT_EQ(client.call("DELETE", "/rpc/chat/getAll", "", served.authorization).status, 405);
  EXPECT_EQ(client.call("GET", "/v1/chat/completions", "", served.authorization).status, 405);
  client.send(raw_client::request("HEAD", "/healthz"));
  EXPECT_NE(client.read_until("\r\n\r\n").find("Content-Length: 15"), std::string::npos);
  EXPECT_EQ(client.call("GET", "/healthz").status, 200);
}

TEST(Server, PutsSecurityHeadersAndItsOwnRequestIdOnEveryResponse) {
  served_engine served;
  raw_client client(served.port());

  for (auto const* path : {"/healthz", "/nothing", "/v1/models", "/rpc/chat/getAll"}) {
    auto const response = client.call("GET", path, "", "x-request-id: forged\r\n");
    EXPECT_EQ(response.headers.at("x-content-type-options"), "nosniff") << path;
    EXPECT_EQ(response.headers.at("cache-control"), "no-store");
    EXPECT_TRUE(response.headers.contains("content-security-policy"));
    EXPECT_TRUE(parse_uuid(response.headers.at("x-request-id"))) << path;
  }
}

TEST(Server, LogsRequestsWithoutTheirSecrets) {
  std::mutex mutex;
  std::string log;
  server_options options;
  options.access_log = [&](std::string_view lines) {
    std::lock_guard lock(mutex);
    log += lines;
  };
  {
    served_engine served(options);
    raw_client client(served.port());
    client.call("POST", "/rpc/chat/create?data=canary", R"({"json":{"title":"canary","model":"test/scripted"}})",
                served.authorization);
    client.call("GET", "/\x1b[31m");
    served.stop();
    EXPECT_EQ(log.find(served.token), log.npos);
  }

  EXPECT_EQ(log.find("canary"), log.npos);
  EXPECT_NE(log.find(R"("path":"/rpc/chat/create","status":200)"), log.npos);
  EXPECT_EQ(log.find('\x1b'), log.npos);
  EXPECT_EQ(json::parse(log.substr(0, log.find('\n'))).at("method"), "POST");
}

struct add_input {
  std::int64_t left = 0;
  std::int64_t right = 0;
};
BOOST_DESCRIBE_STRUCT(add_input, (), (left, right))
struct add_output {
  std::int64_t sum = 0;
  timestamp at;
};
BOOST_DESCRIBE_STRUCT(add_output, (), (sum, at))

TEST(Server, ServesAnApplicationsOwnProcedures) {
  served_engine served;
  served.server.procedures().call<add_input, add_output>("math.add", permission::chat_read, "Adds.",
                                                         [](workspace, add_input in) -> task<add_output> {
                                                           add_output out;
                                                           out.sum = in.left + in.right;
                                                           co_return out;
                                                         });

  EXPECT_EQ(served.must("math/add", R"({"left":2,"right":3})").at("sum"), 5);
  EXPECT_EQ(served.call("math/add", R"({"left":2})").status, 400);
}

TEST(Server, TakesNoProceduresOnceItListens) {
  served_engine served;
  auto const nothing_done = [](workspace, nothing) -> task<nothing> { co_return nothing(); };
  auto& procedures = served.server.procedures();
  procedures.call<nothing, nothing>("early", permission::chat_read, "Comes in time.", nothing_done);
  served.port();

  EXPECT_THROW((procedures.call<nothing, nothing>("late", permission::chat_read, "Comes late.", nothing_done)), error);

  EXPECT_EQ(served.call("early", "{}").status, 200);
  EXPECT_EQ(served.call("late", "{}").status, 404);
}

TEST(Server, FailsOneRequestWhenItsHandlerThrows) {
  served_engine served;
  served.server.procedures().call<nothing, nothing>("broken", permission::chat_read, "Breaks.",
                                                    [](workspace, nothing) -> task<nothing> {
                                                      throw std::runtime_error("canary");
                                                      co_return nothing();
                                                    });
  raw_client client(served.port());

  auto const response = client.call("POST", "/rpc/broken", "{}", served.authorization);

  EXPECT_EQ(response.status, 500);
  EXPECT_EQ((response.head + response.body).find("canary"), std::string::npos);
  EXPECT_EQ(client.call("GET", "/healthz").status, 200);
}

TEST(Stream, CarriesATurnFromItsStartToItsEnd) {
  served_engine served;
  served.provider->push(answer_script().reasoning("hm").text("Hel").text("lo").usage(3, 2).finish());
  raw_client client(served.port());

  client.send(stream_request(served, "message/stream", send_input(served.new_chat())));
  auto const response = client.read_response();

  EXPECT_EQ(response.headers.at("content-type"), "text/event-stream");
  EXPECT_EQ(response.body.substr(0, 4), ": \n\n");
  EXPECT_NE(response.body.find("\nid: 1\ndata: {\"json\":{\"type\":\"started\""), std::string::npos);
  EXPECT_NE(response.body.find(R"({"type":"reasoning","text":"hm"})"), std::string::npos);
  EXPECT_NE(response.body.find(R"("state":"complete")"), std::string::npos);
  EXPECT_TRUE(response.body.ends_with("\n\nevent: done\ndata: {}\n\n")) << response.body;
  EXPECT_EQ(response.body.find('\r'), std::string::npos);
}

TEST(Stream, GoesOnBehindTheLastEventOfTheSameTurn) {
  served_engine served;
  served.provider->push(answer_script().text("a").text("b").finish());
  auto const input = send_input(served.new_chat(), R"(,"idempotencyKey":"k1")");
  raw_client client(served.port());
  client.send(stream_request(served, "message/stream", input));
  client.read_response();

  client.send(stream_request(served, "message/stream", input, "last-event-id: 2\r\n"));
  auto const again = client.read_response();

  EXPECT_EQ(again.body.find("id: 1\n"), std::string::npos) << again.body;
  EXPECT_EQ(again.body.find("id: 2\n"), std::string::npos);
  EXPECT_NE(again.body.find(R"("state":"complete")"), std::string::npos);
  EXPECT_EQ(served.provider->requests().size(), 1u);
}

TEST(Stream, DoesNotSendTwiceForAClientWithoutAKey) {
  served_engine served;

  auto const response = served.call("message/stream", send_input(served.new_chat()), "last-event-id: 2\r\n");
  auto const garbage = served.call("message/stream", send_input(served.new_chat()), "last-event-id: -2\r\n");

  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(parsed(response).at("json").at("data").at("issues").at(0).at("path"), "idempotencyKey");
  EXPECT_EQ(garbage.status, 400);
  EXPECT_TRUE(served.provider->requests().empty());
}

TEST(Stream, LeavesTheTurnAloneWhenItsReaderGoes) {
  served_engine served;
  gate rest;
  served.provider->push(answer_script().text("a").wait(rest).text("b").finish());
  raw_client client(served.port());
  client.send(stream_request(served, "message/stream", send_input(served.new_chat())));
  auto const begin = client.read_until(R"("type":"text")");
  auto const answer = text_member(begin, "messageId");

  client.close();
  rest.open();
  auto const resumed = served.call("message/resume", R"({"messageId":")" + answer + R"(","after":1})");

  EXPECT_NE(resumed.body.find(R"({"type":"text","text":"b"})"), std::string::npos) << resumed.body;
  EXPECT_NE(resumed.body.find(R"("state":"complete")"), std::string::npos);
}

TEST(Stream, EndsWithinATenthOfASecondOfStop) {
  served_engine served;
  auto best = 10'000ms;
  for (int round = 0; round < 3; ++round) {
    gate never;
    served.provider->push(answer_script().text("a").wait(never).finish());
    raw_client client(served.port());
    client.send(stream_request(served, "message/stream", send_input(served.new_chat())));
    auto const answer = text_member(client.read_until(R"("type":"text")"), "messageId");

    auto const begin = std::chrono::steady_clock::now();
    EXPECT_EQ(served.must("message/stop", R"({"messageId":")" + answer + R"("})").at("state"), "cancelled");
    client.read_until("event: done");
    best =
        std::min(best, std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin));
  }
  EXPECT_LT(best, 100ms);
}

TEST(Stream, SaysThatItLivesWhenNothingHappens) {
  server_options options;
  options.limits.rpc_keep_alive = 10ms;
  served_engine served(options);
  gate never;
  served.provider->push(answer_script().wait(never).finish());
  raw_client client(served.port());
  client.send(stream_request(served, "message/stream", send_input(served.new_chat())));

  client.read_until(": \n\n");
  client.read_until(": \n\n");
  client.read_until(": \n\n");
}

TEST(Stream, DropsASlowReaderAndNotTheTurn) {
  server_options options;
  options.limits.write_stall = 3s;  // long for who reads, even slowly
  served_engine served(options);
  answer_script big;
  for (int i = 0; i < 200; ++i) big.text(std::string(100'000, 'x'));
  served.provider->push(big.finish());
  auto const chat = served.new_chat();
  raw_client slow(served.port(), 4'096);

  slow.send(stream_request(served, "message/stream", send_input(chat)));
  slow.read_until(": \n\n");

  EXPECT_TRUE(eventually([&] {
    auto const newest = served.must("message/list", R"({"chatId":")" + chat + R"(","limit":1})").at("items").at(0);
    return newest.at("state") == "complete";
  }));
  std::string rest;
  try {
    rest = slow.read_to_end();
  } catch (std::exception const&) {
  }
  EXPECT_EQ(rest.find("event: done"), std::string::npos);
  EXPECT_LT(rest.size(), 20'000'000u);
}

TEST(Stream, CarriesABigAnswer) {
  served_engine served;
  answer_script big;
  for (int i = 0; i < 50; ++i) big.text(std::string(100'000, '#'));
  served.provider->push(big.finish());
  raw_client client(served.port());

  client.send(stream_request(served, "message/stream", send_input(served.new_chat())));
  auto const response = client.read_response();

  EXPECT_EQ(std::ranges::count(response.body, '#'), 50 * 100'000);
}

TEST(MessageCreate, ReturnsTheStoredAnswerAlsoWhenRepeated) {
  served_engine served;
  served.provider->push(answer_script().text("Hello").finish());
  auto const input = send_input(served.new_chat(), R"(,"idempotencyKey":"k")");

  auto const first = served.must("message/create", input);
  auto const second = served.must("message/create", input);

  EXPECT_EQ(first.at("answer").at("parts").at(0).at("text"), "Hello");
  EXPECT_EQ(first.at("userMessage").at("role"), "user");
  EXPECT_EQ(json::serialize(first), json::serialize(second));
}

// The name of a model that is known to sample in its own way.
constexpr char const* heated = R"(,"model":"test/o3","temperature":0.5,"onUnsupported":"drop")";

TEST(MessageCreate, SaysWhatWasLeftOutOfTheRequest) {
  served_engine served;
  served.provider->push(answer_script().text("Hello").finish());

  auto const made = served.must("message/create", send_input(served.new_chat(), heated));

  EXPECT_EQ(made.at("answer").at("state"), "complete");
  ASSERT_EQ(made.at("warnings").as_array().size(), 1U);
  EXPECT_EQ(made.at("warnings").at(0).at("path"), "temperature");
}

TEST(Stream, SaysAtItsEndWhatWasLeftOutOfTheRequest) {
  served_engine served;
  served.provider->push(answer_script().text("Hello").finish());
  raw_client client(served.port());

  client.send(stream_request(served, "message/stream", send_input(served.new_chat(), heated)));
  auto const response = client.read_response();

  EXPECT_NE(response.body.find(R"("warnings":[{"path":"temperature")"), std::string::npos) << response.body;
}

TEST(MessageCreate, KnowsTwoWaysWithWhatAModelDoesNotSupport) {
  served_engine served;

  auto const refused = served.call("message/create", send_input(served.new_chat(), R"(,"onUnsupported":"ignore")"));

  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find("onUnsupported"), std::string::npos) << refused.body;
}

TEST(OpenAi, AnswersWithoutAChat) {
  served_engine served;
  served.provider->push(answer_script().text("Hello").usage(1, 2).finish());
  raw_client client(served.port());

  auto const response = client.call(
      "POST", "/v1/chat/completions",
      R"({"model":"test/scripted","messages":[{"role":"user","content":"hi"}],"custom":1})", served.authorization);

  EXPECT_EQ(parsed(response).at("choices").at(0).at("message").at("content"), "Hello");
  EXPECT_EQ(parsed(response).at("usage").at("total_tokens"), 3);
  EXPECT_TRUE(served.provider->requests().at(0).extra.contains("custom"));
}

TEST(OpenAi, LeavesOutWhatAModelHasNotForAClientThatSaysSo) {
  served_engine served;
  for (int i = 0; i < 2; ++i) served.provider->push(answer_script().text("a").finish());
  auto const call = [&](std::string const& header) {
    return raw_client(served.port())
        .call("POST", "/v1/chat/completions",
              R"({"model":"test/scripted","messages":[{"role":"user","content":"hi"}]})", served.authorization + header)
        .status;
  };

  EXPECT_EQ(call("x-sambung-unsupported: drop\r\n"), 200);
  EXPECT_EQ(call(""), 200);
  EXPECT_EQ(call("x-sambung-unsupported: ignore\r\n"), 400);
  EXPECT_EQ(served.provider->requests().at(0).on_unsupported, unsupported_policy::drop);
  EXPECT_EQ(served.provider->requests().at(1).on_unsupported, unsupported_policy::refuse);
}

TEST(OpenAi, EmbedsForWhoeverMayUseModels) {
  served_engine served;
  auto const viewer = served.stranger("viewer@example.com", true, member_role::viewer);
  raw_client client(served.port());
  std::string const body = R"({"model":"test/scripted","input":"hi"})";

  EXPECT_EQ(client.call("GET", "/v1/embeddings", "", served.authorization).status, 405);
  EXPECT_EQ(client.call("POST", "/v1/embeddings", body, viewer).status, 403);
  auto const none = client.call("POST", "/v1/embeddings", body, served.authorization);
  EXPECT_EQ(none.status, 501);
  EXPECT_EQ(parsed(none).at("error").at("code"), "unsupported");
}

TEST(OpenAi, StreamsAndReportsAFailureOnTheWay) {
  served_engine served;
  served.provider->push(answer_script().text("Hel").fail(failure(errc::unavailable, "it broke")));
  raw_client client(served.port());

  auto const response = client.call(
      "POST", "/v1/chat/completions",
      R"({"model":"test/scripted","stream":true,"messages":[{"role":"user","content":"hi"}]})", served.authorization);

  EXPECT_NE(response.body.find(R"("delta":{"role":"assistant","content":"Hel"})"), std::string::npos);
  EXPECT_EQ(count(response.body, "\"error\""), 1u);
  EXPECT_EQ(response.body.substr(response.body.size() - 14), "data: [DONE]\n\n");
}

TEST(OpenAi, MapsFailuresBeforeTheStream) {
  served_engine served;
  failure limited(errc::rate_limited, "slow down");
  limited.retry_after = 1'500ms;
  served.provider->push(answer_script().fail(limited));
  served.provider->push(answer_script().fail(failure(errc::quota_exceeded, "no money")));
  raw_client client(served.port());
  auto const call = [&](std::string const& model) {
    return client.call("POST", "/v1/chat/completions",
                       R"({"model":")" + model + R"(","stream":true,"messages":[{"role":"user","content":"hi"}]})",
                       served.authorization);
  };

  auto const slow = call("test/scripted");
  auto const poor = call("test/scripted");
  auto const unknown = call("nobody/model");

  EXPECT_EQ(slow.status, 429);
  EXPECT_EQ(slow.headers.at("retry-after"), "2");
  EXPECT_EQ(slow.headers.at("retry-after-ms"), "1500");
  EXPECT_FALSE(slow.headers.contains("x-should-retry"));
  EXPECT_EQ(poor.headers.at("x-should-retry"), "false");
  EXPECT_EQ(parsed(poor).at("error").at("code"), "insufficient_quota");
  EXPECT_EQ(unknown.status, 404);
}

TEST(OpenAi, ContinuesAChat) {
  served_engine served;
  auto const chat = served.new_chat();
  served.provider->push(answer_script().text("one").finish());
  served.provider->push(answer_script().text("two").finish());
  raw_client client(served.port());
  auto const body = [&](std::string const& more) {
    return R"({"model":"test/scripted","metadata":{"chat_id":")" + chat +
           R"("},"messages":[{"role":"user","content":"hi"}])" + more + "}";
  };

  auto const first = client.call("POST", "/v1/chat/completions", body(""), served.authorization);
  auto const second = client.call("POST", "/v1/chat/completions", body(R"(,"stream":true)"), served.authorization);

  EXPECT_EQ(parsed(first).at("choices").at(0).at("message").at("content"), "one");
  EXPECT_NE(second.body.find(R"("content":"two")"), std::string::npos);
  EXPECT_EQ(served.must("message/list", R"({"chatId":")" + chat + R"("})").at("items").as_array().size(), 4u);
  EXPECT_EQ(served.provider->requests().at(1).messages.size(), 3u);
}

TEST(OpenAi, DoesNotCallTheProviderForAForeignChat) {
  served_engine served;
  auto const chat = served.new_chat();
  auto const stranger = served.stranger("mallory@example.com", false);
  raw_client client(served.port());

  auto const response = client.call("POST", "/v1/chat/completions",
                                    R"({"model":"test/scripted","metadata":{"chat_id":")" + chat +
                                        R"("},"messages":[{"role":"user","content":"hi"}]})",
                                    stranger);

  EXPECT_EQ(response.status, 404);
  EXPECT_TRUE(served.provider->requests().empty());
}

TEST(OpenAi, ListsModelsWhoseNamesHaveSlashes) {
  served_engine served;
  model_info model;
  model.id = "org/model:8b";
  served.provider->offer({model});
  raw_client client(served.port());

  EXPECT_EQ(parsed(client.call("GET", "/v1/models", "", served.authorization)).at("data").at(0).at("id"),
            "test/org/model:8b");
  EXPECT_EQ(client.call("GET", "/v1/models/test/org/model:8b", "", served.authorization).status, 200);
  EXPECT_EQ(client.call("GET", "/v1/models/test%2Forg%2Fmodel%3A8b", "", served.authorization).status, 200);
  auto const missing = client.call("GET", "/v1/models/test/none", "", served.authorization);
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(parsed(missing).at("error").at("type"), "not_found_error");
}

TEST(OpenAi, EndsTheUpstreamCallWhenItsClientGoes) {
  served_engine served;
  gate never;
  served.provider->push(answer_script().text("a").wait(never).finish());
  served.provider->push(answer_script().text("a").wait(never).finish());
  for (auto const* more : {R"(,"stream":true)", ""}) {
    auto const before = served.provider->requests().size();
    raw_client client(served.port());
    client.send(raw_client::request(
        "POST", "/v1/chat/completions",
        R"({"model":"test/scripted","messages":[{"role":"user","content":"hi"}])" + std::string(more) + "}",
        served.authorization));
    ASSERT_TRUE(eventually([&] { return served.provider->requests().size() == before + 1; }));
  }

  EXPECT_TRUE(eventually([&] { return served.provider->abandoned() == 2; }));
}

TEST(Shutdown, LetsATurnFinishAndItsReaderSeeIt) {
  served_engine served;
  gate rest;
  served.provider->push(answer_script().text("a").wait(rest).text("b").finish());
  raw_client client(served.port());
  client.send(stream_request(served, "message/stream", send_input(served.new_chat())));
  client.read_until(R"("type":"text")");
  raw_client idle(served.port());
  idle.call("GET", "/healthz");

  auto ended = std::async(std::launch::async, [&] { served.stop(20s); });
  EXPECT_EQ(idle.read_to_end(), "");
  rest.open();

  EXPECT_NE(client.read_to_end().find(R"("state":"complete")"), std::string::npos);
  ended.get();
  EXPECT_THROW(raw_client(served.port()), boost::system::system_error);
}

// One whose model says a word and no more, and its reader.
struct endless_turn {
  explicit endless_turn(served_engine& served) : client(served.port()) {
    served.provider->push(answer_script().text("a").wait(never).finish());
    client.send(stream_request(served, "message/stream", send_input(served.new_chat())));
    client.read_until(R"("type":"text")");
  }
  void expect_parked() {
    auto const rest = client.read_to_end();
    EXPECT_NE(rest.find(R"("state":"incomplete","reason":"shutdown")"), std::string::npos) << rest;
  }

  gate never;
  raw_client client;
};

TEST(Shutdown, ParksATurnThatDoesNotFinish) {
  served_engine served;
  endless_turn turn(served);

  auto const begin = std::chrono::steady_clock::now();
  served.stop(10ms);

  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  turn.expect_parked();
}

TEST(Shutdown, EndsItsGraceWhenItIsCalledAgain) {
  served_engine served;
  endless_turn turn(served);
  raw_client idle(served.port());
  idle.call("GET", "/healthz");

  auto ended = std::async(std::launch::async, [&] { served.stop(1h); });
  EXPECT_EQ(idle.read_to_end(), "");  // it has begun
  sync_wait(served.server.shutdown(0ms));

  EXPECT_EQ(ended.wait_for(20s), std::future_status::ready);
  turn.expect_parked();
}

TEST(Shutdown, BeginsAgainWhenItWasCancelled) {
  served_engine served;
  endless_turn turn(served);

  EXPECT_THROW(sync_wait(served.server.shutdown(1h), 10ms), error);
  sync_wait(served.server.shutdown(0ms));

  turn.expect_parked();
}

TEST(Shutdown, WaitsForTheQuestionWhetherAReaderMayStillRead) {
  auto const store = std::make_shared<tests::watched_storage>(memory_storage());
  auth_options auth = served_engine::quick_passwords();
  auth.revocation_interval = 10ms;
  served_engine served({}, no_rates(), std::move(auth), store);
  gate never;
  served.provider->push(answer_script().text("a").wait(never).finish());
  raw_client client(served.port());
  client.send(stream_request(served, "message/stream", send_input(served.new_chat())));
  client.read_until(R"("type":"text")");
  auto const other = sync_wait(served.engine.users().create(served.home, "other@example.com", member_role::member));
  gate asked;
  store->after_read_of("api_tokens", [&] { return asked.wait(); });
  sync_wait(served.engine.users().suspend(other.id));
  ASSERT_TRUE(asked.reached_within(20s));

  auto ended = std::async(std::launch::async, [&] { served.stop(10ms); });
  EXPECT_EQ(ended.wait_for(200ms), std::future_status::timeout);
  asked.open();

  EXPECT_EQ(ended.wait_for(20s), std::future_status::ready);
}

}  // namespace
}  // namespace sambung::server_test
