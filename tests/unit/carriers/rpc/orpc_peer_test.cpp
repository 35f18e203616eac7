#include "carriers/rpc/orpc_peer.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace sambung::orpc_peer_test {
namespace {

using orpc::peer_frame;
using orpc::peer_message;
using kind = peer_frame::kind;

peer_frame text(std::string_view message) { return orpc::decode_peer_frame(message, peer_message::text); }

TEST(PeerFrame, ReadsARequest) {
  std::string_view const message =
      R"({"i":"1","p":{"u":"/chat/get","b":{"json":{"a":"}"},"meta":[[0,"id"]]},"h":{"x-a":"b"}}})";

  auto const frame = text(message);

  EXPECT_EQ(frame.what, kind::request);
  EXPECT_FALSE(frame.fault);
  EXPECT_EQ(frame.id, "1");
  EXPECT_EQ(frame.request.path, "/chat/get");
  EXPECT_EQ(frame.request.method, "POST");
  EXPECT_EQ(frame.request.body, R"({"json":{"a":"}"},"meta":[[0,"id"]]})");
}

TEST(PeerFrame, ReadsMembersInAnyOrderAndPassesOverOthers) {
  auto const frame = text(
      " {\t\"p\" : { \"m\":\"GET\", \"z\":[1,{\"u\":2}], \"u\":\"/a%2Fb?data=%7B%7D\" } , \"x\":null, \"t\": 1, "
      "\"i\":\"\\u0061\\\"\" }\n");

  EXPECT_EQ(frame.what, kind::request);
  EXPECT_FALSE(frame.fault);
  EXPECT_EQ(frame.id, "a\"");
  EXPECT_EQ(frame.request.method, "GET");
  EXPECT_EQ(frame.request.path, "/a%2Fb?data=%7B%7D");
  EXPECT_EQ(frame.request.body, "");
}

TEST(PeerFrame, TakesTheHeadersThatCountWhateverTheirCase) {
  auto const frame = text(
      R"({"i":"1","p":{"u":"/a","h":{"Authorization":"Bearer x","X-TENANT-ID":"t","last-event-id":"7","TraceParent":"00","cookie":"no","x":["a","b"]}}})");

  EXPECT_FALSE(frame.fault);
  EXPECT_EQ(frame.request.authorization, "Bearer x");
  EXPECT_EQ(frame.request.tenant, "t");
  EXPECT_EQ(frame.request.last_event, "7");
  EXPECT_EQ(frame.request.traceparent, "00");
}

TEST(PeerFrame, KnowsAbortsAndWhatNobodyTakes) {
  EXPECT_EQ(text(R"({"i":"8","t":4})").what, kind::abort);
  EXPECT_EQ(text(R"({"i":"8","t":4})").id, "8");
  EXPECT_EQ(text(R"({"i":"8","t":2,"p":{"b":{}}})").what, kind::ignored);
  EXPECT_EQ(text(R"({"i":"8","t":3,"p":{"e":"message","d":{}}})").what, kind::ignored);
}

TEST(PeerFrame, CannotBeReadWithoutAnId) {
  std::string const long_id(65, 'x');
  for (std::string const& message :
       {std::string(), std::string("x"), std::string("[]"), std::string("{}"), std::string("null"), std::string("{"),
        std::string(R"({"i":1,"p":{"u":"/a"}})"), std::string(R"({"i":"","p":{"u":"/a"}})"),
        R"({"i":")" + long_id + R"(","p":{"u":"/a"}})", std::string(R"({"p":{"u":"/a"}})"),
        std::string(R"({"i":"1","i":"2","p":{"u":"/a"}})"), std::string(R"({"i":"1","t":5})"),
        std::string(R"({"i":"1","t":4,"t":1})"), std::string(R"({"i":"1","t":"4"})"), std::string(R"({"i":"1",})"),
        std::string(R"({"i":"1" "p":{}})"), std::string(R"({"i":"\ud800","p":{"u":"/a"}})"),
        std::string("{\"i\":\"\xFF\",\"p\":{\"u\":\"/a\"}}")})
    EXPECT_EQ(text(message).what, kind::unreadable) << message;
  EXPECT_EQ(text(R"({"i":")" + long_id.substr(1) + R"(","p":{"u":"/a"}})").what, kind::request);
}

TEST(PeerFrame, RefusesWhatItCanAnswer) {
  for (std::string_view const message :
       {R"({"i":"1"})", R"({"i":"1","p":5})", R"({"i":"1","p":{}})", R"({"i":"1","p":{"u":""}})",
        R"({"i":"1","p":{"u":"chat/get"}})", R"({"i":"1","p":{"u":5}})", R"({"i":"1","p":{"u":"/a","u":"/b"}})",
        R"({"i":"1","p":{"u":"/a","b":{},"b":{}}})", R"({"i":"1","p":{"u":"/a"},"p":{"u":"/b"}})",
        R"({"i":"1","p":{"u":"/a","h":{"authorization":"a","Authorization":"b"}}})",
        R"({"i":"1","p":{"u":"/a","h":{"authorization":"a\r\nx: y"}}})",
        R"({"i":"1","p":{"u":"/a","h":{"authorization":["a"]}}})", R"({"i":"1","p":{"u":"/a","h":"x"}})",
        R"({"i":"1","p":{"u":"/a","m":5}})"}) {
    auto const frame = text(message);
    EXPECT_EQ(frame.what, kind::request) << message;
    ASSERT_TRUE(frame.fault) << message;
    EXPECT_EQ(frame.fault->status, 400) << message;
  }
}

TEST(PeerFrame, RefusesFilesAndIteratorsAsInput) {
  std::string const request = R"({"i":"1","p":{"u":"/a"}})";
  auto const binary = [](std::string_view message) { return orpc::decode_peer_frame(message, peer_message::binary); };

  EXPECT_FALSE(binary(request).fault);
  EXPECT_FALSE(binary(request + '\xFF').fault);
  EXPECT_EQ(binary(request + "\xFF--x").fault->status, 415);
  EXPECT_EQ(text(R"({"i":"1","p":{"u":"/a","h":{"content-type":"multipart/form-data; boundary=x"}}})").fault->status,
            415);
  EXPECT_EQ(text(R"({"i":"1","p":{"u":"/a","h":{"Content-Type":"text/event-stream"}}})").fault->status, 415);
  EXPECT_FALSE(text(R"({"i":"1","p":{"u":"/a","h":{"content-type":"application/json"}}})").fault);
}

std::string written(void (*append)(std::string&)) {
  std::string out = orpc::peer_frame_begin("6");
  append(out);
  EXPECT_TRUE(boost::json::parse(out).is_object());
  return out;
}

TEST(PeerFrame, IsWrittenAsClientsReadIt) {
  using std::chrono::milliseconds;
  EXPECT_EQ(written([](std::string& out) { orpc::append_peer_answer(out, 200, R"({"json":1})"); }),
            R"({"i":"6","p":{"b":{"json":1}}})");
  EXPECT_EQ(written([](std::string& out) { orpc::append_peer_answer(out, 404, R"({"json":{}})"); }),
            R"({"i":"6","p":{"s":404,"b":{"json":{}}}})");
  EXPECT_EQ(written([](std::string& out) { orpc::append_peer_answer(out, 200, ""); }), R"({"i":"6","p":{"b":{}}})");
  EXPECT_EQ(written([](std::string& out) { orpc::append_peer_iterator(out); }),
            R"({"i":"6","p":{"h":{"content-type":"text/event-stream"}}})");
  EXPECT_EQ(written([](std::string& out) { orpc::append_peer_event(out, 7, encoded_value("{}", {})); }),
            R"({"i":"6","t":3,"p":{"e":"message","d":{"json":{}},"m":{"id":"7"}}})");
  EXPECT_EQ(written([](std::string& out) {
              boost::json::array timestamps;  // not {array}: compilers disagree whether that is a copy
              timestamps.emplace_back(boost::json::array{"at"});
              orpc::append_peer_event(out, 7, encoded_value("{}", std::move(timestamps)), milliseconds(600));
            }),
            R"({"i":"6","t":3,"p":{"e":"message","d":{"json":{},"meta":[[1,"at"]]},"m":{"id":"7","retry":600}}})");
  EXPECT_EQ(written([](std::string& out) { orpc::append_peer_done(out); }),
            R"({"i":"6","t":3,"p":{"e":"done","d":{}}})");
  auto const failed =
      written([](std::string& out) { orpc::append_peer_error(out, failure(errc::unauthenticated, "no"), "id"); });
  EXPECT_TRUE(
      failed.starts_with(R"({"i":"6","t":3,"p":{"e":"error","d":{"json":{"defined":true,"code":"UNAUTHORIZED")"))
      << failed;
  EXPECT_EQ(orpc::peer_frame_begin("a\"\n"), R"({"i":"a\"\n",)");
}

}  // namespace
}  // namespace sambung::orpc_peer_test
