// The front door over real sockets: who calls, from where, how often, and what happens when they may no longer.
#include "server/session_cookie.hpp"
#include "support/eventually.hpp"
#include "support/served_engine.hpp"

#include <sambung/rpc/procedures/standard_procedures.hpp>
#include <sambung/storage/sqlite/sqlite.hpp>
#include <sambung/testing/manual_clock.hpp>

#include "temporary_folder.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <mutex>

namespace sambung::front_door_test {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using test::raw_client;
using test::raw_response;
using test::served_engine;
using testing::answer_script;
using testing::gate;

std::string const password = "correct horse battery";
std::string const own_origin = "Origin: http://localhost\r\n";

signed_in session_of(served_engine& served) {
  auto users = served.engine.users();
  sync_wait(users.set_password(served.owner, secret_string(password)));
  auto const owner = sync_wait(users.get(served.owner));
  return sync_wait(served.engine.auth().sign_in(owner.email.value(), secret_string(password)));
}

// The header line of a browser that has signed in.
std::string cookie_of(served_engine& served, secret_string const& token,
                      serving::cookie_transport over = serving::cookie_transport::plain) {
  auto const line = serving::session_cookie_header(session_change(token, true), served.engine.auth().options().secrets,
                                                   over, std::chrono::seconds(60));
  return "Cookie: theme=dark; " + line.substr(12, line.find(';') - 12) + "\r\n";
}

std::string bearer(secret_string const& token) { return "Authorization: Bearer " + std::string(token.view()) + "\r\n"; }

int status_of(served_engine& served, std::string const& headers, std::string const& procedure = "chat/getAll") {
  return raw_client(served.port()).call("POST", "/rpc/" + procedure, "{}", headers).status;
}

TEST(FrontDoor, KnowsASessionByItsCookieAndAsABearer) {
  served_engine served;
  auto const session = session_of(served);
  raw_client client(served.port());

  EXPECT_EQ(client.call("POST", "/rpc/chat/getAll", "{}", cookie_of(served, session.token) + own_origin).status, 200);
  EXPECT_EQ(client.call("POST", "/rpc/chat/getAll", "{}", bearer(session.token)).status, 200);
  EXPECT_EQ(client.call("GET", "/v1/models", "", bearer(session.token)).status, 200);
  EXPECT_EQ(client.call("GET", "/v1/models", "", cookie_of(served, session.token)).status, 200);
}

TEST(FrontDoor, TakesNoCookieThatItDidNotSign) {
  served_engine served;
  auto const session = session_of(served);
  std::string const name = "Cookie: better-auth.session_token=";
  std::string const token(session.token.view());

  for (auto const& value : {token, token + ".", token + ".AAAA", token + "." + std::string(43, 'A') + "%3D"})
    EXPECT_EQ(status_of(served, name + value + "\r\n" + own_origin), 401) << value;
  EXPECT_EQ(status_of(served, cookie_of(served, session.token, serving::cookie_transport::secure) + own_origin), 401);
}

TEST(FrontDoor, LetsAHeaderCountMoreThanACookie) {
  served_engine served;
  auto const cookie = cookie_of(served, session_of(served).token);

  EXPECT_EQ(status_of(served, cookie + "Authorization: Bearer smb_wrong\r\n"), 401);
  EXPECT_EQ(status_of(served, cookie + served.authorization), 200);
  EXPECT_EQ(status_of(served, "Cookie: better-auth.session_token=junk\r\n" + served.authorization), 200);
}

TEST(FrontDoor, LetsAHeaderChooseAmongMembershipsOnly) {
  served_engine served;
  auto const session = session_of(served);
  auto const second = sync_wait(served.engine.tenants().create("second"));
  auto const foreign = sync_wait(served.engine.tenants().create("foreign"));
  sync_wait(served.engine.users().join(second.id, served.owner));
  auto const with = [&](std::string const& tenant) {
    raw_client client(served.port());
    return client.call("POST", "/rpc/chat/getAll", "{}", bearer(session.token) + "X-Tenant-ID: " + tenant + "\r\n");
  };

  EXPECT_EQ(with(to_string(second.id)).status, 200);
  auto const refused = with(to_string(foreign.id));
  EXPECT_EQ(refused.status, 403);
  auto const body_of = [](raw_response const& response) {
    return std::string(boost::json::parse(response.body).at("json").at("message").as_string());
  };
  for (auto const* wrong :
       {"0192e4a0-7b2c-7def-8123-456789abcdef", "acme", "*", "00000000-0000-0000-0000-000000000000"}) {
    EXPECT_EQ(with(wrong).status, 403) << wrong;
    EXPECT_EQ(body_of(with(wrong)), body_of(refused)) << wrong;
  }
  EXPECT_EQ(status_of(served, served.authorization + "X-Tenant-ID: " + to_string(second.id) + "\r\n"), 403);
  EXPECT_EQ(status_of(served, served.authorization + "X-User-ID: " + to_string(second.id) + "\r\nRemote-User: x\r\n"),
            200);
}

TEST(FrontDoor, RefusesWhatAnotherSiteMayHaveSent) {
  server_options options;
  options.allowed_origins = {"https://good.example"};
  served_engine served(options);
  auto const cookie = cookie_of(served, session_of(served).token);

  for (auto const* allowed : {"Origin: http://localhost\r\n", "Origin: https://good.example\r\n"})
    EXPECT_EQ(status_of(served, cookie + allowed), 200) << allowed;
  for (auto const* refused : {"", "Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-origin\r\n",
                              "Origin: null\r\n", "Origin: https://localhost\r\n", "Origin: http://localhost:81\r\n",
                              "Origin: http://localhost.evil.example\r\n", "Origin: https://good.example.evil\r\n"})
    for (auto const* procedure : {"chat/getAll", "healthCheck"})
      EXPECT_EQ(status_of(served, cookie + refused, procedure), 403) << refused;
  raw_client client(served.port());
  EXPECT_EQ(client.call("GET", "/rpc/chat/getAll", "", cookie).status, 200);
  EXPECT_EQ(client.call("GET", "/rpc/chat/getAll", "", cookie + "Origin: https://evil.example\r\n").status, 403);
}

TEST(FrontDoor, LetsListedOriginsSendCookies) {
  server_options options;
  options.allowed_origins = {"https://good.example"};
  served_engine served(options);
  raw_client client(served.port());

  auto const preflight = client.call("OPTIONS", "/rpc/chat/getAll", "", "Origin: https://good.example\r\n");

  EXPECT_EQ(preflight.headers.at("access-control-allow-credentials"), "true");
  EXPECT_EQ(preflight.headers.at("vary"), "Origin");
  EXPECT_NE(preflight.headers.at("access-control-allow-headers").find("x-tenant-id"), std::string::npos);
  auto const own = client.call("OPTIONS", "/rpc/chat/getAll", "", own_origin);
  EXPECT_FALSE(own.headers.contains("access-control-allow-origin"));
}

// A procedure that signs somebody in or out, as its input says.
void add_session_procedures(server& to) {
  to.procedures().call<nothing, nothing>("test.signIn", {permission::none, request_class::credentials}, "Signs in.",
                                         [](call_context& from, nothing) -> task<nothing> {
                                           co_await from.limit_account("ada@example.com");
                                           from.change_session(session_change(secret_string("new-token"), true));
                                           co_return nothing();
                                         });
  to.procedures().call<nothing, nothing>("test.signOut", {permission::none, request_class::credentials}, "Signs out.",
                                         [](call_context& from, nothing) -> task<nothing> {
                                           from.change_session(session_change());
                                           co_return nothing();
                                         });
}

TEST(FrontDoor, TellsTheBrowserAboutItsSession) {
  served_engine served;
  add_session_procedures(served.server);
  raw_client client(served.port());

  auto const signed_in = client.call("POST", "/rpc/test/signIn", "{}").headers.at("set-cookie");
  EXPECT_TRUE(signed_in.starts_with("better-auth.session_token=new-token."));
  EXPECT_TRUE(signed_in.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800")) << signed_in;
  EXPECT_EQ(client.call("POST", "/rpc/test/signOut", "{}").headers.at("set-cookie"),
            "better-auth.session_token=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
}

TEST(FrontDoor, SendsTheCookieOfAnExtendedSessionAgain) {
  auto how = served_engine::quick_passwords();
  how.session_extension = std::chrono::seconds(1);
  how.remembered = std::chrono::seconds(0);
  served_engine served({}, no_rates(), how);
  auto const made = session_of(served);
  auto const cookie = cookie_of(served, made.token);
  raw_client client(served.port());
  auto const told = [&](std::string const& headers) {
    auto const response = client.call("POST", "/rpc/auth/getSession", "{}", own_origin + headers);
    EXPECT_EQ(response.status, 200);
    auto const line = response.headers.find("set-cookie");
    return line == response.headers.end() ? std::string() : line->second;
  };
  std::string line;
  ASSERT_TRUE(eventually([&] { return !(line = told(cookie)).empty(); }));

  EXPECT_NE(cookie.find(line.substr(0, line.find(';'))), cookie.npos);
  EXPECT_TRUE(line.ends_with("Max-Age=604800")) << line;
  EXPECT_EQ(told(bearer(made.token)), "");
  auto const passing = cookie.substr(0, cookie.size() - 2) + "; better-auth.dont_remember=true\r\n";
  EXPECT_EQ(told(passing), "");
}

// An application that knows its users by a cookie of its own.
server_options with_identities(std::optional<identity>& of_ada) {
  server_options options;
  options.identify = [&of_ada](incoming_request const& from) -> task<std::optional<identity>> {
    if (from.header("x-broken") == "yes") throw error(errc::unavailable, "the directory is away");
    co_return from.header("cookie") == "app=ada" ? of_ada : std::nullopt;
  };
  return options;
}

TEST(FrontDoor, BelievesTheApplicationWhoSendsARequest) {
  std::optional<identity> ada;
  served_engine served(with_identities(ada));
  ada = identity::trusted(served.owner, tenant_place(served.home, member_role::viewer));
  std::string const cookie = "Cookie: app=ada\r\n";

  EXPECT_EQ(status_of(served, own_origin + cookie), 200);
  EXPECT_EQ(status_of(served, own_origin + cookie, "chat/create"), 403);  // as a viewer
  EXPECT_EQ(status_of(served, cookie), 403);  // another site may have made a browser send it
  EXPECT_EQ(status_of(served, own_origin + "Cookie: app=eve\r\n"), 401);
  EXPECT_EQ(status_of(served, own_origin + cookie + "X-Broken: yes\r\n"), 503);
  EXPECT_EQ(status_of(served, served.authorization), 200);  // Sambung's own ways go on working
  EXPECT_EQ(raw_client(served.port()).call("GET", "/rpc/chat/getAll?data=%7B%7D", "", cookie).status, 200);
}

TEST(FrontDoor, RefusesWhoIsSuspendedWhateverTheApplicationSays) {
  std::optional<identity> ada;
  served_engine served(with_identities(ada));
  ada = identity::trusted(served.owner, tenant_place(served.home, member_role::owner));
  auto const calls = [&] { return status_of(served, own_origin + "Cookie: app=ada\r\n"); };
  EXPECT_EQ(calls(), 200);

  sync_wait(served.engine.tenants().suspend(served.home));
  EXPECT_EQ(calls(), 403);
  sync_wait(served.engine.tenants().resume(served.home));
  EXPECT_EQ(calls(), 200);
  sync_wait(served.engine.users().suspend(served.owner));
  EXPECT_EQ(calls(), 403);
  sync_wait(served.engine.users().resume(served.owner));
  ada = identity::trusted(served.owner, tenant_place(tenant_id{}, member_role::owner));
  EXPECT_EQ(calls(), 404);
}

TEST(FrontDoor, DoesNotChooseBetweenTwoHeadersForTheApplication) {
  server_options options;
  options.identify = [](incoming_request const& from) -> task<std::optional<identity>> {
    EXPECT_EQ(from.method(), "POST");
    EXPECT_EQ(from.path(), "/rpc/chat/getAll");
    EXPECT_EQ(from.address(), "127.0.0.1");
    EXPECT_EQ(from.header("x-user"), "");
    EXPECT_EQ(from.header("x-once"), "1");
    co_return std::nullopt;
  };
  served_engine served(std::move(options));

  EXPECT_EQ(status_of(served, "X-User: a\r\nx-user: b\r\nX-Once: 1\r\n"), 401);
}

TEST(FrontDoor, LetsAnybodySignInWhateverTheySentBefore) {
  served_engine served;
  add_session_procedures(served.server);

  for (auto const* stale :
       {"Authorization: Bearer expired\r\n", "Authorization: Basic eDp5\r\n",
        "Cookie: better-auth.session_token=old\r\nOrigin: http://localhost\r\n", "X-Tenant-ID: nonsense\r\n"})
    EXPECT_EQ(status_of(served, stale, "test/signIn"), 200) << stale;
}

TEST(FrontDoor, BelievesProxiesThatItTrusts) {
  server_options options;
  options.url = "https://chat.example.com";
  options.trusted_proxies = {"127.0.0.1"};
  served_engine served(options);
  raw_client client(served.port());
  auto const cookie = cookie_of(served, session_of(served).token, serving::cookie_transport::secure);

  EXPECT_EQ(client.call("POST", "/rpc/chat/getAll", "{}", cookie + "Origin: https://chat.example.com\r\n").status, 200);
  auto const health = client.call("GET", "/healthz");
  EXPECT_EQ(health.headers.at("strict-transport-security"), "max-age=31536000");
  EXPECT_EQ(health.headers.at("referrer-policy"), "no-referrer");
  EXPECT_NE(health.headers.at("content-security-policy").find("frame-ancestors 'none'"), std::string::npos);
  client.send("GET /healthz HTTP/1.1\r\nHost: chat.example.com\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 200);
}

TEST(FrontDoor, DoesNotPromiseHttpsWithoutIt) {
  served_engine served;
  raw_client client(served.port());

  auto const health = client.call("GET", "/healthz", "", "X-Forwarded-Proto: https\r\n");

  EXPECT_FALSE(health.headers.contains("strict-transport-security"));
}

int status_under(served_engine& served, std::string const& method, std::string const& path, std::string const& host) {
  raw_client client(served.port());
  client.send(method + ' ' + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + served.authorization +
              "Connection: close\r\n\r\n");
  return std::stoi(client.read_to_end().substr(9, 3));
}

TEST(FrontDoor, AnswersProbesUnderTheAddressOfTheMachine) {
  served_engine served;

  for (auto const* host : {"192.0.2.5:8787", "[2001:db8::5]:8787", "203.0.113.9", "[::ffff:192.0.2.5]"}) {
    for (auto const* path : {"/healthz", "/readyz"}) {
      EXPECT_EQ(status_under(served, "GET", path, host), 200) << host << path;
      EXPECT_EQ(status_under(served, "HEAD", path, host), 200) << host << path;
    }
    for (auto const* path : {"/v1/models", "/rpc/healthCheck", "/healthz/", "/nothing"})
      EXPECT_EQ(status_under(served, "GET", path, host), 421) << host << path;
  }
  for (auto const* name :
       {"rebound.example", "192.0.2.5.rebound.example:8787", "[192.0.2.5", "2001:db8::5", "192.0.2.5:x"})
    EXPECT_EQ(status_under(served, "GET", "/healthz", name), 421) << name;
}

TEST(FrontDoor, AnswersHeadAsGetWithoutTheBody) {
  served_engine served;
  served.provider->push(answer_script().text("a").finish());
  auto const sent = served.must("message/create", R"({"chatId":")" + served.new_chat() + R"(","text":"hi"})");
  auto const answer = std::string(sent.at("answer").at("id").as_string());
  auto const asked = [&](std::string const& method, std::string const& path) {
    raw_client client(served.port());
    client.send(method + ' ' + path + " HTTP/1.1\r\nHost: localhost\r\n" + served.authorization +
                "Connection: close\r\n\r\n");
    return client.read_to_end();
  };
  auto const line_of = [](std::string const& response, std::string const& name) {
    auto const at = response.find("\r\n" + name + ": ");
    return at == response.npos ? std::string() : response.substr(at + 2, response.find("\r\n", at + 2) - at - 2);
  };

  for (std::string const& path :
       {std::string("/healthz"), std::string("/v1/models"), std::string("/v1/models/test/scripted"),
        std::string("/v1/models/none"), std::string("/rpc/chat/getAll"), std::string("/api/auth/ok"),
        std::string("/api/auth/get-session"),
        "/rpc/message/resume?data=%7B%22json%22%3A%7B%22messageId%22%3A%22" + answer + "%22%7D%7D"}) {
    auto const get = asked("GET", path);
    auto const head = asked("HEAD", path);

    EXPECT_EQ(head.substr(0, head.find("\r\n")), get.substr(0, get.find("\r\n"))) << path;
    EXPECT_EQ(head.find("\r\n\r\n"), head.size() - 4) << path << head;
    for (auto const* name : {"Content-Type", "Content-Length", "Transfer-Encoding"})
      EXPECT_EQ(line_of(head, name), line_of(get, name)) << path;
  }
  EXPECT_EQ(status_under(served, "HEAD", "/v1/chat/completions", "localhost"), 405);
  EXPECT_EQ(status_under(served, "HEAD", "/rpc/chat/create", "localhost"), 405);
  raw_client client(served.port());
  EXPECT_EQ(client.call("PUT", "/rpc/chat/getAll", "", served.authorization).headers.at("allow"), "GET, HEAD, POST");
}

TEST(FrontDoor, NamesTheCodingOfABodyThatItDoesNotRead) {
  served_engine served;
  raw_client client(served.port());
  auto const answered = [&](std::string const& path, std::string const& coding) {
    return client.call("POST", path, "{}", served.authorization + "Content-Encoding: " + coding + "\r\n");
  };

  for (auto const* path : {"/v1/chat/completions", "/rpc/chat/getAll", "/api/auth/sign-in/email"})
    for (std::string const coding : {"gzip", "br", "zstd, gzip"}) {
      auto const refused = answered(path, coding);
      EXPECT_EQ(refused.status, 415) << path;
      EXPECT_NE(refused.body.find(coding), std::string::npos) << refused.body;
      EXPECT_EQ(refused.headers.at("accept-encoding"), "identity");
    }
  EXPECT_EQ(answered("/rpc/chat/getAll", "Identity").status, 200);
  EXPECT_EQ(client.call("GET", "/v1/models", "", served.authorization + "Content-Encoding: gzip\r\n").status, 200)
      << "without a body nothing is coded";
  auto const odd = answered("/rpc/chat/getAll", std::string(10, '\xe9') + std::string(500, 'x'));
  EXPECT_EQ(odd.status, 415);
  EXPECT_NO_THROW(boost::json::parse(odd.body));
  EXPECT_LT(odd.body.size(), 500U);
}

// A table is gone while the server runs: what SQLite says of it is the log's business.
TEST(FrontDoor, TellsTheLogAloneWhatTheDatabaseSaid) {
  testing::temporary_folder const folder;
  auto const file = (folder.path() / "chat.db").string();
  std::mutex mutex;
  std::string log;
  server_options options;
  options.access_log = [&](std::string_view lines) {
    std::lock_guard lock(mutex);
    log += lines;
  };
  served_engine served(std::move(options), no_rates(), served_engine::quick_passwords(),
                       open_sqlite(sqlite_options(file)).value());
  ASSERT_EQ(served.call("chat/getAll", "{}").status, 200);
  sqlite3* connection = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &connection), SQLITE_OK);
  sqlite3_busy_timeout(connection, 20'000);
  ASSERT_EQ(sqlite3_exec(connection, "DROP TABLE chats", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(connection);

  auto const failed = served.call("chat/getAll", "{}");
  raw_client client(served.port());
  auto const ready = client.call("GET", "/readyz");
  served.stop();

  EXPECT_EQ(failed.status, 500);
  EXPECT_EQ(ready.status, 200);
  for (auto const* word : {"sqlite", "SQL", "table", "chats", "postgres", "Postgre"})
    EXPECT_EQ(failed.body.find(word), std::string::npos) << failed.body;
  EXPECT_NE(log.find("no such table: chats"), std::string::npos) << log;
}

TEST(FrontDoor, LimitsEachAddressBeforeItReadsABody) {
  server_options options;
  options.clock = std::make_shared<testing::manual_clock>();
  options.trusted_proxies = {"127.0.0.1"};
  auto rates = no_rates();
  rates.address = rate_limit(1, 2);
  served_engine served(options, rates);
  auto const from = [&](std::string const& address, std::string const& path) {
    raw_client client(served.port());
    return client.call("GET", path, "", served.authorization + "X-Forwarded-For: " + address + "\r\n");
  };

  EXPECT_EQ(from("203.0.113.1", "/v1/models").status, 200);
  EXPECT_EQ(from("203.0.113.1", "/rpc/chat/getAll").status, 200);
  for (auto const* path : {"/v1/models", "/rpc/chat/getAll", "/readyz"}) {
    auto const refused = from("203.0.113.1", path);
    EXPECT_EQ(refused.status, 429) << path;
    EXPECT_EQ(refused.headers.at("retry-after"), "1");
    EXPECT_EQ(refused.headers.at("retry-after-ms"), "1000");
  }
  EXPECT_EQ(from("203.0.113.1", "/healthz").status, 200);
  EXPECT_EQ(from("203.0.113.2", "/v1/models").status, 200);
  raw_client waiting(served.port());
  waiting.send(
      "POST /rpc/chat/create HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.1\r\n"
      "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n");
  EXPECT_EQ(waiting.read_response().status, 429);
}

TEST(FrontDoor, LimitsUsersClassesAndAccounts) {
  server_options options;
  options.clock = std::make_shared<testing::manual_clock>();
  auto rates = no_rates();
  rates.principal = rate_limit(1, 4);
  rates.model = rate_limit(1, 1);
  rates.credentials = rate_limit(1, 3);
  rates.account = rate_limit(1, 2);
  served_engine served(options, rates);
  add_session_procedures(served.server);
  auto const stranger = served.stranger("eve@example.com", true);

  EXPECT_EQ(status_of(served, "", "test/signIn"), 200);
  EXPECT_EQ(status_of(served, "", "test/signIn"), 200);
  EXPECT_EQ(status_of(served, "", "test/signIn"), 429);   // the account
  EXPECT_EQ(status_of(served, "", "test/signOut"), 429);  // the address
  raw_client client(served.port());
  auto const complete = [&] { return client.call("POST", "/v1/chat/completions", "{}", served.authorization).status; };
  EXPECT_EQ(complete(), 400);
  EXPECT_EQ(complete(), 429);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(status_of(served, served.authorization), 200) << i;
  EXPECT_EQ(status_of(served, served.authorization), 429);
  EXPECT_EQ(status_of(served, stranger), 200);
}

TEST(Stream, EndsWithinTwoSecondsOfItsReadersAuthority) {
  served_engine served;
  auto const session = session_of(served);
  gate hold;
  served.provider->push(answer_script().text("begun").wait(hold).text("late").finish());
  auto const chat = served.new_chat();
  raw_client client(served.port());
  client.send(raw_client::request("POST", "/rpc/message/stream", R"({"json":{"chatId":")" + chat + R"(","text":"hi"}})",
                                  bearer(session.token)));
  client.read_until("begun");

  auto const begin = std::chrono::steady_clock::now();
  sync_wait(served.engine.auth().sign_out(session.session.id));
  auto const rest = client.read_to_end();
  auto const took = std::chrono::steady_clock::now() - begin;

  EXPECT_NE(rest.find("event: error"), rest.npos) << rest;
  EXPECT_NE(rest.find("UNAUTHORIZED"), rest.npos) << rest;
  EXPECT_EQ(rest.find("late"), rest.npos);
  EXPECT_LT(took, std::getenv("SAMBUNG_STRICT_TIMES") ? 2s : 20s);
  hold.open();
}

TEST(Stream, OfAReaderWithoutAuthorityEndsAlsoWhenNothingIsReadOfIt) {
  server_options options;
  options.limits.write_stall = 10min;
  served_engine served(std::move(options));
  auto const session = session_of(served);
  answer_script long_answer;
  long_answer.text("begun");
  for (int i = 0; i < 16; ++i) long_answer.text(std::string(1'048'576, 'x'));
  served.provider->push(std::move(long_answer.finish()));
  auto const chat = served.new_chat();
  raw_client client(served.port(), 4'096);
  client.send(raw_client::request("POST", "/rpc/message/stream", R"({"json":{"chatId":")" + chat + R"(","text":"hi"}})",
                                  bearer(session.token)));
  client.read_until("begun");
  client.send("GET /healthz HTTP/1.1\r\n");  // is not read, so that the end of the connection is a reset

  sync_wait(served.engine.auth().sign_out(session.session.id));

  EXPECT_TRUE(client.wait_for_reset());
}

TEST(Stream, GoesOnWhenAnothersAuthorityEnds) {
  served_engine served;
  auto const session = session_of(served);
  auto const other = session_of(served);
  gate hold;
  served.provider->push(answer_script().text("begun").wait(hold).text("late").finish());
  auto const chat = served.new_chat();
  raw_client client(served.port());
  client.send(raw_client::request("POST", "/rpc/message/stream", R"({"json":{"chatId":")" + chat + R"(","text":"hi"}})",
                                  bearer(other.token)));
  client.read_until("begun");

  sync_wait(served.engine.auth().sign_out(session.session.id));
  EXPECT_EQ(status_of(served, bearer(session.token)), 401);
  hold.open();

  EXPECT_NO_THROW(client.read_until("event: done"));
}

}  // namespace
}  // namespace sambung::front_door_test
