// AU05, AU07 to AU10: how people get in, over every carrier that lets them, and what others do to get in as them.
#include "attack.hpp"

#include "support/eventually.hpp"
#include "support/together.hpp"

#include <sambung/records/audit_entry.hpp>
#include <sambung/records/membership.hpp>

#include <gtest/gtest.h>

namespace sambung::security_tests::sign_in_test {
namespace {

using test::eventually;

// The ways to sign in.
constexpr std::array sign_in_paths{"/rpc/auth/signIn", "/rpc/auth.signIn", "/api/auth/sign-in/email"};

bool is_rpc(std::string_view path) { return path.starts_with("/rpc/"); }

std::string body_for(std::string_view path, boost::json::object input) {
  auto text = boost::json::serialize(input);
  return is_rpc(path) ? R"({"json":)" + text + "}" : text;
}

raw_response sign_in(world& w, std::string_view path, std::string const& email, std::string_view typed,
                     std::string const& headers = {}) {
  raw_client client(w.served.port());
  boost::json::object input{{"email", email}, {"password", typed}};
  return client.call("POST", path, body_for(path, std::move(input)), headers);
}

// What a browser keeps of a response: "Cookie: a=1; b=2".
std::string cookies_of(raw_response const& response, std::string_view but = "nothing") {
  std::string all;
  std::string_view rest = response.head;
  constexpr std::string_view name = "Set-Cookie: ";
  for (auto at = rest.find(name); at != rest.npos; at = rest.find(name)) {
    rest.remove_prefix(at + name.size());
    auto const pair = rest.substr(0, rest.find(';'));
    if (pair.starts_with(but)) continue;
    if (!all.empty()) all += "; ";
    all += pair;
  }
  return all.empty() ? all : "Cookie: " + all + "\r\nOrigin: " + world::origin + "\r\n";
}

std::string from_address(std::string const& address) { return "X-Forwarded-For: " + address + "\r\n"; }

// A server behind a proxy on this machine, which limits attempts at accounts alone.
struct guarded_world : world {
  guarded_world() : world(behind_proxy(), few_attempts()) {}

  static server_options behind_proxy() {
    server_options options;
    options.trusted_proxies = {"127.0.0.1"};
    return options;
  }
  static request_rates few_attempts() {
    auto rates = no_rates();
    rates.account = rate_limit(1.0 / 3'600, 3);
    rates.everywhere = rate_limit(1.0 / 3'600, 12);
    rates.device = rate_limit(1.0 / 3'600, 3);
    return rates;
  }
};

TEST(AU05, AnInvitationHasOneWinnerHoweverItIsRedeemed) {
  world w;
  auto const& owner = w.citizens.front();
  auto const guest = w.citizens[2];
  auto const desk = w.served.engine.workspace(principal::trusted(owner.tenant, owner.user, member_role::owner));
  auto const made = sync_wait(desk.invitations().create(guest.email));
  std::string const body = R"({"json":{"secret":")" + std::string(made.secret.view()) + "\"}}";
  w.served.port();
  std::atomic<int> let_in = 0;
  std::vector<std::thread> redeeming;

  for (int i = 0; i < 8; ++i)
    redeeming.emplace_back([&] {
      raw_client client(w.served.port());
      for (int n = 0; n < 10; ++n)
        let_in +=
            client.call("POST", "/rpc/invitation/accept", body, guest.headers.at(credential::api_token)).status == 200;
    });
  for (auto& one : redeeming) one.join();

  EXPECT_EQ(let_in, 1);
}

TEST(AU07, GuessesAreLimitedByAccountOverEveryCarrierTogether) {
  guarded_world w;
  auto const& victim = w.citizens[1].email;
  auto const from = from_address("203.0.113.1");

  for (auto const* path : sign_in_paths) EXPECT_EQ(sign_in(w, path, victim, "a guess", from).status, 401) << path;
  for (auto const* path : sign_in_paths) EXPECT_EQ(sign_in(w, path, victim, password, from).status, 429) << path;
  // What a client that is no proxy of ours says of itself is not believed: see FrontDoor.BelievesProxiesThatItTrusts.
  for (auto const* path : sign_in_paths)
    EXPECT_EQ(sign_in(w, path, "nobody@acme.example", "a guess", from).status, 401) << path;
  EXPECT_EQ(sign_in(w, sign_in_paths[0], "nobody@acme.example", "a guess", from).status, 429);
}

TEST(AU07, GuessesFromEverywhereAreLimitedTogether) {
  guarded_world w;
  auto const& victim = w.citizens[1].email;
  std::map<int, int> answers;

  for (int i = 0; i < 40; ++i)
    ++answers[sign_in(w, sign_in_paths[i % 3], victim, "a guess", from_address("203.0.113." + std::to_string(i)))
                  .status];

  EXPECT_EQ(answers[401], 12);
  EXPECT_EQ(answers[429], 28);
}

TEST(AU09, AStrangersGuessesDoNotKeepTheOwnerOut) {
  guarded_world w;
  auto const& owner = w.citizens[1].email;

  for (auto const* path : sign_in_paths) {
    for (int i = 0; i < 20; ++i) sign_in(w, path, owner, "a guess", from_address("203.0.113.1"));
    EXPECT_EQ(sign_in(w, path, owner, password, from_address("192.0.2.7")).status, 200) << path;
  }
}

TEST(AU09, GuessesFromEverywhereDoNotKeepTheOwnersDevicesOut) {
  guarded_world w;
  auto const& owner = w.citizens[1].email;
  auto const& other = w.citizens[0].email;
  auto const own = cookies_of(sign_in(w, sign_in_paths[0], owner, password), "better-auth");
  auto const browsers = cookies_of(sign_in(w, sign_in_paths[2], owner, password), "better-auth");
  auto const strangers = cookies_of(sign_in(w, sign_in_paths[0], other, password), "better-auth");
  ASSERT_FALSE(own.empty());
  ASSERT_FALSE(browsers.empty());

  for (int i = 0; i < 40; ++i)
    sign_in(w, sign_in_paths[i % 3], owner, "a guess", from_address("203.0.113." + std::to_string(i)) + strangers);

  EXPECT_EQ(sign_in(w, sign_in_paths[1], owner, password, from_address("192.0.2.7")).status, 429);
  EXPECT_EQ(sign_in(w, sign_in_paths[1], owner, password, strangers).status, 429);
  EXPECT_EQ(sign_in(w, sign_in_paths[1], owner, password, own).status, 200);
  EXPECT_EQ(sign_in(w, sign_in_paths[2], owner, password, browsers).status, 200);
  auto forged = own;
  forged.insert(forged.find('=') + 10, "x");
  EXPECT_EQ(sign_in(w, sign_in_paths[1], owner, password, forged).status, 429);
}

// Every procedure and endpoint that takes a password of somebody who has signed in.
TEST(AU09, EveryWayToCheckAPasswordIsLimitedByAccount) {
  std::vector<std::pair<std::string, boost::json::object>> ways;
  {
    world w;
    for (auto const& [name, which] : w.served.server.procedures().all()) {
      if (which.needs == permission::none) continue;
      for (auto const& f : which.input->fields)
        if (f.json_name == "password" || f.json_name == "currentPassword")
          ways.emplace_back(path_of(name, way::slashes), own_input(which, w.citizens[1]));
    }
  }
  ASSERT_GE(ways.size(), 2U);
  ways.emplace_back("/api/auth/change-password",
                    boost::json::object{{"currentPassword", "wrong password"}, {"newPassword", "another password"}});

  for (auto const& [path, input] : ways)
    for (auto const proof : credentials) {
      guarded_world w;
      raw_client client(w.served.port());
      auto const& headers = w.citizens[1].headers.at(proof);
      auto const body = body_for(path, input);
      for (int i = 0; i < 3; ++i) EXPECT_EQ(client.call("POST", path, body, headers).status, 400) << path;
      EXPECT_EQ(client.call("POST", path, body, headers).status, 429) << path;
      EXPECT_EQ(sign_in(w, sign_in_paths[0], w.citizens[1].email, password).status, 429) << path;
    }
}

TEST(AU09, WrongPasswordsAreInTheAuditLog) {
  world w;
  auto const& owner = w.citizens[0];
  auto const& victim = w.citizens[1];
  raw_client client(w.served.port());

  sign_in(w, sign_in_paths[2], victim.email, "a guess");
  client.call("POST", "/rpc/user/changePassword",
              R"({"json":{"currentPassword":"a guess","newPassword":"another password"}})",
              victim.headers.at(credential::api_token));

  auto const told = [&] {
    auto const body = client.call("GET", "/rpc/audit/list", {}, owner.headers.at(credential::session_token)).body;
    return body.find("auth.signIn.failed") != body.npos && body.find("user.changePassword.failed") != body.npos;
  };
  EXPECT_TRUE(eventually(told));
}

TEST(AU08, NobodyComesBackByTheirOwnInvitation) {
  world w;
  raw_client client(w.served.port());
  auto const& owner = w.citizens.front();
  auto const admin = w.settle(owner.tenant, "admin@acme.example", member_role::admin);
  auto const& guest = w.citizens[2];
  auto const invite = [&](std::string const& email) {
    auto const response =
        client.call("POST", "/rpc/invitation/create", R"({"json":{"email":")" + email + R"(","role":"admin"}})",
                    admin.headers.at(credential::session_token));
    return std::string(boost::json::parse(response.body).at("json").at("secret").as_string());
  };
  auto const to_oneself = invite(admin.email);
  auto const to_another = invite(guest.email);
  auto const to_a_stranger = invite("stranger@elsewhere.example");
  auto const redeem = [&](std::string const& secret, citizen const& who) {
    return essence(client.call("POST", "/rpc/invitation/accept", R"({"json":{"secret":")" + secret + "\"}}",
                               who.headers.at(credential::session_token)));
  };

  auto const removed =
      client.call("POST", "/rpc/member/remove", R"({"json":{"userId":")" + admin.ids.at("user") + "\"}}",
                  owner.headers.at(credential::session_token));
  ASSERT_EQ(removed.status, 200) << removed.body;

  auto const unknown = redeem("smi_" + std::string(43, 'A'), admin);
  EXPECT_TRUE(unknown.starts_with("404"));
  EXPECT_EQ(redeem(to_oneself, admin), unknown);
  EXPECT_EQ(redeem(to_another, guest), unknown);
  for (auto const* path : {"/rpc/auth/signUp", "/api/auth/sign-up/email"}) {
    boost::json::object input{{"email", "stranger@elsewhere.example"},
                              {"password", password},
                              {"name", "Stranger"},
                              {"invitation", to_a_stranger}};
    EXPECT_EQ(client.call("POST", path, body_for(path, std::move(input))).status, is_rpc(path) ? 403 : 400) << path;
  }
  collection<membership> const places(*w.served.storage, testing::system_scope());
  auto const left = sync_wait(places.list(places.where(&membership::tenant_id, owner.tenant), page_request())).value();
  EXPECT_EQ(left.items.size(), 2U);  // of acme's: its owner and its member
}

TEST(AU10, ASessionThatIsPresentedAtSignInEnds) {
  for (auto const* path : sign_in_paths)
    for (auto const proof : {credential::session_cookie, credential::session_token, credential::jwt})
      for (auto const* email : {"member@acme.example", "owner@globex.example"}) {
        world w;
        auto const& before = w.citizens[1];
        raw_client client(w.served.port());
        auto const lives = [&] {
          return client.call("GET", "/rpc/user/getProfile", {}, before.headers.at(credential::session_cookie)).status ==
                 200;
        };

        EXPECT_EQ(sign_in(w, path, email, "a guess", before.headers.at(proof)).status, 401);
        EXPECT_TRUE(lives());
        EXPECT_EQ(sign_in(w, path, email, password, before.headers.at(proof)).status, 200);

        for (auto const dead : {credential::session_cookie, credential::session_token, credential::jwt})
          EXPECT_EQ(client.call("GET", "/rpc/user/getProfile", {}, before.headers.at(dead)).status, 401)
              << path << ' ' << static_cast<int>(proof);
      }
}

}  // namespace
}  // namespace sambung::security_tests::sign_in_test
