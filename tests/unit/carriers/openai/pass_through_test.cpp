// What a client of /v1 wrote reaches a vendor that speaks OpenAI's form as it is, and so does the answer.
#include "carriers/openai/completions_wire.hpp"
#include "core/json_text.hpp"
#include "provider/wires/openai_wire.hpp"
#include "support/transcripts.hpp"

#include <sambung/provider/vendors/compatible.hpp>

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace sambung::pass_through_test {
namespace {

namespace json = boost::json;
using openai_server::answer_head;
using openai_server::chunk_writer;
using usage = chunk_writer::usage;

std::string const body = R"({ "model" : "openai/gpt-4o", "messages":[{"role":"developer","name":"n","content":[
    {"type":"text","text":"a\"}","cache_control":{"type":"ephemeral"}},
    {"type":"input_audio","input_audio":{"data":"AA==","format":"wav"}},
    {"type":"image_url","image_url":{"url":"https://x/y","detail":"low"}}]}],
  "temperature":0.10,"logprobs":true,"something_new":[1.50,{"a":[]}],"max_completion_tokens":5})";

std::string forwarded(std::string_view from, answer_mode mode, openai_dialect const& dialect = openai_dialect()) {
  auto request = openai_server::decode_chat_request(from).value();
  request.completion.model = "gpt-4o";
  return encode_openai_request(request.completion, mode, dialect);
}

TEST(ForwardedRequest, IsWhatTheClientWroteButForTheModel) {
  auto expected = json::parse(body);
  expected.as_object()["model"] = "gpt-4o";
  expected.as_object()["stream"] = false;
  expected.as_object()["max_tokens"] = 5;  // as this vendor calls it
  expected.as_object().erase("max_completion_tokens");

  auto const sent = forwarded(body, answer_mode::whole);

  EXPECT_EQ(json::parse(sent), expected);
  EXPECT_NE(sent.find("0.10"), sent.npos);  // not even numbers are written anew
  EXPECT_NE(sent.find("1.50"), sent.npos);
}

TEST(ForwardedRequest, AsksForTheUsageOfAStreamBesideWhatWasAskedFor) {
  std::string const asked = R"({"stream_options":{"include_obfuscation":false,"include_usage":false},"stream":true,
    "m\u006fdel":"openai/a","messages":[{"role":"user","content":"hi"}]})";

  auto const sent = json::parse(forwarded(asked, answer_mode::streamed)).as_object();

  EXPECT_EQ(json::serialize(sent.at("stream_options")), R"({"include_obfuscation":false,"include_usage":true})");
  EXPECT_EQ(sent.at("stream"), true);
  EXPECT_EQ(sent.at("model"), "gpt-4o");
  EXPECT_EQ(sent.size(), 4);
}

TEST(ForwardedRequest, CallsThingsAsTheVendorDoes) {
  openai_dialect dialect;
  dialect.usage = stream_usage::always;
  dialect.seed = "random_seed";
  std::string const asked =
      R"({"model":"a/b","messages":[{"role":"user","content":"x"}],"seed":3,"max_completion_tokens":5,"max_tokens":7})";

  auto const sent = json::parse(forwarded(asked, answer_mode::streamed, dialect)).as_object();

  EXPECT_EQ(sent.at("random_seed"), 3);
  EXPECT_EQ(sent.at("max_tokens"), 5);
  for (auto const* name : {"seed", "max_completion_tokens", "stream_options"})
    EXPECT_FALSE(sent.contains(name)) << name;
}

// The answer that a transcript tells, as a client of /v1 keeps it and sends it back.
json::object replayed(std::string const& transcript) {
  openai_stream_decoder decoder(secret_string("secret"), 1'048'576);
  decoder.push(transcripts::read_file(transcripts::path_of(transcript)));
  part_builder parts;
  while (auto const event = decoder.next()) parts.add(*event);
  completion answer;
  answer.parts = parts.take();
  auto const body = json::parse(openai_server::encode_completion(answer_head("ours", 1, "mistral/m"), answer));
  return body.at_pointer("/choices/0/message").as_object();
}

TEST(ForwardedRequest, ReplaysReasoningOnlyToVendorsThatTakeIt) {
  auto const said = replayed("mistral_thinking.sse");
  ASSERT_EQ(said.at("reasoning_content"), "Jakarta, so ask.");
  json::object question;
  question["role"] = "user";
  question["content"] = "reasoning_content?";
  json::object asked;
  asked["model"] = "mistral/m";
  asked["messages"] = json::array({json::value(question), json::value(said)});

  auto const to = [&](char const* vendor) {
    auto const dialect = compatible_options(vendor)->dialect.value();
    return json::parse(forwarded(json::serialize(asked), answer_mode::whole, dialect)).at("messages");
  };

  auto without = said;
  without.erase("reasoning_content");
  EXPECT_EQ(to("groq"), asked.at("messages"));
  EXPECT_EQ(to("mistral"), json::array({json::value(question), json::value(without)}));
}

TEST(ForwardedRequest, IsNotMadeOfOneThatGoesOnInAChat) {
  auto const request = openai_server::decode_chat_request(
      R"({"model":"a/b","messages":[{"role":"user","content":"x"}],
          "metadata":{"chat_id":"01890a5d-ac96-774b-bcce-b302099a8057"}})");

  EXPECT_FALSE(request.value().completion.verbatim);
}

// --- answers ---

std::string answer_with(std::string const& message, std::string const& more = {}) {
  return R"({"id":"chatcmpl-9","object":"chat.completion","created":17,"model":"gpt-4o-2026","choices":[{"index":0,)"
         R"("message":{"role":"assistant",)" +
         message + R"(},"logprobs":{"content":[]},"finish_reason":"stop"}],"service_tier":"default")" + more + "}";
}

std::string passed_on(std::string const& from) {
  auto const answer = decode_openai_answer(from, "", vendor_form::kept).value();
  return openai_server::encode_completion(answer_head("ours", 1, "openai/gpt-4o"), answer);
}

TEST(ForwardedAnswer, IsTheVendorsToTheByte) {
  for (auto const& message :
       {std::string(R"("content":"hi","refusal":null,"annotations":[{"type":"url_citation"}],"audio":{"id":"a"})"),
        std::string(R"("content":null,"tool_calls":[{"id":"c","type":"function",)"
                    R"("function":{"name":"f","arguments":"{}"},"extra_content":{"google":{}}}])")})
    EXPECT_EQ(passed_on(answer_with(message)), answer_with(message));
}

TEST(ForwardedAnswer, IsOursWhereAClientCouldNotReadTheVendors) {
  std::string const call_without_id = R"("content":null,"tool_calls":[{"function":{"name":"f","arguments":{"a":1}}}])";
  for (auto const& from :
       {answer_with(call_without_id), std::string(R"({"choices":[{"message":{"content":"hi"}}]})"),
        std::string(R"({"id":7,"object":"chat.completion","created":17,"model":"m","choices":[{"index":0,)"
                    R"("message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}]})")}) {
    auto const sent = json::parse(passed_on(from));
    EXPECT_EQ(sent.at("id"), "ours");
    EXPECT_EQ(sent.at("model"), "openai/gpt-4o");
  }
}

// --- streams ---

std::string chunk(std::string const& delta, std::string const& more = {}) {
  return R"({"id":"chatcmpl-9","object":"chat.completion.chunk","created":17,"model":"m-2026","choices":[{"index":0,)"
         R"("delta":)" +
         delta + R"(,"logprobs":null,"finish_reason":)" + (more.empty() ? "null" : more) +
         R"(}],"system_fingerprint":"fp","usage":null})";
}

std::string const usage_chunk =
    R"({"id":"chatcmpl-9","object":"chat.completion.chunk","created":17,"model":"m-2026","choices":[],)"
    R"("usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"cost":0.5}})";

std::string as_stream(std::vector<std::string> const& chunks) {
  std::string out;
  for (auto const& one : chunks) out += "data: " + one + "\n\n";
  return out + "data: [DONE]\n\n";
}

std::string passed_on(std::string_view stream, usage wanted) {
  openai_stream_decoder decoder(secret_string("secret"), 1'048'576, vendor_form::kept);
  decoder.push(stream);
  chunk_writer writer(answer_head("ours", 1, "openai/m"), wanted);
  std::string out;
  while (auto const event = decoder.next()) writer.append(out, *event);
  if (decoder.why()) writer.append_error(out, *decoder.why());
  writer.append_end(out);
  return out;
}

TEST(ForwardedStream, IsTheVendorsToTheByte) {
  auto const stream =
      as_stream({chunk(R"({"role":"assistant","content":"","refusal":null})"), chunk(R"({"content":"a"})"),
                 chunk(R"({"content":"b\n"})"), chunk(R"({"content":"c","images":[1]})"),
                 chunk(R"({"tool_calls":[{"index":0,"id":"t","type":"function",)"
                       R"("function":{"name":"f","arguments":""},"extra_content":{"x":1}}]})"),
                 chunk(R"({"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]})"), chunk("{}", R"("tool_calls")"),
                 usage_chunk});

  EXPECT_EQ(passed_on(stream, usage::wanted), stream);
}

TEST(ForwardedStream, HasNoUsageThatNobodyAskedFor) {
  auto const text = chunk(R"({"role":"assistant","content":"a"})");
  auto counted = text;
  counted.replace(counted.find(R"("usage":null)"), 12, R"("usage":{"prompt_tokens":1,"completion_tokens":1})");
  auto uncounted = text;
  uncounted.erase(uncounted.find(R"(,"usage":null)"), 13);
  auto const end = chunk("{}", R"("stop")");

  EXPECT_EQ(passed_on(as_stream({text, end, usage_chunk}), usage::not_wanted), as_stream({text, end}));
  EXPECT_EQ(passed_on(as_stream({counted, end}), usage::not_wanted), as_stream({uncounted, end}));
}

TEST(ForwardedStream, GoesOnInOurFormUnderTheSameIdWhereAClientCouldNotReadTheVendors) {
  auto const text = chunk(R"({"role":"assistant","content":"a"})");
  auto const call = chunk(R"({"tool_calls":[{"function":{"name":"f","arguments":"{}"}}]})", R"("stop")");

  auto const out = passed_on(as_stream({text, call}), usage::wanted);

  EXPECT_TRUE(out.starts_with("data: " + text + "\n\n"));
  auto const rest = out.substr(text.size() + 8);
  auto const ours = json::parse(rest.substr(6, rest.find("\n\n") - 6));
  EXPECT_EQ(ours.at("id"), "chatcmpl-9");
  EXPECT_EQ(ours.at("created"), 17);
  EXPECT_EQ(ours.at("model"), "m-2026");
  EXPECT_EQ(ours.at_pointer("/choices/0/delta/tool_calls/0/index"), 0);
  EXPECT_FALSE(ours.at_pointer("/choices/0/delta").as_object().contains("role"));
  EXPECT_NE(rest.find(R"("finish_reason":"tool_calls")"), rest.npos) << rest;
  EXPECT_TRUE(rest.ends_with("data: [DONE]\n\n"));
}

TEST(ForwardedStream, EndsWithOurErrorWhenTheAnswerBreaks) {
  auto const text = chunk(R"({"role":"assistant","content":"a"})");

  auto const out = passed_on("data: " + text + "\n\ndata: {\"error\":{\"message\":\"no\"}}\n\n", usage::not_wanted);

  EXPECT_TRUE(out.starts_with("data: " + text + "\n\ndata: {\"error\":{\"message\":")) << out;
  EXPECT_TRUE(out.ends_with("data: [DONE]\n\n"));
}

TEST(ForwardedStream, TakesAChunkOverSeveralLinesApart) {
  std::string const lines =
      "data: {\"id\":\"i\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\n"
      "data: \"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n\n";

  auto const out = passed_on(lines, usage::not_wanted);

  EXPECT_NE(out.find(R"("content":"a")"), out.npos);
  for (auto rest = std::string_view(out); !rest.empty(); rest.remove_prefix(rest.find("\n\n") + 2))
    EXPECT_EQ(rest.substr(0, 6), "data: ");
}

// Whatever is kept beside it, what is decoded stays the same.
TEST(ForwardedStream, DecodesTheSameEvents) {
  auto const events = [](std::string_view stream, vendor_form form) {
    openai_stream_decoder decoder(secret_string("secret"), 1'048'576, form);
    decoder.push(stream);
    std::vector<completion_event> out;
    while (auto event = decoder.next())
      if (!std::holds_alternative<vendor_chunk>(*event)) out.push_back(std::move(*event));
    return out;
  };
  for (auto const& file : transcripts::files()) {
    auto const text = transcripts::read_file(transcripts::path_of(file));
    EXPECT_EQ(events(text, vendor_form::kept), events(text, vendor_form::dropped)) << file;
  }
}

// --- members of an object ---

TEST(JsonMembers, AreFoundAsTheyStandThere) {
  std::vector<std::pair<std::string, std::string>> found;

  for_each_member(R"( { "a" : 1 ,"b\u0063":"}\"," , "c":[{"x":"]"},[]] ,"d":{ },"e":null, "":-1.50e3 } )",
                  [&](std::string name, std::string_view value) { found.emplace_back(std::move(name), value); });

  std::vector<std::pair<std::string, std::string>> const expected{
      {"a", "1"}, {"bc", R"("}\",")"}, {"c", R"([{"x":"]"},[]])"}, {"d", "{ }"}, {"e", "null"}, {"", "-1.50e3"}};
  EXPECT_EQ(found, expected);
  for_each_member("{}", [](std::string const&, std::string_view) { FAIL(); });
}

}  // namespace
}  // namespace sambung::pass_through_test
