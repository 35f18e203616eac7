// What a client of /v1 wrote reaches a vendor that speaks OpenAI's form as it is, and so does the answer.
#include "carriers/openai/chat_request.hpp"
#include "carriers/openai/chunk_writer.hpp"
#include "carriers/openai/completions_wire.hpp"
#include "core/json_text.hpp"
#include "provider/wires/openai_stream.hpp"
#include "support/transcripts.hpp"

#include <sambung/provider/vendors/compatible.hpp>

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <map>
#include <set>

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

  openai_dialect dialect;
  dialect.developer = developer_role::known;

  auto const sent = forwarded(body, answer_mode::whole, dialect);

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

// What is the vendor's own in an answer of it, and what is ours.
std::string const vendors_head = R"({"id":"chatcmpl-9","object":"chat.completion","created":17,"model":"gpt-4o-2026",)";
std::string const our_head = R"({"id":"chatcmpl-9","object":"chat.completion","created":17,"model":"openai/gpt-4o",)";

std::string answer_of(std::string const& message, std::string const& reason = "stop") {
  return R"("choices":[{"index":0,"message":{"role":"assistant",)" + message +
         R"(},"logprobs":{"content":[{"token":"a","logprob":-0.10,"top_logprobs":[]}]},"finish_reason":")" + reason +
         R"("}],"service_tier":"default"})";
}

std::string passed_on(std::string const& from) {
  auto const answer = decode_openai_answer(from, "", vendor_form::kept).value();
  return openai_server::encode_completion(answer_head("ours", 1, "openai/gpt-4o"), answer);
}

json::object message_of(std::string const& from) {
  return json::parse(passed_on(from)).at_pointer("/choices/0/message").as_object();
}

std::string reason_of(std::string const& from) {
  return std::string(json::parse(passed_on(from)).at_pointer("/choices/0/finish_reason").as_string());
}

TEST(ForwardedAnswer, IsTheVendorsButForTheModel) {
  std::string const said =
      answer_of(R"("content":"a\u0000b","refusal":null,"annotations":[{"type":"url_citation","url_citation":)"
                R"({"start_index":0,"end_index":1,"url":"https://x","title":"t"}}],"audio":{"id":"a"})");

  EXPECT_EQ(passed_on(vendors_head + said), our_head + said);
}

TEST(ForwardedAnswer, SaysWhatVendorsSayInTheirOwnWayAsOpenAiDoes) {
  auto const parts = message_of(vendors_head + answer_of(R"("content":[{"type":"thinking","thinking":[{"type":"text",)"
                                                         R"("text":"hm"}]},{"type":"text","text":"hi"}])"));
  EXPECT_EQ(parts.at("content"), "hi");
  EXPECT_EQ(parts.at("reasoning_content"), "hm");

  auto const calls =
      vendors_head +
      answer_of(R"("tool_calls":[{"function":{"name":"f","arguments":{"a":1}},"extra_content":{"x":1}}])");
  EXPECT_EQ(json::serialize(message_of(calls)),
            R"({"role":"assistant","content":null,"refusal":null,"tool_calls":[{"id":"call_0","type":"function",)"
            R"("function":{"name":"f","arguments":"{\"a\":1}"},"extra_content":{"x":1}}]})");
  EXPECT_EQ(reason_of(calls), "tool_calls");
}

TEST(ForwardedAnswer, EndsForAReasonThatClientsKnow) {
  std::map<std::string, std::string> const words{{"stop", "stop"},
                                                 {"STOP", "stop"},
                                                 {"end_turn", "stop"},
                                                 {"model_length", "length"},
                                                 {"MAX_TOKENS", "length"},
                                                 {"SAFETY", "content_filter"},
                                                 {"recitation", "content_filter"},
                                                 {"function_call", "function_call"},
                                                 {"who knows", "stop"}};
  for (auto const& [theirs, ours] : words)
    EXPECT_EQ(reason_of(vendors_head + answer_of(R"("content":"hi")", theirs)), ours) << theirs;
}

TEST(ForwardedAnswer, HasOurHeadWhereTheVendorGaveNone) {
  for (auto const* head : {R"({)", R"({"id":null,"object":"x","created":null,"model":null,)",
                           R"({"id":"","created":0,"model":"",)", R"({"id":7,"created":"now","error":null,)"}) {
    auto const sent = json::parse(passed_on(head + answer_of(R"("content":"hi")"))).as_object();
    EXPECT_EQ(sent.at("id"), "ours");
    EXPECT_EQ(sent.at("object"), "chat.completion");
    EXPECT_EQ(sent.at("created"), 1);
    EXPECT_EQ(sent.at("model"), "openai/gpt-4o");
    EXPECT_FALSE(sent.contains("error"));
  }
}

// --- streams ---

std::string const vendors_chunk_head =
    R"({"id":"chatcmpl-9","object":"chat.completion.chunk","created":17,"model":"m-2026",)";
std::string const our_chunk_head =
    R"({"id":"chatcmpl-9","object":"chat.completion.chunk","created":17,"model":"openai/m",)";

std::string choice(std::string const& delta, std::string const& reason = "null") {
  return R"("choices":[{"index":0,"delta":)" + delta + R"(,"logprobs":null,"finish_reason":)" + reason +
         R"(}],"system_fingerprint":"fp"})";
}
std::string chunk(std::string const& delta, std::string const& reason = "null") {
  return vendors_chunk_head + choice(delta, reason);
}
std::string ours(std::string const& delta, std::string const& reason = "null") {
  return our_chunk_head + choice(delta, reason);
}

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

// An answer as the strictest client puts it together: texts and numbers of a delta are added up, calls by their index.
struct folded {
  json::object message;
  std::vector<json::object> calls;
  std::vector<std::string> reasons;
  std::vector<std::int64_t> totals;
  std::set<std::string> heads;
};

void fold(json::object const& delta, json::object& into) {
  for (auto const& [name, value] : delta) {
    auto* known = into.if_contains(name);
    if (!known || known->is_null()) into[name] = value;
    else if (known->is_string() && value.is_string()) known->get_string() += value.get_string();
    else if (known->is_object() && value.is_object()) fold(value.get_object(), known->get_object());
  }
}

folded read_strictly(std::string_view sent) {
  folded out;
  while (!sent.starts_with("data: [DONE]")) {
    auto const line = sent.substr(6, sent.find("\n\n") - 6);
    sent.remove_prefix(line.size() + 8);
    auto chunk = json::parse(line).as_object();
    if (auto const* used = chunk.if_contains("usage"); used && used->is_object())
      out.totals.push_back(used->at("total_tokens").as_int64());
    auto const choices = chunk.at("choices").as_array();
    json::object head;
    for (auto const* name : {"id", "object", "created", "model"}) head[name] = chunk.at(name);
    out.heads.insert(json::serialize(head));
    for (auto const& one : choices) {
      EXPECT_EQ(one.at("index"), 0);
      auto delta = one.at("delta").as_object();
      if (auto const* calls = delta.if_contains("tool_calls"); calls && calls->is_array())
        for (auto const& call : calls->get_array()) {
          auto part = call.as_object();
          auto const place = static_cast<std::size_t>(part.at("index").as_int64());
          part.erase("index");
          if (place >= out.calls.size()) out.calls.resize(place + 1);
          fold(part, out.calls[place]);
        }
      delta.erase("tool_calls");
      fold(delta, out.message);
      if (!one.at("finish_reason").is_null()) out.reasons.emplace_back(one.at("finish_reason").as_string());
    }
  }
  return out;
}

folded folded_of(std::vector<std::string> const& chunks, usage wanted = usage::not_wanted) {
  auto whole = read_strictly(passed_on(as_stream(chunks), wanted));
  EXPECT_EQ(whole.heads.size(), 1u);
  EXPECT_EQ(whole.message["role"], "assistant");
  EXPECT_EQ(whole.reasons.size(), 1u);
  return whole;
}

json::object call(std::string const& id, std::string const& arguments) {
  json::object function;
  function["name"] = "weather";
  function["arguments"] = arguments;
  json::object made;
  made["id"] = id;
  made["type"] = "function";
  made["function"] = std::move(function);
  return made;
}

TEST(ForwardedStream, IsTheVendorsButForTheModel) {
  std::string const first = R"({"role":"assistant","content":"","refusal":null})";
  std::string const call = R"({"tool_calls":[{"index":0,"id":"t","type":"function",)"
                           R"("function":{"name":"f","arguments":""},"extra_content":{"x":1}}]})";
  std::string const arguments = R"({"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]})";

  std::vector<std::string> theirs, expected;
  for (auto const& delta : {first, std::string(R"({"content":"a"})"), std::string(R"({"content":"b\n"})"),
                            std::string(R"({"content":"c","images":[1.50]})"), call, arguments}) {
    theirs.push_back(chunk(delta));
    expected.push_back(ours(delta));
  }
  theirs.push_back(chunk("{}", R"("tool_calls")"));
  expected.push_back(ours("{}", R"("tool_calls")"));

  EXPECT_EQ(passed_on(as_stream(theirs), usage::not_wanted), as_stream(expected));
}

TEST(ForwardedAnswer, KeepsUnderAnotherNameWhatIsNotWhatItsNameSays) {
  auto const answer =
      json::parse(passed_on(vendors_head + R"("choices":[{"message":{"content":"hi","annotations":[7]},)"
                                           R"("logprobs":{"content":[-0.5]}}]})"))
          .at_pointer("/choices/0")
          .as_object();
  EXPECT_EQ(answer.at("x_logprobs"), json::parse(R"({"content":[-0.5]})"));
  EXPECT_EQ(answer.at("message").at("x_annotations"), json::parse("[7]"));
  EXPECT_FALSE(answer.contains("logprobs"));

  std::string const theirs = R"({"role":"assistant","content":"a","annotations":[{"type":"url_citation"}]})";
  std::string const sent = R"({"role":"assistant","content":"a","x_annotations":[{"type":"url_citation"}]})";
  EXPECT_EQ(passed_on(as_stream({chunk(theirs), chunk("{}", R"("stop")")}), usage::not_wanted),
            as_stream({ours(sent), ours("{}", R"("stop")")}));
}

TEST(ForwardedStream, TellsTheUsageOnceAtTheEndAndOnlyWhenItIsAskedFor) {
  auto const counted = [](int total) {
    return R"(,"usage":{"prompt_tokens":7,"completion_tokens":)" + std::to_string(total - 7) + R"(,"total_tokens":)" +
           std::to_string(total) + R"(,"cost":0.50}})";
  };
  auto const with = [&](std::string one, int total) {
    one.pop_back();
    return one + counted(total);
  };
  std::vector<std::string> const so_far{with(chunk(R"({"role":"assistant","content":"a"})"), 8),
                                        with(chunk(R"({"content":"b"})"), 9), with(chunk("{}", R"("stop")"), 10)};
  std::vector<std::string> const behind{chunk(R"({"role":"assistant","content":"ab"})"), chunk("{}", R"("stop")"),
                                        vendors_chunk_head + R"("choices":[],"timings":{"n":1})" + counted(10)};

  for (auto const& stream : {so_far, behind}) {
    EXPECT_EQ(folded_of(stream, usage::wanted).totals, std::vector<std::int64_t>{10});
    EXPECT_TRUE(folded_of(stream).totals.empty());
    EXPECT_EQ(passed_on(as_stream(stream), usage::not_wanted).find("usage"), std::string::npos);
    EXPECT_NE(passed_on(as_stream(stream), usage::wanted).find(R"("cost":0.50)"), std::string::npos);
  }
  auto const told = passed_on(as_stream(behind), usage::wanted);
  EXPECT_NE(told.find(R"("timings":{"n":1})"), told.npos);
  EXPECT_LT(told.find(R"("finish_reason":"stop")"), told.find(R"("total_tokens")"));
}

TEST(ForwardedStream, GivesEachCallAnIndexAndSaysItsIdOnce) {
  std::string const begin_a =
      R"({"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_a","type":"function",)"
      R"("function":{"name":"weather","arguments":""}}]})";
  std::string const begin_b = R"({"tool_calls":[{"index":0,"id":"call_b","type":"function",)"
                              R"("function":{"name":"weather","arguments":"{\"city\":\"Oslo\"}"}}]})";
  auto const argument = [](std::string const& more, std::string const& text) {
    return R"({"tool_calls":[{)" + more + R"("function":{"arguments":")" + text + R"("}}]})";
  };

  std::map<std::string, std::string> const ways{{"the same index", R"("index":0,)"},
                                                {"no index", ""},
                                                {"the id again", R"("index":0,"id":"call_a",)"},
                                                {"an empty id", R"("index":0,"id":"","type":"function",)"},
                                                {"a null id", R"("index":0,"id":null,)"}};
  for (auto const& [way, more] : ways) {
    auto const whole = folded_of({chunk(begin_a), chunk(argument(more, R"({\"city\":)")),
                                  chunk(argument(more, R"(\"Paris\"})")), chunk(begin_b), chunk("{}", R"("stop")")});
    EXPECT_EQ(whole.calls,
              (std::vector<json::object>{call("call_a", R"({"city":"Paris"})"), call("call_b", R"({"city":"Oslo"})")}))
        << way;
    EXPECT_EQ(whole.reasons.front(), "tool_calls");
  }
}

TEST(ForwardedStream, WritesArgumentsAsText) {
  auto const whole =
      folded_of({chunk(R"({"tool_calls":[{"function":{"name":"weather","arguments":{"city":"Paris"}}}]})"),
                 chunk("{}", R"("tool_calls")")});

  EXPECT_EQ(whole.calls, std::vector<json::object>{call("call_0", R"({"city":"Paris"})")});
}

TEST(ForwardedStream, GivesACallWithoutArgumentsThoseThatClientsCanParse) {
  auto const whole = folded_of({chunk(R"({"role":"assistant","tool_calls":[{"index":0,"id":"call_a","type":"function",)"
                                      R"("function":{"name":"weather","arguments":""}}]})"),
                                chunk("{}", R"("tool_calls")")});
  EXPECT_EQ(whole.calls, std::vector<json::object>{call("call_a", "{}")});

  chunk_writer writer(answer_head("ours", 1, "anthropic/m"), usage::not_wanted);
  std::string out;
  writer.append(out, completion_event(tool_call_delta{0, "call_a", "weather", ""}));
  writer.append(out, completion_event(completion_finished{finish_reason::tool_calls, "tool_use"}));
  writer.append_end(out);
  EXPECT_EQ(read_strictly(out).calls, whole.calls);

  auto const answer = message_of(
      vendors_head + answer_of(R"("tool_calls":[{"id":"call_a","function":{"name":"weather","arguments":""}}])"));
  EXPECT_EQ(answer.at("tool_calls").at(0).as_object(), call("call_a", "{}"));
}

TEST(ForwardedStream, LeavesCallsOfAnotherKindToTheVendor) {
  std::string const begin =
      R"({"role":"assistant","tool_calls":[{"index":0,"id":"c","type":"custom","custom":{"name":"f","input":""}}]})";
  std::string const rest = R"({"tool_calls":[{"index":0,"custom":{"input":"x"}}]})";

  EXPECT_EQ(passed_on(as_stream({chunk(begin), chunk(rest), chunk("{}", R"("tool_calls")")}), usage::not_wanted),
            as_stream({ours(begin), ours(rest), ours("{}", R"("tool_calls")")}));
}

TEST(ForwardedStream, WritesContentAsText) {
  auto const whole = folded_of(
      {chunk(R"({"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]})"),
       chunk(R"({"content":[{"type":"text","text":"Hel"}]})"), chunk(R"({"content":null,"role":null})"),
       chunk(R"({"content":"lo","role":"assistant"})"), chunk(R"({"content":""})", R"("stop")")});

  EXPECT_EQ(whole.message.at("content"), "Hello");
  EXPECT_EQ(whole.message.at("reasoning_content"), "hm");
}

// Changing heads, roles in every chunk, reasons in every chunk, nothing but what has to be there.
TEST(ForwardedStream, HasOneHeadOneRoleAndOneEnd) {
  auto const with_head = [](std::string const& head, std::string const& delta, std::string const& reason) {
    return "{" + head + R"("choices":[{"delta":)" + delta + R"(,"finish_reason":)" + reason + "}]}";
  };
  for (auto const* heads : {"", R"("id":null,"created":null,"model":null,)", R"("id":"","object":"",)"}) {
    auto const whole = folded_of({with_head(heads, R"({"role":"assistant","content":"a"})", R"("stop")"),
                                  with_head(R"("id":"2","created":2,"model":"b",)", R"({"content":"b"})", R"("stop")"),
                                  with_head(R"("id":"3",)", R"({"role":"assistant","content":"c"})", "null"),
                                  with_head(heads, "{}", R"("eos")")});
    EXPECT_EQ(whole.message.at("content"), "abc");
    EXPECT_EQ(whole.reasons.front(), "stop");
  }
  EXPECT_EQ(folded_of({chunk(R"({"content":"a"})")}).message.at("content"), "a");  // no end at all
}

TEST(ForwardedStream, KeepsAChunkWithoutChoicesFromClientsThatMayNotExpectOne) {
  std::vector<std::string> const stream{
      R"({"id":"","object":"","created":0,"model":"","choices":[],"prompt_filter_results":[1]})",
      chunk(R"({"role":"assistant","content":"a"})"), chunk("{}", R"("stop")")};

  EXPECT_EQ(passed_on(as_stream(stream), usage::not_wanted).find("\"choices\":[]"), std::string::npos);
  EXPECT_NE(passed_on(as_stream(stream), usage::wanted).find("\"prompt_filter_results\":[1]"), std::string::npos);
  EXPECT_EQ(folded_of(stream, usage::wanted).message.at("content"), "a");
  EXPECT_EQ(passed_on(as_stream(stream), usage::not_wanted).find("\"id\":\"ours\""), std::string::npos);
}

TEST(ForwardedStream, JoinsCharactersThatWereCutBetweenChunks) {
  auto const whole =
      folded_of({chunk(R"({"role":"assistant","content":"a \ud83d"})"), chunk(R"({"content":"\ude00 b "})"),
                 chunk("{\"content\":\"\xE0\xA4\"}"), chunk("{\"content\":\"\xA8 c\"}"), chunk("{}", R"("stop")")});

  EXPECT_EQ(whole.message.at("content"), "a \xF0\x9F\x98\x80 b \xE0\xA4\xA8 c");
}

TEST(ForwardedStream, FailsWhereTheRestOfACharacterNeverComes) {
  auto const half = chunk(R"({"role":"assistant","content":"a \ud83d"})");
  for (auto const& rest : {std::vector<std::string>{}, {chunk(R"({"content":"b"})")}, {chunk("{}", R"("stop")")}}) {
    auto stream = rest;
    stream.insert(stream.begin(), half);
    auto const sent = passed_on(as_stream(stream), usage::not_wanted);
    EXPECT_TRUE(sent.starts_with(R"(data: {"error")")) << sent;
  }
}

TEST(ForwardedStream, EndsWithOurErrorWhenTheAnswerBreaks) {
  auto const text = R"({"role":"assistant","content":"a"})";
  auto const fault = R"({"error":{"message":"no","type":"server_error","code":"engine_died","param":null}})";

  auto const out = passed_on("data: " + chunk(text) + "\n\ndata: " + fault + "\n\n", usage::not_wanted);

  EXPECT_EQ(out, "data: " + ours(text) + "\n\ndata: " +
                     R"({"error":{"message":"no","type":"server_error","param":null,"code":"engine_died"}})" +
                     "\n\ndata: [DONE]\n\n");
}

TEST(ForwardedStream, WritesAChunkOverSeveralLinesOnOne) {
  std::string const lines =
      "data: {\"id\":\"i\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\n"
      "data: \"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\",\n"
      "data: \"x\":[1,\n"
      "data: 2]}}]}\n\ndata: [DONE]\n\n";

  auto const out = passed_on(lines, usage::not_wanted);

  EXPECT_EQ(read_strictly(out).message.at("content"), "a");
  EXPECT_EQ(read_strictly(out).message.at("x"), json::parse("[1,2]"));
}

// The fast way, with a template, and the slow one say the same.
TEST(ForwardedStream, IsTheSameWithAndWithoutTheFastPath) {
  auto const chunks_of = [](std::string_view stream, openai_stream_decoder::fast_path fast) {
    openai_stream_decoder decoder(secret_string("secret"), 1'048'576, vendor_form::kept, fast);
    decoder.push(stream);
    std::vector<completion_event> out;
    while (auto event = decoder.next()) out.push_back(std::move(*event));
    return out;
  };
  using enum openai_stream_decoder::fast_path;
  for (auto const& file : transcripts::files()) {
    auto const text = transcripts::read_file(transcripts::path_of(file));
    EXPECT_EQ(chunks_of(text, on), chunks_of(text, off)) << file;
  }
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
