#include "server/route.hpp"

#include "carriers/better_auth/better_auth_carrier.hpp"
#include "carriers/openai/completions_carrier.hpp"
#include "carriers/rpc/rpc_carrier.hpp"

#include <sambung/rpc/procedures/standard_procedures.hpp>

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <array>

namespace sambung::serving::route_test {
namespace {

auto const& rpc_form = orpc::errors();
auto const& openai_form = openai_server::errors();
auto const& auth_form = better_auth::errors();

TEST(ErrorForm, OfBetterAuthRepeatsTheTimeToWait) {
  failure why(errc::rate_limited, "slow down");
  why.retry_after = std::chrono::milliseconds(1'001);

  auto const shared = error_response(openai_form, why, "r").headers;

  EXPECT_EQ(shared, "Retry-After: 2\r\nretry-after-ms: 1001\r\n");
  EXPECT_EQ(error_response(auth_form, why, "r").headers, shared + "X-Retry-After: 2\r\n");
}

TEST(ErrorForm, OfBetterAuthHasItsOwnCodeForAnOrigin) {
  EXPECT_EQ(boost::json::parse(protocol_error(auth_form, 403, "m", "r").body).at("code"), "INVALID_ORIGIN");
  EXPECT_EQ(boost::json::parse(protocol_error(auth_form, 413, "m", "r").body).at("code"), "PAYLOAD_TOO_LARGE");
}

TEST(ErrorResponse, HasTheFormOfItsCarrier) {
  for (auto const& row : errc_table()) {
    failure why(row.code, "m");
    why.sensitive = "canary";
    auto const rpc = error_response(rpc_form, why, "r");
    auto const openai = error_response(openai_form, why, "r");
    EXPECT_TRUE(boost::json::parse(rpc.body).as_object().contains("json"));
    auto const auth = error_response(auth_form, why, "r");
    EXPECT_TRUE(boost::json::parse(openai.body).as_object().contains("error"));
    EXPECT_TRUE(boost::json::parse(auth.body).as_object().contains("code"));
    EXPECT_EQ(rpc.status, openai.status);
    EXPECT_EQ(rpc.status, auth.status);
    EXPECT_EQ((rpc.body + openai.body + auth.body).find("canary"), std::string::npos);
  }
}

TEST(ProtocolError, HasTheFormOfItsCarrier) {
  EXPECT_EQ(
      protocol_error(rpc_form, 415, "m", "r").body,
      R"({"json":{"defined":true,"code":"UNSUPPORTED_MEDIA_TYPE","status":415,"message":"m","data":{"requestId":"r"}}})");
  EXPECT_EQ(boost::json::parse(protocol_error(openai_form, 405, "m", "r").body).at("error").at("code"),
            "method_not_allowed");
}

TEST(ErrorForm, IsToldByThePath) {
  EXPECT_EQ(&form_of("/v1/models"), &openai_form);
  EXPECT_EQ(&form_of("/v1"), &openai_form);
  EXPECT_EQ(&form_of("/v10/models"), &rpc_form);
  EXPECT_EQ(&form_of("/api/auth/ok"), &auth_form);
  EXPECT_EQ(&form_of("/api/authority"), &rpc_form);
  EXPECT_EQ(&form_of("/rpc/x"), &rpc_form);
}

TEST(Route, OfAPathThatNobodyServesIsNowhere) {
  procedure_registry const none;

  EXPECT_EQ(find_route(none, "GET", "/").where, destination::nowhere);
  EXPECT_EQ(find_route(none, "POST", "/rpc/chat.send").where, destination::nowhere);
  EXPECT_EQ(find_route(none, "GET", "/v1/models/").where, destination::nowhere);
  EXPECT_EQ(find_route(none, "GET", "/healthz").where, destination::alive);
  EXPECT_EQ(find_route(none, "GET", "/ws").where, destination::web_socket);
  EXPECT_EQ(methods_of(find_route(none, "GET", "/ws")), "GET");
  EXPECT_EQ(find_route(none, "OPTIONS", "/anything").where, destination::preflight);
}

TEST(Route, OfAModelHasItsDecodedName) {
  procedure_registry const none;

  auto const to = find_route(none, "GET", "/v1/models/demo%2Fecho");

  EXPECT_EQ(to.where, destination::one_model);
  EXPECT_EQ(to.model, "demo/echo");
  EXPECT_EQ(to.by, caller::known);
}

TEST(Route, OfATurnsStreamIsThatOfTheProcedureThatDoesTheSame) {
  procedure_registry known;
  message_procedures(known);
  std::string const id = "0192e4a0-7b2c-7def-8123-456789abcdef";

  auto const to = find_route(known, "GET", "/streams/turns/" + id);

  EXPECT_EQ(to.where, destination::turn_stream);
  EXPECT_EQ(to_string(to.answer), id);
  EXPECT_EQ(to.called, known.find("message.resume"));
  EXPECT_EQ(to.by, caller::known);
  EXPECT_EQ(to.as, request_class::read);
  EXPECT_EQ(methods_of(to), "GET, HEAD");
  for (auto const* method : {"PUT", "POST", "DELETE", "PATCH"}) EXPECT_FALSE(has_method(to, method)) << method;
  EXPECT_EQ(find_route(procedure_registry(), "GET", "/streams/turns/" + id).where, destination::nowhere);
  for (std::string const& path : {std::string("/streams/turns/"), std::string("/streams/turns/x"),
                                  "/streams/chats/" + id, "/streams/turns/" + id + "/"})
    EXPECT_EQ(find_route(known, "GET", path).where, destination::nowhere) << path;
}

TEST(Route, KnowsItsMethods) {
  procedure_registry const none;
  auto const completions = find_route(none, "POST", "/v1/chat/completions");
  auto const ready = find_route(none, "GET", "/readyz");

  EXPECT_TRUE(has_method(completions, "POST"));
  EXPECT_FALSE(has_method(completions, "GET"));
  EXPECT_EQ(methods_of(completions), "POST");
  EXPECT_EQ(methods_of(ready), "GET, HEAD");
}

TEST(Route, OfAFileIsWhereNothingElseIs) {
  procedure_registry const none;
  std::array<static_file, 2> const files{static_file("index.html", "page"), static_file("healthz", "file")};
  auto const shelf = file_shelf::of(static_files::table(files).value());

  auto const page = find_route(none, "GET", "/", shelf.get());

  EXPECT_EQ(page.where, destination::page);
  EXPECT_EQ(page.file->plain.bytes, "page");
  EXPECT_EQ(page.by, caller::anybody);
  EXPECT_EQ(methods_of(page), "GET, HEAD");
  EXPECT_EQ(find_route(none, "GET", "/healthz", shelf.get()).where, destination::alive);
  EXPECT_EQ(find_route(none, "GET", "/rpc/", shelf.get()).where, destination::nowhere);
  EXPECT_EQ(find_route(none, "OPTIONS", "/", shelf.get()).where, destination::preflight);
}

TEST(Route, TakesHeadWhereItTakesGet) {
  procedure_registry const none;

  for (auto const* path : {"/healthz", "/readyz", "/v1/models", "/v1/models/a/b", "/api/auth/ok",
                           "/v1/chat/completions", "/v1/embeddings", "/api/auth/sign-out"}) {
    auto const to = find_route(none, "HEAD", path);
    EXPECT_EQ(has_method(to, "HEAD"), has_method(to, "GET")) << path;
    EXPECT_EQ(methods_of(to).find("HEAD") != std::string::npos, has_method(to, "GET")) << path;
  }
}

}  // namespace
}  // namespace sambung::serving::route_test
