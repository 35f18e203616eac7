// Better Auth's bodies: what is understood, what is answered, and which failures have a code of their own.
#include "carriers/better_auth/better_auth_wire.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <set>

namespace sambung::better_auth::better_auth_wire_test {
namespace {

namespace json = boost::json;

user ada() {
  user who;
  who.id = user_id{*parse_uuid("0192e4a0-7b2c-7def-8123-456789abcdef")};
  who.email = "ada@example.com";
  who.name = "Ada";
  who.created_at = timestamp(std::chrono::milliseconds(1'000));
  return who;
}

session session_of(user const& who) {
  session its;
  its.id = session_id{*parse_uuid("0192e4a0-7b2c-7def-8123-000000000001")};
  its.user_id = who.id;
  its.hash = std::string(64, 'a');
  its.address = "192.0.2.1";
  its.user_agent = "test";
  its.created_at = timestamp(std::chrono::milliseconds(2'000));
  its.updated_at = timestamp(std::chrono::milliseconds(3'000));
  its.expires_at = timestamp(std::chrono::milliseconds(4'000));
  return its;
}

template <class T>
std::set<std::string> issues_of(result<T> const& outcome) {
  std::set<std::string> paths;
  if (outcome) return paths;
  EXPECT_EQ(outcome.error().code, errc::invalid_argument);
  for (auto const& one : outcome.error().issues) paths.insert(one.path);
  return paths;
}

failure wrong(std::string path) {
  issue one{std::move(path), "is wrong"};
  return failure(errc::invalid_argument, "wrong", {std::move(one)});
}

std::string_view code_of(action what, failure const& why, std::size_t password_bytes = 0) {
  auto const known = find_known_error(what, why, password_bytes);
  return known ? known->code : "";
}

TEST(BetterAuthWire, KnowsItsPathsAsTheyAreWritten) {
  for (auto const& one : endpoints()) EXPECT_EQ(find_endpoint(one.path), &one);
  for (auto const* path :
       {"", "/", "/ok/", "//ok", "/OK", "/sign-in", "/sign-in/email/", "/sign-in/email;a", "/%6fk", "/sign-in/social"})
    EXPECT_EQ(find_endpoint(path), nullptr) << path;
}

TEST(BetterAuthWire, ChangesNothingByGet) {
  std::set<std::string_view> by_get;
  for (auto const& one : endpoints())
    if (one.method == "GET") by_get.insert(one.path);

  EXPECT_EQ(by_get, (std::set<std::string_view>{"/ok", "/get-session", "/list-sessions"}));
}

TEST(BetterAuthWire, ReadsASignUpAndToleratesWhatClientsAdd) {
  auto const in = decode_sign_up(R"({"name":"Ada","email":"ada@example.com","password":"correct horse","image":null,
                                     "callbackURL":"/chats","rememberMe":false,"invitation":"smi_x"})");

  ASSERT_TRUE(in);
  EXPECT_EQ(in->email, "ada@example.com");
  EXPECT_EQ(in->password.view(), "correct horse");
  EXPECT_EQ(in->name, "Ada");
  EXPECT_EQ(in->invitation, "smi_x");
  EXPECT_FALSE(in->remember_me);
}

TEST(BetterAuthWire, RemembersASignInUnlessTold) {
  EXPECT_TRUE(decode_sign_in(R"({"email":"a@b","password":"x"})")->remember_me);
  EXPECT_TRUE(decode_sign_in(R"({"email":"a@b","password":"x","rememberMe":null})")->remember_me);
  EXPECT_FALSE(decode_sign_in(R"({"email":"a@b","password":"x","rememberMe":false})")->remember_me);
}

TEST(BetterAuthWire, ListsEveryIssueOfABody) {
  EXPECT_EQ(issues_of(decode_sign_in("{}")), (std::set<std::string>{"email", "password"}));
  EXPECT_EQ(issues_of(decode_sign_in(R"({"email":null,"password":5,"rememberMe":"yes"})")),
            (std::set<std::string>{"email", "password", "rememberMe"}));
  EXPECT_EQ(issues_of(decode_password_change(R"({"currentPassword":""})")),
            (std::set<std::string>{"currentPassword", "newPassword"}));
  EXPECT_EQ(issues_of(decode_session_reference("{}")), (std::set<std::string>{"token"}));
  auto const endless = R"({"email":"a@b","password":")" + std::string(1'025, 'x') + R"("})";
  EXPECT_EQ(issues_of(decode_sign_in(endless)), (std::set<std::string>{"password"}));
}

TEST(BetterAuthWire, RefusesWhatIsNoObject) {
  for (std::string const& body : {std::string(), std::string("null"), std::string("[]"), std::string("{"),
                                  std::string(R"({"email":"a","email":"b","password":"x"})"),
                                  std::string(R"({"email":"\u0000","password":"x"})"), std::string(10'000, '[')})
    EXPECT_FALSE(decode_sign_in(body)) << body.substr(0, 40);
}

TEST(BetterAuthWire, RevokesByTheIdOfAListedSession) {
  auto const its = session_of(ada());
  auto const listed = json::parse(encode_sessions(std::span<session const>(&its, 1)));

  auto const which =
      decode_session_reference(R"({"token":")" + std::string(listed.at(0).at("token").as_string()) + "\"}");

  EXPECT_EQ(which.value(), its.id);
  EXPECT_EQ(decode_session_reference(R"({"token":"KpFQ0q8xMcnfU5d4t0fG8a"})").value(), std::nullopt);
}

TEST(BetterAuthWire, ChangesNameAndImageOnly) {
  EXPECT_EQ(decode_profile_update(R"({"name":"Ada"})")->name, "Ada");
  EXPECT_EQ(decode_profile_update(R"({"name":"Ada"})")->image, std::nullopt);
  EXPECT_EQ(decode_profile_update(R"({"image":null})")->image, "");
  EXPECT_EQ(issues_of(decode_profile_update(R"({"name":"Ada","email":"eve@example.com"})")),
            (std::set<std::string>{"email"}));
  EXPECT_FALSE(decode_profile_update("{}"));
  EXPECT_FALSE(decode_profile_update(R"({"role":"owner"})"));
}

TEST(BetterAuthWire, WritesUsersAndSessionsAsItsClientsReadThem) {
  auto const who = ada();
  auto const both = encode_session(session_of(who), who);

  EXPECT_EQ(both, R"({"session":{"id":"0192e4a0-7b2c-7def-8123-000000000001",)"
                  R"("token":"0192e4a0-7b2c-7def-8123-000000000001","userId":"0192e4a0-7b2c-7def-8123-456789abcdef",)"
                  R"("expiresAt":"1970-01-01T00:00:04.000Z","createdAt":"1970-01-01T00:00:02.000Z",)"
                  R"("updatedAt":"1970-01-01T00:00:03.000Z","ipAddress":"192.0.2.1","userAgent":"test"},)"
                  R"("user":{"id":"0192e4a0-7b2c-7def-8123-456789abcdef","email":"ada@example.com","name":"Ada",)"
                  R"("image":null,"emailVerified":false,"createdAt":"1970-01-01T00:00:01.000Z",)"
                  R"("updatedAt":"1970-01-01T00:00:01.000Z"}})");
}

TEST(BetterAuthWire, GivesTheTokenAtSignInAndAsksForNoRedirect) {
  auto const in = json::parse(encode_signed_in(ada(), "token"));
  EXPECT_EQ(in.at("redirect"), false);
  EXPECT_EQ(in.at("token"), "token");
  EXPECT_FALSE(in.as_object().contains("url"));

  EXPECT_EQ(json::parse(encode_signed_up(ada(), "token")).at("token"), "token");
  EXPECT_TRUE(json::parse(encode_password_changed(ada())).at("token").is_null());
}

TEST(BetterAuthWire, HasItsOwnCodesForWhatItsClientsTellApart) {
  failure const unknown(errc::unauthenticated, "x");
  failure const closed(errc::permission_denied, "x");
  failure const taken(errc::already_exists, "x");

  EXPECT_EQ(code_of(action::sign_in, unknown), "INVALID_EMAIL_OR_PASSWORD");
  EXPECT_EQ(code_of(action::sign_up, closed), "EMAIL_PASSWORD_SIGN_UP_DISABLED");
  EXPECT_EQ(code_of(action::sign_up, taken), "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL");
  EXPECT_EQ(find_known_error(action::sign_up, taken, 0)->status, 422);
  EXPECT_EQ(code_of(action::sign_up, wrong("email")), "INVALID_EMAIL");
  EXPECT_EQ(code_of(action::change_password, wrong("currentPassword")), "INVALID_PASSWORD");
  EXPECT_EQ(code_of(action::update_user, wrong("email")), "EMAIL_CAN_NOT_BE_UPDATED");
  EXPECT_EQ(code_of(action::sign_up, wrong("password"), 7), "PASSWORD_TOO_SHORT");
  EXPECT_EQ(code_of(action::sign_up, wrong("password"), 73), "PASSWORD_TOO_LONG");
  EXPECT_EQ(code_of(action::change_password, wrong("password"), 7), "PASSWORD_TOO_SHORT");
  EXPECT_EQ(code_of(action::sign_up, wrong("password")), "");
  EXPECT_EQ(code_of(action::list_sessions, unknown), "");
  EXPECT_EQ(code_of(action::sign_in, failure(errc::rate_limited, "x")), "");
}

TEST(BetterAuthWire, SaysOtherFailuresByTheirErrc) {
  EXPECT_EQ(encode_error(failure(errc::unauthenticated, "who?")), R"({"code":"UNAUTHORIZED","message":"who?"})");
  EXPECT_EQ(encode_error(wrong("name")), R"({"code":"VALIDATION_ERROR","message":"name: is wrong"})");
}

}  // namespace
}  // namespace sambung::better_auth::better_auth_wire_test
