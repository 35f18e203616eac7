// Identity over HTTP: every procedure once well and once refused, and the same through Better Auth's paths.
#include "support/served_engine.hpp"

#include <gtest/gtest.h>

#include <set>

namespace sambung::identity_procedures_test {
namespace {

using test::raw_client;
using test::raw_response;
using test::served_engine;
namespace json = boost::json;

constexpr std::string_view origin = "Origin: https://app.example\r\n";
std::string const password = "correct horse";
std::string const nowhere = R"({"id":"0192e4a0-7b2c-7def-8123-456789abcdef"})";

server_options for_browsers() {
  server_options options;
  options.allowed_origins = {"https://app.example"};
  return options;
}

auth_options people(sign_up_policy policy = sign_up_policy::open) {
  auth_options options;
  options.password_cost = 4;
  options.sign_up = policy;
  options.secrets = secret_ring::make({secret_string("0123456789abcdef0123456789abcdef")}).value();
  return options;
}

// Somebody at a browser or a service: what they send with every call.
class visitor {
 public:
  explicit visitor(served_engine& at, std::string headers = {}) : at_(&at), headers_(std::move(headers)) {}

  raw_response call(std::string const& procedure, std::string const& input = "{}") {
    raw_client client(at_->port());
    return remember(client.call("POST", "/rpc/" + procedure, R"({"json":)" + input + "}", headers()));
  }
  raw_response post(std::string const& path, std::string const& body = "{}") {
    raw_client client(at_->port());
    return remember(client.call("POST", "/api/auth" + path, body, headers()));
  }
  raw_response get(std::string const& path) {
    raw_client client(at_->port());
    return remember(client.call("GET", "/api/auth" + path, {}, headers()));
  }

  // What a procedure that must work answers.
  json::value must(std::string const& procedure, std::string const& input = "{}") {
    auto const response = call(procedure, input);
    if (response.status != 200) throw std::runtime_error(procedure + ": " + response.head + response.body);
    return json::parse(response.body).at("json");
  }
  // The code of one that must be refused.
  std::string refused(std::string const& procedure, std::string const& input = "{}") {
    auto const response = call(procedure, input);
    EXPECT_NE(response.status, 200) << procedure;
    return std::string(json::parse(response.body).at("json").at("code").as_string());
  }

  std::string const& cookie() const { return cookie_; }

 private:
  std::string headers() const {
    auto all = headers_ + std::string(origin);
    if (!cookie_.empty()) all += "Cookie: " + cookie_ + "\r\n";
    return all;
  }

  raw_response remember(raw_response response) {
    constexpr std::string_view name = "Set-Cookie: ";
    auto const at = response.head.find(std::string(name) + "better-auth.session_token");
    if (at != response.head.npos) {
      auto const begin = at + name.size();
      auto const line = response.head.substr(begin, response.head.find("\r\n", begin) - begin);
      cookie_ = line.find("Max-Age=0") == line.npos ? line.substr(0, line.find(';')) : std::string();
    }
    return response;
  }

  served_engine* at_;
  std::string headers_;
  std::string cookie_;
};

std::string with_email(std::string const& email, std::string const& more = {}) {
  return R"({"email":")" + email + R"(","password":")" + password + "\"" + more + "}";
}

visitor bearer(served_engine& at, std::string_view token) {
  return visitor(at, "Authorization: Bearer " + std::string(token) + "\r\n");
}

// A new user in a tenant of their own.
visitor signed_up(served_engine& at, std::string const& email) {
  visitor one(at);
  one.must("auth/signUp", with_email(email));
  return one;
}

std::string text(json::value const& from, std::string_view member) { return std::string(from.at(member).as_string()); }

std::string reference(json::value const& from, std::string_view member = "id", std::string const& as = "id") {
  return R"({")" + as + R"(":")" + text(from, member) + "\"}";
}

class IdentityProcedures : public ::testing::Test {
 protected:
  served_engine served{for_browsers(), no_rates(), people()};
};

TEST_F(IdentityProcedures, SignUpMakesAUserWithASession) {
  visitor ada(served);

  auto const out = ada.must("auth/signUp", with_email("Ada@example.com", R"(,"name":"Ada")"));

  EXPECT_EQ(text(out.at("user"), "email"), "ada@example.com");
  EXPECT_EQ(out.at("session").at("current"), true);
  EXPECT_FALSE(out.at("session").as_object().contains("hash"));
  EXPECT_TRUE(out.at("tokens").is_null());
  EXPECT_TRUE(ada.cookie().starts_with("better-auth.session_token="));
  EXPECT_EQ(ada.refused("auth/signUp", with_email("ada@example.com")), "CONFLICT");
  EXPECT_EQ(ada.refused("auth/signUp", R"({"email":"eve@example.com","password":"short"})"), "BAD_REQUEST");
}

TEST_F(IdentityProcedures, SignUpTakesNobodyWhereItIsClosedWhateverTheAddress) {
  served_engine closed(for_browsers(), no_rates(), people(sign_up_policy::first_user));
  auto ada = signed_up(closed, "ada@example.com");
  visitor stranger(closed);

  auto const body_for = [&](std::string const& email) {
    auto body = json::parse(stranger.call("auth/signUp", with_email(email)).body).at("json");
    body.at("data").as_object().erase("requestId");
    return json::serialize(body);
  };

  EXPECT_EQ(text(ada.must("tenant/get"), "id"), to_string(closed.home));
  EXPECT_EQ(body_for("ada@example.com"), body_for("nobody@example.com"));
  EXPECT_EQ(stranger.refused("auth/signUp", with_email("nobody@example.com")), "FORBIDDEN");
}

TEST_F(IdentityProcedures, SignInGivesANewSession) {
  auto first = signed_up(served, "ada@example.com");
  visitor again(served);

  again.must("auth/signIn", with_email("ada@example.com"));

  EXPECT_NE(again.cookie(), first.cookie());
  EXPECT_EQ(again.refused("auth/signIn", with_email("eve@example.com")), "UNAUTHORIZED");
  EXPECT_EQ(again.refused("auth/signIn", with_email("ada@example.com", R"(,"role":"owner")")), "BAD_REQUEST");
}

TEST_F(IdentityProcedures, ASessionThatIsNotToBeRememberedHasNoMaxAge) {
  signed_up(served, "ada@example.com");
  visitor ada(served);

  auto const kept = ada.call("auth/signIn", with_email("ada@example.com"));
  auto const passing = ada.call("auth/signIn", with_email("ada@example.com", R"(,"rememberMe":false)"));

  EXPECT_NE(kept.head.find("Max-Age=604800"), kept.head.npos);
  EXPECT_EQ(passing.head.find("Max-Age"), passing.head.npos);
}

TEST_F(IdentityProcedures, SignOutEndsTheSessionItself) {
  auto ada = signed_up(served, "ada@example.com");
  visitor thief(served, "Cookie: " + ada.cookie() + "\r\n");

  ada.must("auth/signOut");

  EXPECT_TRUE(ada.cookie().empty());
  EXPECT_EQ(thief.refused("user/getProfile"), "UNAUTHORIZED");
  EXPECT_EQ(ada.refused("auth/signOut"), "UNAUTHORIZED");
}

TEST_F(IdentityProcedures, GetSessionSaysWhoIsThere) {
  auto ada = signed_up(served, "ada@example.com");
  visitor nobody(served);

  auto const out = ada.must("auth/getSession");

  EXPECT_EQ(text(out.at("user"), "email"), "ada@example.com");
  EXPECT_EQ(out.at("session").at("current"), true);
  EXPECT_TRUE(nobody.must("auth/getSession").is_null());
  EXPECT_TRUE(visitor(served, "Cookie: better-auth.session_token=wrong\r\n").must("auth/getSession").is_null());
}

TEST_F(IdentityProcedures, ServicesGetTokensAndExchangeThemOnce) {
  signed_up(served, "ada@example.com");
  visitor service(served);

  auto const signed_in = service.must("auth/signIn", with_email("ada@example.com", R"(,"tokens":true)"));
  auto const& pair = signed_in.at("tokens");
  auto const exchange = reference(pair, "refreshToken", "refreshToken");
  auto const next = service.must("auth/refresh", exchange);

  EXPECT_TRUE(service.cookie().empty());
  auto client = bearer(served, text(next, "accessToken"));
  EXPECT_EQ(text(client.must("user/getProfile"), "email"), "ada@example.com");
  EXPECT_EQ(service.refused("auth/refresh", exchange), "UNAUTHORIZED");
  EXPECT_EQ(client.refused("user/getProfile"), "UNAUTHORIZED");
}

TEST_F(IdentityProcedures, AProfileIsReadAndChanged) {
  auto ada = signed_up(served, "ada@example.com");

  auto const before = ada.must("user/getProfile");
  auto const after = ada.must("user/updateSettings", R"({"revision":1,"name":"Ada","settings":{"theme":"dark"}})");

  EXPECT_EQ(before.at("revision"), 1);
  EXPECT_EQ(text(after, "name"), "Ada");
  EXPECT_EQ(text(after.at("settings"), "theme"), "dark");
  EXPECT_EQ(ada.refused("user/updateSettings", R"({"revision":1,"name":"Eve"})"), "CONFLICT");
  EXPECT_EQ(ada.refused("user/updateSettings", R"({"revision":2,"email":"eve@example.com"})"), "BAD_REQUEST");
}

TEST_F(IdentityProcedures, AChangedPasswordEndsEveryOtherSession) {
  auto ada = signed_up(served, "ada@example.com");
  visitor other(served);
  other.must("auth/signIn", with_email("ada@example.com"));

  EXPECT_EQ(ada.refused("user/changePassword", R"({"currentPassword":"wrong","newPassword":"battery staple"})"),
            "BAD_REQUEST");
  ada.must("user/changePassword", R"({"currentPassword":"correct horse","newPassword":"battery staple"})");

  EXPECT_EQ(other.refused("user/getProfile"), "UNAUTHORIZED");
  ada.must("user/getProfile");
  EXPECT_EQ(other.refused("auth/signIn", with_email("ada@example.com")), "UNAUTHORIZED");
}

TEST_F(IdentityProcedures, SessionsAreListedAndRevoked) {
  auto ada = signed_up(served, "ada@example.com");
  auto eve = signed_up(served, "eve@example.com");
  visitor second(served);
  visitor third(served);
  auto const made = second.must("auth/signIn", with_email("ada@example.com"));
  third.must("auth/signIn", with_email("ada@example.com"));

  auto const all = ada.must("user/listSessions").at("items").as_array();
  auto const current =
      std::count_if(all.begin(), all.end(), [](auto const& one) { return one.at("current").as_bool(); });
  EXPECT_EQ(all.size(), 3u);
  EXPECT_EQ(current, 1);
  EXPECT_EQ(eve.refused("user/revokeSession", reference(made.at("session"))), "NOT_FOUND");

  ada.must("user/revokeSession", reference(made.at("session")));
  EXPECT_EQ(second.refused("user/getProfile"), "UNAUTHORIZED");
  third.must("user/getProfile");
  ada.must("user/revokeOtherSessions");
  EXPECT_EQ(third.refused("user/getProfile"), "UNAUTHORIZED");
  ada.must("user/getProfile");
}

TEST_F(IdentityProcedures, WhoeverRevokesTheirOwnSessionIsSignedOut) {
  auto ada = signed_up(served, "ada@example.com");
  auto const own = ada.must("auth/getSession").at("session");

  ada.must("user/revokeSession", reference(own));

  EXPECT_TRUE(ada.cookie().empty());
}

TEST_F(IdentityProcedures, DataIsExportedWithoutSecrets) {
  auto ada = signed_up(served, "ada@example.com");

  auto const out = ada.must("user/exportData", R"({"limit":50})");

  EXPECT_FALSE(out.at("items").as_array().empty());
  auto const all = json::serialize(out);
  EXPECT_NE(all.find("ada@example.com"), all.npos);
  EXPECT_EQ(all.find("\"hash\""), all.npos);
  EXPECT_EQ(ada.refused("user/exportData", R"({"limit":201})"), "BAD_REQUEST");
}

TEST_F(IdentityProcedures, AnAccountIsDeletedByItsPassword) {
  auto owner = signed_up(served, "owner@example.com");
  auto const invited = owner.must("invitation/create", R"({"email":"ada@example.com"})");
  visitor ada(served);
  ada.must("auth/signUp", with_email("ada@example.com", R"(,"invitation":")" + text(invited, "secret") + "\""));

  EXPECT_EQ(ada.refused("user/deleteAccount", R"({"password":"wrong"})"), "BAD_REQUEST");
  ada.must("user/deleteAccount", R"({"password":"correct horse"})");

  EXPECT_TRUE(ada.cookie().empty());
  EXPECT_EQ(ada.refused("auth/signIn", with_email("ada@example.com")), "UNAUTHORIZED");
  EXPECT_EQ(owner.refused("user/deleteAccount", R"({"password":"correct horse"})"), "CONFLICT");
}

TEST_F(IdentityProcedures, TenantsAreMadeListedSwitchedAndLeft) {
  auto ada = signed_up(served, "ada@example.com");
  auto const first = ada.must("tenant/get");

  auto const second = ada.must("tenant/create", R"({"name":"second"})");
  EXPECT_EQ(ada.must("tenant/getAll").at("items").as_array().size(), 2u);
  EXPECT_EQ(text(ada.must("tenant/get"), "id"), text(first, "id"));
  auto const place = ada.must("tenant/switch", reference(second));

  EXPECT_EQ(text(place, "tenantId"), text(second, "id"));
  EXPECT_EQ(text(ada.must("tenant/get"), "name"), "second");
  EXPECT_EQ(ada.refused("tenant/switch", nowhere), "NOT_FOUND");
  EXPECT_EQ(ada.refused("tenant/leave", reference(first)), "CONFLICT");
  EXPECT_EQ(ada.refused("tenant/leave", nowhere), "NOT_FOUND");
  EXPECT_EQ(ada.refused("tenant/create", R"({"name":""})"), "BAD_REQUEST");
}

TEST_F(IdentityProcedures, ATenantIsRenamedAndDeletedByName) {
  auto ada = signed_up(served, "ada@example.com");
  auto const home = ada.must("tenant/get");

  EXPECT_EQ(ada.refused("tenant/update", R"({"name":"Ada's","revision":7})"), "CONFLICT");
  auto const renamed = ada.must("tenant/update", R"({"name":"Ada's","revision":1})");
  EXPECT_EQ(text(renamed, "name"), "Ada's");
  EXPECT_EQ(ada.refused("tenant/delete", R"({"name":"other"})"), "BAD_REQUEST");

  auto const report = ada.must("tenant/delete", R"({"name":"Ada's"})");

  EXPECT_FALSE(report.at("tables").as_array().empty());
  EXPECT_EQ(ada.must("tenant/getAll").at("items").as_array().size(), 0u);
  EXPECT_NE(ada.call("tenant/get").status, 200);
}

TEST_F(IdentityProcedures, MembersAreInvitedPromotedAndRemoved) {
  auto ada = signed_up(served, "ada@example.com");
  auto eve = signed_up(served, "eve@example.com");
  auto const made = ada.must("invitation/create", R"({"email":"eve@example.com","role":"viewer","expiresInHours":1})");
  EXPECT_EQ(ada.must("invitation/getAll").at("items").as_array().size(), 1u);
  EXPECT_FALSE(made.at("record").as_object().contains("hash"));
  auto const home = text(ada.must("tenant/get"), "id");

  EXPECT_EQ(ada.refused("invitation/accept", reference(made, "secret", "secret")), "NOT_FOUND");
  auto const joined = eve.must("invitation/accept", reference(made, "secret", "secret"));
  EXPECT_EQ(text(joined, "role"), "viewer");
  EXPECT_EQ(eve.refused("invitation/accept", reference(made, "secret", "secret")), "NOT_FOUND");
  eve.must("tenant/switch", R"({"id":")" + home + "\"}");
  EXPECT_EQ(eve.refused("invitation/create", R"({"email":"mallory@example.com"})"), "FORBIDDEN");
  EXPECT_EQ(eve.refused("member/setRole", R"({"userId":"0192e4a0-7b2c-7def-8123-456789abcdef","role":"owner"})"),
            "FORBIDDEN");

  auto const who = text(eve.must("user/getProfile"), "id");
  auto const her = R"({"userId":")" + who + "\"}";
  EXPECT_EQ(ada.must("member/getAll").at("items").as_array().size(), 2u);
  EXPECT_EQ(text(ada.must("member/get", her), "email"), "eve@example.com");
  auto const promoted = ada.must("member/setRole", R"({"userId":")" + who + R"(","role":"admin"})");
  EXPECT_EQ(text(promoted, "role"), "admin");
  ada.must("member/remove", her);
  EXPECT_EQ(ada.refused("member/get", her), "NOT_FOUND");
  EXPECT_EQ(ada.refused("member/remove", her), "NOT_FOUND");
}

TEST_F(IdentityProcedures, AnInvitationIsTakenBack) {
  auto ada = signed_up(served, "ada@example.com");
  auto eve = signed_up(served, "eve@example.com");
  auto const made = ada.must("invitation/create", R"({"email":"eve@example.com"})");

  EXPECT_EQ(eve.refused("invitation/revoke", reference(made.at("record"))), "NOT_FOUND");
  ada.must("invitation/revoke", reference(made.at("record")));

  EXPECT_EQ(eve.refused("invitation/accept", reference(made, "secret", "secret")), "NOT_FOUND");
  EXPECT_EQ(ada.refused("invitation/revoke", reference(made.at("record"))), "NOT_FOUND");
  EXPECT_EQ(ada.refused("invitation/create", R"({"email":"eve@example.com","expiresInHours":721})"), "BAD_REQUEST");
}

TEST_F(IdentityProcedures, ApiTokensAreMadeListedAndRevoked) {
  auto ada = signed_up(served, "ada@example.com");
  auto eve = signed_up(served, "eve@example.com");

  auto const made = ada.must("apiToken/create", R"({"name":"reader","scopes":["chat_read"],"expiresInDays":1})");
  auto reader = bearer(served, text(made, "secret"));

  EXPECT_FALSE(made.at("record").at("expiresAt").is_null());
  EXPECT_EQ(reader.call("chat/getAll").status, 200);
  EXPECT_EQ(reader.refused("chat/create", R"({"model":"test/scripted"})"), "FORBIDDEN");
  EXPECT_EQ(reader.refused("user/getProfile"), "FORBIDDEN");
  auto const listed = json::serialize(ada.must("apiToken/getAll"));
  EXPECT_NE(listed.find("reader"), listed.npos);
  EXPECT_EQ(listed.find(text(made, "secret")), listed.npos);
  EXPECT_EQ(listed.find("\"hash\""), listed.npos);
  EXPECT_EQ(eve.refused("apiToken/revoke", reference(made.at("record"))), "NOT_FOUND");
  EXPECT_EQ(ada.refused("apiToken/create", R"({"name":"x","scopes":["everything"]})"), "BAD_REQUEST");
  ada.must("apiToken/revoke", reference(made.at("record")));
  EXPECT_EQ(reader.refused("chat/getAll"), "UNAUTHORIZED");
}

TEST_F(IdentityProcedures, TheAuditLogSaysWhoDidWhat) {
  auto ada = signed_up(served, "ada@example.com");
  auto eve = signed_up(served, "eve@example.com");
  ada.must("invitation/create", R"({"email":"bob@example.com"})");

  auto const all = json::serialize(ada.must("audit/list"));
  auto const others = ada.must("audit/list", reference(eve.must("user/getProfile"), "id", "actorId"));

  EXPECT_NE(all.find("invitation.create"), all.npos);
  EXPECT_TRUE(others.at("items").as_array().empty());
  EXPECT_EQ(ada.refused("audit/list", R"({"limit":0})"), "BAD_REQUEST");
  EXPECT_EQ(visitor(served).refused("audit/list"), "UNAUTHORIZED");
}

TEST_F(IdentityProcedures, KeysAreStoredRotatedDisabledAndDeletedAndNeverShown) {
  served.provider->take_keys_for("vendor.example");
  auto ada = signed_up(served, "ada@example.com");
  auto eve = signed_up(served, "eve@example.com");
  std::string const first = "sk-canary-0123456789";

  auto const made = ada.must("apiKey/create", R"({"provider":"test","key":")" + first + R"(","name":"mine"})");
  auto const which = R"({"id":")" + text(made, "id") + "\"";
  auto const rotate = which + R"(,"key":"sk-canary-abcdefghij","revision":1})";
  auto const rotated = ada.must("apiKey/rotate", rotate);
  auto const disabled = ada.must("apiKey/update", which + R"(,"revision":2,"name":"old","state":"disabled"})");
  auto const listed = ada.must("apiKey/getAll");

  EXPECT_EQ(text(made, "lastFour"), "6789");
  EXPECT_EQ(text(rotated, "lastFour"), "ghij");
  EXPECT_EQ(text(disabled, "state"), "disabled");
  EXPECT_EQ(listed.at("items").as_array().size(), 1u);
  for (auto const& shown : {made, rotated, disabled, listed}) {
    EXPECT_EQ(json::serialize(shown).find("canary"), std::string::npos);
    EXPECT_EQ(json::serialize(shown).find("envelope"), std::string::npos);
  }
  EXPECT_EQ(ada.refused("apiKey/rotate", rotate), "CONFLICT");
  EXPECT_EQ(eve.refused("apiKey/rotate", rotate), "NOT_FOUND");
  EXPECT_EQ(eve.refused("apiKey/update", which + R"(,"revision":3,"name":"x"})"), "NOT_FOUND");
  EXPECT_EQ(eve.refused("apiKey/delete", which + "}"), "NOT_FOUND");
  ada.must("apiKey/delete", which + "}");
  EXPECT_TRUE(ada.must("apiKey/getAll").at("items").as_array().empty());
}

TEST_F(IdentityProcedures, OnlyWhoeverManagesTheTenantGivesItAKey) {
  served.provider->take_keys_for("vendor.example");
  auto ada = signed_up(served, "ada@example.com");
  auto const invited = ada.must("invitation/create", R"({"email":"eve@example.com","role":"member"})");
  visitor eve(served);
  eve.must("auth/signUp", with_email("eve@example.com", R"(,"invitation":")" + text(invited, "secret") + "\""));
  std::string const shared = R"({"provider":"test","key":"sk-canary-0123456789","owner":"tenant"})";

  EXPECT_EQ(eve.refused("apiKey/create", shared), "FORBIDDEN");
  ada.must("apiKey/create", shared);

  EXPECT_TRUE(eve.must("apiKey/getAll").at("items").as_array().empty());
  auto const unknown = ada.call("apiKey/create", R"({"provider":"none","key":"sk-canary-0123456789"})");
  EXPECT_EQ(unknown.status, 400);
  EXPECT_EQ(unknown.body.find("canary"), unknown.body.npos);
}

class BetterAuth : public IdentityProcedures {};

std::string code_of(raw_response const& response) { return text(json::parse(response.body), "code"); }

TEST_F(BetterAuth, SignsUpInAndOut) {
  visitor ada(served);

  auto const up = ada.post("/sign-up/email", with_email("ada@example.com", R"(,"name":"Ada","callbackURL":"/x")"));
  EXPECT_EQ(up.status, 200);
  EXPECT_EQ(text(json::parse(up.body).at("user"), "name"), "Ada");
  auto const out = ada.post("/sign-out");
  EXPECT_EQ(out.body, R"({"success":true})");
  EXPECT_TRUE(ada.cookie().empty());
  auto const in = ada.post("/sign-in/email", with_email("ada@example.com"));

  EXPECT_EQ(json::parse(in.body).at("redirect"), false);
  auto const session = ada.get("/get-session");
  EXPECT_EQ(text(json::parse(session.body).at("user"), "email"), "ada@example.com");
  EXPECT_EQ(session.headers.at("cache-control"), "no-store");
  EXPECT_EQ(bearer(served, text(json::parse(in.body), "token")).must("user/getProfile").at("email"), "ada@example.com");
}

TEST_F(BetterAuth, RefusesInItsOwnWords) {
  auto ada = signed_up(served, "ada@example.com");
  visitor nobody(served);

  auto const wrong = nobody.post("/sign-in/email", with_email("eve@example.com"));
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(code_of(wrong), "INVALID_EMAIL_OR_PASSWORD");
  EXPECT_EQ(nobody.post("/sign-in/email", R"({"email":"ada@example.com","password":"x"})").body, wrong.body);
  EXPECT_EQ(code_of(nobody.post("/sign-up/email", with_email("ada@example.com"))),
            "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL");
  EXPECT_EQ(code_of(nobody.post("/sign-in/email", "{}")), "INVALID_EMAIL");
  EXPECT_EQ(code_of(nobody.post("/sign-in/email", "{")), "VALIDATION_ERROR");
  EXPECT_EQ(nobody.get("/get-session").body, "null");
  EXPECT_EQ(nobody.get("/ok").body, R"({"ok":true})");
  for (auto const* path : {"/sign-out", "/revoke-session", "/revoke-sessions", "/revoke-other-sessions",
                           "/change-password", "/update-user"}) {
    auto const response = nobody.post(path);
    EXPECT_EQ(response.status, 401) << path;
    EXPECT_EQ(code_of(response), "UNAUTHORIZED") << path;
  }
  EXPECT_EQ(nobody.get("/list-sessions").status, 401);
  EXPECT_EQ(ada.get("/sign-out").status, 405);
  EXPECT_EQ(ada.post("/get-session").status, 405);
  for (auto const* path : {"", "/", "/sign-in", "/sign-in/email/", "/OK", "/../auth/ok"})
    EXPECT_EQ(nobody.post(path).status, 404) << path;
}

TEST_F(BetterAuth, IsClosedToStrangersWhereSignUpIs) {
  served_engine closed(for_browsers(), no_rates(), people(sign_up_policy::closed));
  visitor stranger(closed);

  auto const response = stranger.post("/sign-up/email", with_email("ada@example.com"));

  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(code_of(response), "EMAIL_PASSWORD_SIGN_UP_DISABLED");
}

TEST_F(BetterAuth, ListsAndRevokesSessionsByTheirHandles) {
  auto ada = signed_up(served, "ada@example.com");
  visitor second(served);
  visitor third(served);
  second.post("/sign-in/email", with_email("ada@example.com"));
  third.post("/sign-in/email", with_email("ada@example.com"));
  auto const own = json::parse(second.get("/get-session").body).at("session");

  EXPECT_EQ(json::parse(ada.get("/list-sessions").body).as_array().size(), 3u);
  EXPECT_EQ(ada.post("/revoke-session", reference(own, "token", "token")).body, R"({"status":true})");
  EXPECT_EQ(second.get("/get-session").body, "null");
  EXPECT_EQ(ada.post("/revoke-session", R"({"token":"nothing"})").body, R"({"status":true})");
  ada.post("/revoke-other-sessions");
  EXPECT_EQ(third.get("/get-session").body, "null");
  ada.post("/revoke-sessions");
  EXPECT_TRUE(ada.cookie().empty());
}

TEST_F(BetterAuth, ChangesPasswordAndProfile) {
  auto ada = signed_up(served, "ada@example.com");

  auto const wrong = ada.post("/change-password", R"({"currentPassword":"wrong","newPassword":"battery staple"})");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(code_of(wrong), "INVALID_PASSWORD");
  EXPECT_EQ(code_of(ada.post("/change-password", R"({"currentPassword":"correct horse","newPassword":"short"})")),
            "PASSWORD_TOO_SHORT");
  auto const changed =
      ada.post("/change-password", R"({"currentPassword":"correct horse","newPassword":"battery staple",
                                                        "revokeOtherSessions":true})");
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(ada.post("/update-user", R"({"name":"Ada L."})").body, R"({"status":true})");
  EXPECT_EQ(text(ada.must("user/getProfile"), "name"), "Ada L.");
  EXPECT_EQ(code_of(ada.post("/update-user", R"({"email":"eve@example.com"})")), "EMAIL_CAN_NOT_BE_UPDATED");
}

TEST_F(BetterAuth, RefusesWhatAnotherSitesPageSends) {
  auto ada = signed_up(served, "ada@example.com");
  raw_client page(served.port());

  auto const foreign =
      page.call("POST", "/api/auth/sign-out", "{}", "Cookie: " + ada.cookie() + "\r\nOrigin: https://evil.example\r\n");
  EXPECT_EQ(foreign.status, 403);
  EXPECT_EQ(code_of(foreign), "INVALID_ORIGIN");
  raw_client form(served.port());
  auto const silent = form.call("POST", "/api/auth/sign-out", "{}", "Cookie: " + ada.cookie() + "\r\n");
  EXPECT_EQ(silent.status, 403);
  EXPECT_EQ(code_of(silent), "MISSING_OR_NULL_ORIGIN");
  ada.must("user/getProfile");
}

}  // namespace
}  // namespace sambung::identity_procedures_test
