// AC06 to AC11, AU04: what a credential may do, on every carrier, and when it ends.
#include "attack.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace sambung::security_tests::authority_test {
namespace {

namespace json = boost::json;
using std::chrono::steady_clock;

// How long a revocation may take; ten times that on a slow machine.
constexpr std::chrono::seconds promised(2);
std::chrono::seconds patience() { return std::getenv("SAMBUNG_STRICT_TIMES") ? promised : promised * 10; }

std::string token_header(world& w, citizen const& of, permission_set scopes) {
  token_options how(scopes);
  auto const made = sync_wait(w.served.engine.api_tokens().create(of.tenant, of.user, "scoped", how));
  return "Authorization: Bearer " + made.secret + "\r\n";
}

std::vector<permission> all_permissions() {
  std::vector<permission> all;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<permission>>(
      [&](auto one) { all.push_back(one.value); });
  return all;
}

TEST(AC06, ATokenReachesOnlyItsScopesOnEveryCarrier) {
  world w;
  raw_client client(w.served.port());
  auto const& owner = w.citizens.front();

  for (auto const scope : all_permissions()) {
    if (scope == permission::none) continue;
    auto const header = token_header(w, owner, permission_set{scope});
    for (auto const& [name, which] : w.served.server.procedures().all()) {
      if (which.needs == permission::none || which.needs == scope) continue;
      std::set<std::string> answers;
      for (auto const how : ways_to(which)) {
        auto const response = call(client, which, how, own_input(which, owner), header);
        EXPECT_EQ(response.status, 403) << name << " with " << to_names(permission_set{scope}).front();
        answers.insert(essence(response));
      }
      EXPECT_EQ(answers.size(), 1U) << name;
    }
    if (scope != permission::chat_read) {
      auto const stream = "/streams/turns/" + owner.ids.at("message");
      for (auto const* query : {"", "?offset=-1&live=long-poll", "?offset=-1&live=sse"})
        EXPECT_EQ(client.call("GET", stream + query, {}, header).status, 403) << query;
    }
    if (scope == permission::model_use) continue;
    for (auto const* path : {"/v1/models", "/v1/models/test/scripted"})
      EXPECT_EQ(client.call("GET", path, {}, header).status, 403) << path;
    for (auto const* path : {"/v1/chat/completions", "/v1/embeddings"})
      EXPECT_EQ(client.call("POST", path, "{}", header).status, 403) << path;
  }
}

TEST(AC06, ATokenInTheQueryIsNobody) {
  world w;
  raw_client client(w.served.port());
  auto const& owner = w.citizens.front();
  auto const token = owner.canaries.front();

  for (auto const& [name, which] : w.served.server.procedures().all()) {
    if (which.needs == permission::none) continue;
    for (auto const* parameter : {"token", "access_token", "api_key", "authorization"})
      EXPECT_EQ(client.call("POST", path_of(name, way::slashes) + '?' + parameter + '=' + token, "{}").status, 401)
          << name;
  }
}

TEST(AC08, ARoleIsAskedForOnEveryMessageOfAnOpenConnection) {
  world w;
  auto const viewer = w.settle(w.citizens.front().tenant, "viewer@acme.example", member_role::member);
  sync_wait(w.served.engine.workspace(principal::trusted(viewer.tenant, w.citizens.front().user, member_role::owner))
                .members()
                .set_role(viewer.user, member_role::viewer));
  raw_client client(w.served.port());

  for (auto const proof : credentials)
    for (auto const& [name, which] : w.served.server.procedures().all()) {
      if (which.needs == permission::account || allows(member_role::viewer, which.needs)) continue;
      auto const response = call(client, which, way::slashes, own_input(which, viewer), viewer.headers.at(proof));
      EXPECT_EQ(response.status, 403) << name;
    }
}

TEST(AC08, ARoleIsThatOfEachCallOfAnOpenSocket) {
  world w;
  auto const member = w.settle(w.citizens.front().tenant, "lowered@acme.example", member_role::member);
  std::vector<std::unique_ptr<test::socket_client>> sockets;
  for (auto const proof : credentials)
    sockets.push_back(std::make_unique<test::socket_client>(w.served.port(), member.headers.at(proof)));
  auto const& create = *w.served.server.procedures().find("chat.create");
  for (auto& socket : sockets)
    EXPECT_EQ(call_by_socket(*socket, create, R"({"title":"t","model":"test/scripted"})").status, 200);

  sync_wait(w.served.engine.workspace(principal::trusted(member.tenant, w.citizens.front().user, member_role::owner))
                .members()
                .set_role(member.user, member_role::viewer));

  for (auto& socket : sockets)
    for (auto const& [name, which] : w.served.server.procedures().all()) {
      if (which.needs == permission::account || allows(member_role::viewer, which.needs)) continue;
      EXPECT_EQ(call_by_socket(*socket, which, json::serialize(own_input(which, member))).status, 403) << name;
    }
}

// What becomes of the turns that run for a user.
enum class running_turns { go_on, stop };

// One way of taking a user's authority away, and what their requests get from then on.
struct taking {
  char const* name;
  void (*take)(world&, citizen const& from);
  int status;
  running_turns turns;
};

void suspend_user(world& w, citizen const& from) { sync_wait(w.served.engine.users().suspend(from.user)); }
void suspend_tenant(world& w, citizen const& from) { sync_wait(w.served.engine.tenants().suspend(from.tenant)); }
void remove_member(world& w, citizen const& from) {
  sync_wait(w.served.engine.workspace(principal::trusted(from.tenant, w.citizens.front().user, member_role::owner))
                .members()
                .remove(from.user));
}
void demote(world& w, citizen const& from) {
  sync_wait(w.served.engine.workspace(principal::trusted(from.tenant, w.citizens.front().user, member_role::owner))
                .members()
                .set_role(from.user, member_role::viewer));
}
void suspend_member(world& w, citizen const& from) {
  raw_client client(w.served.port());
  auto const& owner = w.citizens.front();
  auto const response =
      client.call("POST", "/rpc/member/suspend", R"({"json":{"userId":")" + from.ids.at("user") + "\"}}",
                  owner.headers.at(credential::session_token));
  ASSERT_EQ(response.status, 200) << response.body;
}
void suspend_as_owner(world& w, citizen const&) {
  raw_client client(w.served.port());
  auto const response = client.call("POST", "/rpc/tenant/suspend", R"({"json":{"name":"acme"}})",
                                    w.citizens.front().headers.at(credential::session_token));
  ASSERT_EQ(response.status, 200) << response.body;
}
void set_password(world& w, citizen const& from) {
  sync_wait(w.served.engine.users().set_password(from.user, secret_string("something else entirely")));
}

// How the streams of a socket end, by the ids of their calls: their last two frames, once so many have ended.
std::map<std::string, std::string> ends_of(test::socket_client& socket, std::size_t streams) {
  std::map<std::string, std::string> latest;
  std::map<std::string, std::string> ends;
  while (ends.size() < streams) {
    auto const text = socket.read_text();
    if (!text) break;
    auto const frame = json::parse(*text).as_object();
    std::string const id(frame.at("i").as_string());
    if (frame.at("p").at("e").as_string() != "message") ends[id] = latest[id] + *text;
    latest[id] = *text;
  }
  return ends;
}

class AC07 : public ::testing::TestWithParam<taking> {};

TEST_P(AC07, EveryCredentialAndOpenStreamEndsInTime) {
  world w;
  auto const& victim = w.citizens[1];
  testing::gate hold;
  w.served.provider->push(testing::answer_script().text("first").wait(hold).text("second").finish());
  raw_client reader(w.served.port());
  auto const& which = *w.served.server.procedures().find("message.stream");
  reader.send(raw_client::request("POST", "/rpc/message/stream",
                                  R"({"json":{"chatId":")" + victim.ids.at("chat") + R"(","text":"hi"}})",
                                  victim.headers.at(credential::session_token)));
  auto const begun = reader.read_until("first");
  auto const message = begun.substr(begun.find(R"("messageId":")") + 13, 36);
  auto const stream = "/streams/turns/" + message;
  raw_client events(w.served.port()), poll(w.served.port());
  auto const& proof_of_reader = victim.headers.at(credential::session_token);
  events.send(raw_client::request("GET", stream + "?offset=-1&live=sse", {}, proof_of_reader));
  events.read_until("first");
  poll.send(raw_client::request("GET", stream + "?offset=00000000000000000002&live=long-poll", {}, proof_of_reader));
  test::socket_client socket(w.served.port(), victim.headers.at(credential::session_token));
  socket.call("s", "/message/resume", R"({"messageId":")" + message + "\"}");
  while (socket.read_text()->find("first") == std::string::npos) {
  }
  socket.call("f", "/event/follow");
  while (socket.read_text()->find("ready") == std::string::npos) {
  }
  raw_client client(w.served.port());
  for (auto const proof : credentials)
    ASSERT_EQ(call(client, which, way::slashes, {}, victim.headers.at(proof)).status, 400);  // remembered from now on

  auto const begin = steady_clock::now();
  GetParam().take(w, victim);

  bool const keeps_tokens = GetParam().take == &set_password;  // API tokens are not passwords' children
  for (auto const proof : credentials) {
    if (keeps_tokens && proof == credential::api_token) continue;
    int status = 0;
    do status = call(client, which, way::slashes, {}, victim.headers.at(proof)).status;
    while (status == 400 && steady_clock::now() < begin + patience());
    EXPECT_TRUE(status == GetParam().status || (status == 401 && GetParam().status == 403))
        << static_cast<int>(proof) << ' ' << status;
  }
  auto const rest = reader.read_until("\r\n0\r\n");
  EXPECT_LT(steady_clock::now() - begin, patience());
  EXPECT_EQ(rest.find("second"), std::string::npos);
  EXPECT_EQ(events.read_until("\r\n0\r\n").find("second"), std::string::npos);
  auto const ends = ends_of(socket, 2);
  EXPECT_NE(ends.at("f").find("UNAUTHORIZED"), std::string::npos) << ends.at("f");
  // A turn that is stopped may say so before its reader is cut off.
  auto const& end = ends.at("s");
  bool const stopped = GetParam().turns == running_turns::stop && end.find("cancelled") != end.npos;
  EXPECT_TRUE(stopped || end.find("UNAUTHORIZED") != end.npos) << end;
  EXPECT_EQ(end.find("second"), end.npos);
  // The others have lost a place, or the rights of one: who they are is known.
  bool const ends_session = GetParam().take == &suspend_user || GetParam().take == &set_password;
  if (ends_session) {
    EXPECT_EQ(socket.read_close(), 1008);
  }
  EXPECT_LT(steady_clock::now() - begin, patience());
  hold.open();
  auto const late = poll.read_response();
  EXPECT_TRUE(late.status == 401 || late.status == GetParam().status) << late.head;
  EXPECT_EQ(late.body.find("second"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Attack, AC07,
                         ::testing::Values(taking{"SuspendedUser", suspend_user, 401, running_turns::stop},
                                           taking{"SuspendedTenant", suspend_tenant, 403, running_turns::stop},
                                           taking{"RemovedMember", remove_member, 403, running_turns::stop},
                                           taking{"DemotedMember", demote, 403, running_turns::go_on},
                                           taking{"SuspendedMember", suspend_member, 403, running_turns::stop},
                                           taking{"TenantSuspendedByItsOwner", suspend_as_owner, 403,
                                                  running_turns::stop},
                                           taking{"NewPassword", set_password, 401, running_turns::go_on}),
                         [](auto const& of) { return of.param.name; });

TEST(AC07, ResumingBringsBackWhatWasSuspended) {
  world w;
  raw_client client(w.served.port());
  auto const& owner = w.citizens.front();
  auto const& victim = w.citizens[1];
  auto const by_owner = [&](std::string const& path, std::string const& json) {
    return client.call("POST", "/rpc/" + path, R"({"json":)" + json + "}",
                       owner.headers.at(credential::session_cookie));
  };
  auto const reached = [&](citizen const& who) {
    std::set<int> statuses;
    for (auto const proof : credentials)
      for (auto const* path : {"/rpc/chat/getAll", "/v1/models"})
        statuses.insert(client.call("GET", path, {}, who.headers.at(proof)).status);
    return statuses;
  };
  std::set<int> const let_in{200};
  std::string const member = R"({"userId":")" + victim.ids.at("user") + "\"}";
  std::string const tenant = R"({"id":")" + owner.ids.at("tenant") + "\"}";

  EXPECT_EQ(by_owner("member/suspend", member).status, 200);
  EXPECT_FALSE(reached(victim).contains(200));
  EXPECT_EQ(reached(owner), let_in);
  EXPECT_EQ(by_owner("member/resume", member).status, 200);
  EXPECT_EQ(reached(victim), let_in);

  EXPECT_EQ(by_owner("tenant/suspend", R"({"name":"not acme"})").status, 400);
  EXPECT_EQ(by_owner("tenant/suspend", R"({"name":"acme"})").status, 200);
  EXPECT_FALSE(reached(victim).contains(200));
  EXPECT_FALSE(reached(owner).contains(200));
  for (auto const proof : {credential::session_cookie, credential::session_token})
    EXPECT_EQ(client.call("POST", "/rpc/tenant/resume", R"({"json":)" + tenant + "}", victim.headers.at(proof)).status,
              403);
  EXPECT_EQ(by_owner("tenant/resume", tenant).status, 200);
  EXPECT_EQ(reached(victim), let_in);
  EXPECT_EQ(reached(owner), let_in);
}

TEST(AC09, ATokenMadeForOneTenantIsNoneForAnother) {
  world w;
  raw_client client(w.served.port());
  auto const& owner = w.citizens[0];
  auto const& elsewhere = w.citizens[2];
  sync_wait(w.served.engine.users().join(elsewhere.tenant, owner.user, member_role::owner));
  auto const own = "X-Tenant-ID: " + owner.ids.at("tenant") + "\r\n";
  auto const other = "X-Tenant-ID: " + elsewhere.ids.at("tenant") + "\r\n";

  for (auto const proof : credentials) {
    bool const names_a_tenant = proof == credential::api_token || proof == credential::jwt;
    for (auto const* path : {"/rpc/chat/getAll", "/rpc/tenant/get", "/v1/models"}) {
      EXPECT_EQ(client.call("GET", path, {}, owner.headers.at(proof) + own).status, 200) << path;
      EXPECT_EQ(client.call("GET", path, {}, owner.headers.at(proof) + other).status, names_a_tenant ? 403 : 200)
          << path << ' ' << static_cast<int>(proof);
    }
  }
}

TEST(AC09, HeadersThatClaimAnIdentityAreIgnoredOrRefused) {
  world w;
  raw_client client(w.served.port());
  auto const& attacker = w.citizens[0];
  auto const& victim = w.citizens[2];
  auto const profile = [&](std::string const& more) {
    return client.call("POST", "/rpc/user/getProfile", "{}", attacker.headers.at(credential::session_token) + more);
  };
  auto const own = essence(profile(""));

  for (auto const* name : {"X-User-ID", "Remote-User", "X-Remote-User", "X-Forwarded-User", "X-Auth-Request-Email"})
    EXPECT_EQ(essence(profile(std::string(name) + ": " + victim.ids.at("user") + "\r\n")), own) << name;
  for (auto const proof : credentials)
    for (auto const& wrong :
         {victim.ids.at("tenant"), std::string("0192e4a0-7b2c-7def-8123-456789abcdef"), std::string("x")}) {
      for (auto const* path : {"/rpc/chat/getAll", "/rpc/user/getProfile"}) {
        auto const response =
            client.call("POST", path, "{}", attacker.headers.at(proof) + "X-Tenant-ID: " + wrong + "\r\n");
        EXPECT_EQ(response.status, 403) << static_cast<int>(proof) << ' ' << path << ' ' << wrong;
      }
    }
}

TEST(AC09, ATrailerIsNotAHeader) {
  world w;
  auto const& attacker = w.citizens[0];
  auto const& victim = w.citizens[2];
  raw_client client(w.served.port());
  std::string const body = "{}";

  client.send("POST /rpc/user/getProfile HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
              attacker.headers.at(credential::session_token) + "Transfer-Encoding: chunked\r\n\r\n2\r\n" + body +
              "\r\n0\r\nX-Tenant-ID: " + victim.ids.at("tenant") + "\r\n" +
              victim.headers.at(credential::session_token) + "\r\n");
  auto const response = client.read_response();

  EXPECT_EQ(response.status, 200);
  EXPECT_NE(response.body.find(attacker.email), std::string::npos);
}

TEST(AC11, AuthorityIsThatOfTheDispatchedProcedure) {
  world w;
  raw_client client(w.served.port());
  auto const& owner = w.citizens.front();

  for (auto const& [name, which] : w.served.server.procedures().all()) {
    auto const path = path_of(name, way::slashes);
    auto upper = path;
    std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
    for (auto const& spelling : {upper, '/' + path, path + '/', path + ";a", "/rpc/..%2f" + name, path + "%00",
                                 path + "%2e", "/rpc//" + name, "/rpc/./" + name, "/rpc/x/../" + name})
      EXPECT_EQ(client.call("POST", spelling, "{}", owner.headers.at(credential::api_token)).status, 404) << spelling;
    if (which.needs == permission::none) continue;
    char encoded[4];
    std::snprintf(encoded, sizeof encoded, "%%%02X", static_cast<unsigned>(name.front()));
    EXPECT_EQ(client.call("POST", "/rpc/" + (encoded + name.substr(1)), "{}").status, 401) << name;
  }
}

TEST(AC11, OtherSpellingsOfAPathAreNoPath) {
  world w;
  raw_client client(w.served.port());
  auto const& proof = w.citizens.front().headers.at(credential::api_token);

  for (std::string const path : {"/v1/models", "/v1/chat/completions", "/v1/embeddings", "/api/auth/get-session",
                                 "/api/auth/sign-out", "/healthz", "/readyz", "/openapi.json"}) {
    auto upper = path;
    std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
    auto encoded = path;
    encoded.replace(1, 1, path[1] == 'v' ? "%76" : path[1] == 'a' ? "%61" : path[1] == 'h' ? "%68" : "%72");
    for (auto const& spelling :
         {upper, '/' + path, path + '/', path + ";a", path + "%00", path + "%20", encoded, "/." + path, "/x/.." + path,
          "/x/..%2f" + path.substr(1), path.substr(0, 3) + "%2f" + path.substr(4)}) {
      auto const method = path.find("chat") != path.npos || path.ends_with("s") ? "POST" : "GET";
      EXPECT_EQ(client.call(method, spelling, "", proof).status, 404) << spelling;
    }
  }
}

TEST(AU04, AnEndedSessionIsNobodyOnEveryCarrier) {
  world w;
  raw_client client(w.served.port());
  auto const victim = w.citizens[1];
  auto const& registry = w.served.server.procedures();
  auto const signed_out =
      call(client, *registry.find("auth.signOut"), way::slashes, {}, victim.headers.at(credential::session_cookie));
  ASSERT_EQ(signed_out.status, 200) << signed_out.body;

  for (auto const proof : {credential::session_cookie, credential::session_token, credential::jwt}) {
    for (auto const& [name, which] : registry.all()) {
      if (which.needs == permission::none) continue;
      for (auto const how : ways_to(which))
        EXPECT_EQ(call(client, which, how, own_input(which, victim), victim.headers.at(proof)).status, 401) << name;
    }
    EXPECT_EQ(client.call("GET", "/v1/models", {}, victim.headers.at(proof)).status, 401);
  }
  EXPECT_EQ(client.call("GET", "/v1/models", {}, victim.headers.at(credential::api_token)).status, 200);
}

TEST(AU04, SigningInMakesANewSession) {
  world w;
  auto const before = w.citizens[1].headers;

  w.sign_in(w.citizens[1]);

  for (auto const proof : credentials) EXPECT_NE(w.citizens[1].headers.at(proof), before.at(proof));
}

}  // namespace
}  // namespace sambung::security_tests::authority_test
