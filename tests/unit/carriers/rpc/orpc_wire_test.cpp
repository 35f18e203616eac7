#include "carriers/rpc/orpc_wire.hpp"

#include <sambung/records/tenant.hpp>

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace sambung::orpc_wire_test {
namespace {

std::string input_of(std::string_view body) {
  auto const decoded = orpc::decode_input(body);
  return decoded ? boost::json::serialize(*decoded) : decoded.error().message;
}

TEST(OrpcPath, TakesSlashesAndDots) {
  EXPECT_EQ(orpc::decode_path("/chat/getAll"), "chat.getAll");
  EXPECT_EQ(orpc::decode_path("/chat.getAll"), "chat.getAll");
  EXPECT_EQ(orpc::decode_path("/healthCheck"), "healthCheck");
}

TEST(OrpcPath, DecodesEachSegmentOnce) {
  EXPECT_EQ(orpc::decode_path("/chat/get%41ll"), "chat.getAll");
  EXPECT_EQ(orpc::decode_path("/chat/get%2541ll"), std::nullopt);
}

TEST(OrpcPath, RefusesEveryOtherSpelling) {
  for (auto const* path : {"", "/", "//chat/getAll", "/chat//getAll", "/chat/getAll/", "/chat/getAll;a", "/chat/..%2fx",
                           "/chat/../x", "/chat%2fgetAll", "/chat/get%00All", "/chat/%", "/chat/%4", "/chat/%zz",
                           "/chat.x/getAll", "chat/getAll", "/chat/get All", "/ch\xC3\xA4t/x"})
    EXPECT_EQ(orpc::decode_path(path), std::nullopt) << path;
}

TEST(OrpcInput, ReadsTheJsonOfTheEnvelope) {
  EXPECT_EQ(input_of(R"({"json":{"title":"a"}})"), R"({"title":"a"})");
  EXPECT_EQ(input_of(R"({"json":[1,2],"meta":[]})"), "[1,2]");
}

TEST(OrpcInput, TakesNoInputForAnEmptyObject) {
  EXPECT_EQ(input_of(""), "{}");
  EXPECT_EQ(input_of("{}"), "{}");
  EXPECT_EQ(input_of(R"({"json":null,"meta":[[3]]})"), "{}");
}

TEST(OrpcInput, KeepsADateAsItsIsoString) {
  EXPECT_EQ(input_of(R"({"json":{"at":"2026-01-31T12:34:56.789Z"},"meta":[[1,"at"]]})"),
            R"({"at":"2026-01-31T12:34:56.789Z"})");
}

TEST(OrpcInput, MakesABigIntAnInteger) {
  EXPECT_EQ(input_of(R"({"json":{"n":["9007199254740993"]},"meta":[[0,"n",0]]})"), R"({"n":[9007199254740993]})");
}

TEST(OrpcInput, DropsUndefinedMembersInAnyOrder) {
  EXPECT_EQ(input_of(R"({"json":{"a":null,"b":{"c":null,"d":1}},"meta":[[3,"a"],[3,"b","c"]]})"), R"({"b":{"d":1}})");
  EXPECT_EQ(input_of(R"({"json":{"a":null,"b":{"c":null}},"meta":[[3,"b","c"],[3,"a"]]})"), R"({"b":{}})");
}

TEST(OrpcInput, RefusesMetaThatNamesNothing) {
  for (auto const* meta :
       {R"([[1,"b"]])", R"([[1,"a",0]])", R"([[1,"__proto__"]])", R"([[1,0]])", R"([[1,"l",2]])", R"([[1,"l",-1]])",
        R"([[8,"a"]])", R"([[-1,"a"]])", R"([["1","a"]])", R"([[]])", R"([1])", R"({"0":1})", R"([[1,"l","0"]])"}) {
    auto const decoded = orpc::decode_input(std::string(R"({"json":{"a":"x","l":[1,2]},"meta":)") + meta + "}");
    ASSERT_FALSE(decoded) << meta;
    EXPECT_EQ(decoded.error().code, errc::invalid_argument);
    EXPECT_FALSE(decoded.error().issues.empty());
  }
}

TEST(OrpcInput, RefusesValuesThatNoFieldTakes) {
  for (auto const* body :
       {R"({"json":{"a":null},"meta":[[2,"a"]]})", R"({"json":{"a":null},"meta":[[1,"a"]]})",
        R"({"json":{"a":"1x"},"meta":[[0,"a"]]})", R"({"json":{"a":"99999999999999999999"},"meta":[[0,"a"]]})",
        R"({"json":{"a":{"b":1}},"meta":[[3,"a"]]})", R"({"json":{"a":"x"},"meta":[[6,"a"]]})"})
    EXPECT_FALSE(orpc::decode_input(body)) << body;
}

TEST(OrpcInput, SaysWhereAnInputStandsThatCameWithoutItsEnvelope) {
  for (auto const* body : {R"({"title":"a","model":"demo/demo"})", "[]", "null", R"("x")"}) {
    auto const decoded = orpc::decode_input(body);
    ASSERT_FALSE(decoded) << body;
    EXPECT_EQ(decoded.error().message, R"(invalid input: must be an object with the input in it: {"json": {...}})")
        << body;
  }
}

TEST(OrpcInput, ListsEveryIssue) {
  auto const decoded = orpc::decode_input(R"({"json":{},"more":1,"meta":[[1,"a"],[9]]})");

  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().issues.size(), 3u);
}

TEST(OrpcQuery, TakesTheLastData) {
  auto const decoded = orpc::decode_query("data=%7B%7D&x=1&data=%7B%22json%22%3A%7B%22a%22%3A%22b+c%22%7D%7D");

  ASSERT_TRUE(decoded);
  EXPECT_EQ(boost::json::serialize(*decoded), R"({"a":"b c"})");
}

TEST(OrpcOutput, MarksTimestampsAsDates) {
  json_writer writer;
  tenant one;
  one.name = "acme";
  std::string json;
  append_json(json, std::vector<tenant>{one}, writer);

  auto const text = orpc::encode_output(encoded_value(std::move(json), writer.timestamps()));

  auto const parsed = boost::json::parse(text).as_object();
  EXPECT_EQ(boost::json::serialize(parsed.at("meta")), R"([[1,0,"createdAt"]])");
  EXPECT_EQ(parsed.at("json").as_array().at(0).as_object().at("createdAt"), "1970-01-01T00:00:00.000Z");
}

TEST(OrpcOutput, LeavesOutEmptyMeta) { EXPECT_EQ(orpc::encode_output(encoded_value(R"("x")", {})), R"({"json":"x"})"); }

TEST(OrpcError, HasExactlyTheKeysThatClientsAccept) {
  failure why(errc::rate_limited, "slow down", {{"text", "too long"}});
  why.retry_after = std::chrono::milliseconds(1500);
  why.sensitive = "canary";

  auto const text = orpc::encode_error(why, "req-1");

  EXPECT_EQ(text, R"({"json":{"defined":true,"code":"TOO_MANY_REQUESTS","status":429,"message":"slow down","data":)"
                  R"({"errc":"rate_limited","requestId":"req-1","issues":[{"path":"text","message":"too long"}],)"
                  R"("retryAfterMs":1500}}})");
}

TEST(OrpcError, CoversEveryErrc) {
  for (auto const& row : errc_table()) {
    auto const parsed = boost::json::parse(orpc::encode_error(failure(row.code, "m"), "r")).at("json").as_object();
    EXPECT_EQ(parsed.at("code").as_string(), row.orpc_code);
    EXPECT_GE(parsed.at("status").as_int64(), 400);
  }
}

TEST(OrpcEvents, AreFramedAsTheClientSplitsThem) {
  std::string out;
  orpc::append_event(out, 7, encoded_value(R"({"text":"a\nb\r\n"})", {}), std::chrono::milliseconds(600));
  orpc::append_event(out, 8, encoded_value("{}", {}));
  orpc::append_done(out);

  EXPECT_EQ(out,
            "event: message\nretry: 600\nid: 7\ndata: {\"json\":{\"text\":\"a\\nb\\r\\n\"}}\n\n"
            "event: message\nid: 8\ndata: {\"json\":{}}\n\n"
            "event: done\ndata: {}\n\n");
}

}  // namespace
}  // namespace sambung::orpc_wire_test
