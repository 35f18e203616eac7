#include "carriers/openai/completions_wire.hpp"
#include "carriers/openai/chat_answer.hpp"
#include "carriers/openai/chat_request.hpp"
#include "carriers/openai/chunk_writer.hpp"
#include "carriers/openai/error_body.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace sambung::openai_server::completions_wire_test {
namespace {

namespace json = boost::json;

chat_request decoded(std::string_view body) { return decode_chat_request(body).value(); }

json::value body_with(std::string_view members) {
  return json::parse(R"({"model":"demo/demo","messages":[{"role":"user","content":"hi"}],)" + std::string(members) +
                     "}");
}

// Every "data:" of a stream.
std::vector<std::string> data_of(std::string_view stream) {
  std::vector<std::string> out;
  while (!stream.empty()) {
    auto const end = stream.find("\n\n");
    EXPECT_EQ(stream.substr(0, 6), "data: ");
    out.emplace_back(stream.substr(6, end - 6));
    stream.remove_prefix(end + 2);
  }
  return out;
}

chunk_writer writer(chunk_writer::usage wanted = chunk_writer::usage::not_wanted) {
  return chunk_writer(answer_head("chatcmpl-1", 1700000000, "demo/demo"), wanted);
}

TEST(ChatRequest, ReadsWhatItKnowsAndPassesOnTheRest) {
  auto const request = decoded(
      R"({"model":"demo/demo","messages":[{"role":"developer","content":"be brief"},{"role":"user","content":"hi"}],
          "temperature":0.5,"top_p":1,"max_tokens":5,"max_completion_tokens":7,"seed":3,"stop":"x","stream":true,
          "stream_options":{"include_usage":true},"logit_bias":{"1":2},"user":"u","response_format":{"type":"text"},
          "metadata":{"a":"b"},"n":1,"something_new":[1]})");

  EXPECT_EQ(request.completion.model, "demo/demo");
  EXPECT_EQ(request.completion.messages.at(0).who, role::system);
  EXPECT_EQ(text_of(request.completion.messages.at(1).parts), "hi");
  EXPECT_EQ(request.completion.temperature, 0.5);
  EXPECT_EQ(request.completion.top_p, 1.0);
  EXPECT_EQ(request.completion.max_tokens, 7);
  EXPECT_EQ(request.completion.seed, 3);
  EXPECT_EQ(request.completion.stop, std::vector<std::string>{"x"});
  EXPECT_TRUE(request.stream);
  EXPECT_TRUE(request.include_usage);
  for (auto const* key : {"logit_bias", "user", "response_format", "something_new", "metadata"})
    EXPECT_TRUE(request.completion.extra.contains(key)) << key;
  EXPECT_FALSE(request.completion.extra.contains("n"));
}

TEST(ChatRequest, UnderstandsWhatVendorsOfOtherWiresMustBeToldOtherwise) {
  auto const request = decoded(json::serialize(body_with(
      R"("presence_penalty":1,"frequency_penalty":-1,"parallel_tool_calls":false,"reasoning_effort":"low",
         "tool_choice":{"type":"function","function":{"name":"f"}},
         "response_format":{"type":"json_schema","json_schema":{"name":"s","strict":true,"schema":{"type":"object"}}})")));

  auto const& read = request.completion;
  EXPECT_EQ(read.presence_penalty, 1.0);
  EXPECT_EQ(read.frequency_penalty, -1.0);
  EXPECT_EQ(read.parallel_tool_calls, false);
  EXPECT_EQ(read.effort, reasoning_effort::low);
  EXPECT_EQ(read.choice->how, tool_choice::kind::named);
  EXPECT_EQ(read.choice->name, "f");
  EXPECT_EQ(read.format->name, "s");
  EXPECT_EQ(read.format->schema.at("type"), "object");
  EXPECT_TRUE(read.extra.empty());
}

TEST(ChatRequest, LeavesWhatItDoesNotUnderstandToTheVendor) {
  auto const request = decoded(json::serialize(
      body_with(R"("reasoning_effort":"xhigh","tool_choice":{"type":"allowed_tools"},"response_format":7)")));

  EXPECT_EQ(request.completion.extra.size(), 3U);
  EXPECT_FALSE(request.completion.effort);
  EXPECT_FALSE(request.completion.choice);
  EXPECT_FALSE(request.completion.format);
  for (auto const* word : {"auto", "none", "required"})
    EXPECT_TRUE(decoded(json::serialize(body_with(std::string(R"("tool_choice":")") + word + '"'))).completion.choice)
        << word;
}

TEST(ChatRequest, TakesNullForWhatIsNotGiven) {
  auto const request = decoded(json::serialize(body_with(
      R"("temperature":null,"top_p":null,"max_tokens":null,"stop":null,"seed":null,"stream":null,"stream_options":null,
         "tools":null,"metadata":null,"n":null)")));

  EXPECT_FALSE(request.stream);
  EXPECT_FALSE(request.completion.temperature);
  EXPECT_TRUE(request.completion.extra.empty());
}

TEST(ChatRequest, ReadsEveryFormOfContent) {
  auto const request = decoded(
      R"({"model":"demo/demo","messages":[
        {"role":"user","content":[{"type":"text","text":"see"},{"type":"image_url","image_url":{"url":"https://x/y.png","detail":"low"}},
                                  {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AA=="}},
                                  {"type":"input_audio","input_audio":{"format":"wav","data":"AA=="}}]},
        {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"c1","content":[{"type":"text","text":"4"},{"type":"text","text":"2"}]}]})");

  auto const& parts = request.completion.messages.at(0).parts;
  EXPECT_EQ(std::get<image_part>(parts.at(1)).url, "https://x/y.png");
  EXPECT_EQ(std::get<file_part>(parts.at(2)).media_type, "application/pdf");
  EXPECT_EQ(std::get<file_part>(parts.at(3)).name, "audio.wav");
  EXPECT_EQ(std::get<tool_call_part>(request.completion.messages.at(1).parts.at(0)).name, "f");
  EXPECT_EQ(std::get<tool_result_part>(request.completion.messages.at(2).parts.at(0)).text, "42");
}

TEST(ChatRequest, KeepsThePicturesOfATool) {
  auto const request = decoded(
      R"({"model":"a/b","messages":[{"role":"tool","tool_call_id":"c1","content":[{"type":"text","text":"see"},
          {"type":"image_url","image_url":{"url":"https://x/y.png"}}]}]})");

  auto const& parts = request.completion.messages.at(0).parts;
  EXPECT_EQ(std::get<tool_result_part>(parts.at(0)).text, "see");
  EXPECT_EQ(std::get<image_part>(parts.at(1)).url, "https://x/y.png");
}

TEST(ChatRequest, TakesBackATextWithANul) {
  std::string const body = R"({"model":"a/b","messages":[{"role":"user","content":"a\\u0000\\\u0000b"}]})";

  auto const request = decoded(body);

  EXPECT_EQ(text_of(request.completion.messages.at(0).parts),
            "a\\u0000\\\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(*request.completion.verbatim, body);
}

TEST(ChatRequest, NamesAChatByItsMetadata) {
  auto const request =
      decoded(json::serialize(body_with(R"("metadata":{"chat_id":"0192e4a0-7b2c-7def-8123-456789abcdef"})")));

  ASSERT_TRUE(request.chat);
  EXPECT_EQ(to_string(*request.chat), "0192e4a0-7b2c-7def-8123-456789abcdef");
  EXPECT_FALSE(request.completion.extra.contains("metadata"));
}

TEST(ChatRequest, ListsEveryFault) {
  auto const refused = decode_chat_request(
      R"({"messages":[{"role":"robot","content":5},{"content":"x"}],"temperature":"hot","n":2,"stop":[1],"stream":"yes"})");

  ASSERT_FALSE(refused);
  std::vector<std::string> paths;
  for (auto const& i : refused.error().issues) paths.push_back(i.path);
  EXPECT_EQ(paths, (std::vector<std::string>{"model", "messages[0].role", "messages[0].content", "messages[1].role",
                                             "temperature", "n", "stop[0]", "stream"}));
}

TEST(Completion, IsReadByOpenAisClients) {
  completion answer;
  answer.parts = {reasoning_part{"hm", {}}, text_part{"a \"b\"\n", {}}, tool_call_part{"c1", "f", "{\"x\":1}", {}}};
  answer.reason = finish_reason::tool_calls;
  answer.usage = token_usage{3, 4, 1, 2};

  auto const text = encode_completion(answer_head("chatcmpl-1", 1700000000, "demo/demo"), answer);

  EXPECT_EQ(json::parse(text),
            json::parse(R"({"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"demo/demo",
      "choices":[{"index":0,"message":{"role":"assistant","content":"a \"b\"\n","reasoning_content":"hm","refusal":null,
        "tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}}]},
        "logprobs":null,"finish_reason":"tool_calls"}],
      "usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7,"prompt_tokens_details":{"cached_tokens":1},
        "completion_tokens_details":{"reasoning_tokens":2}}})"));
}

TEST(Chunks, CarryTheRoleOnceAndEndWithDone) {
  auto chunks = writer();
  std::string out;
  chunks.append(out, completion_event(text_delta{"Hel"}));
  chunks.append(out, completion_event(text_delta{"lo"}));
  chunks.append(out, completion_event(usage_report{{1, 2, 0, 0}, ""}));
  chunks.append(out, completion_event(completion_finished{finish_reason::length, "length"}));
  chunks.append_end(out);

  auto const data = data_of(out);
  ASSERT_EQ(data.size(), 4u);
  EXPECT_EQ(json::parse(data[0]).at("choices").at(0).at("delta"),
            json::parse(R"({"role":"assistant","content":"Hel"})"));
  EXPECT_EQ(json::parse(data[1]).at("choices").at(0).at("delta"), json::parse(R"({"content":"lo"})"));
  EXPECT_EQ(json::parse(data[2]).at("choices").at(0).at("finish_reason"), "length");
  EXPECT_EQ(data[3], "[DONE]");
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(json::parse(data[i]).at("id"), "chatcmpl-1");
    EXPECT_EQ(json::parse(data[i]).at("model"), "demo/demo");
    EXPECT_FALSE(json::parse(data[i]).as_object().contains("usage"));
  }
}

TEST(Chunks, CarryUsageInTheLastOneOnlyWhenAsked) {
  auto chunks = writer(chunk_writer::usage::wanted);
  std::string out;
  chunks.append(out, completion_event(text_delta{"x"}));
  chunks.append(out, completion_event(usage_report{{1, 2, 0, 0}, ""}));
  chunks.append(out, completion_event(completion_finished{}));
  chunks.append_end(out);

  auto const data = data_of(out);
  ASSERT_EQ(data.size(), 4u);
  EXPECT_TRUE(json::parse(data[0]).at("usage").is_null());
  EXPECT_TRUE(json::parse(data[1]).at("usage").is_null());
  EXPECT_EQ(json::parse(data[2]).at("usage").at("total_tokens"), 3);
  EXPECT_TRUE(json::parse(data[2]).at("choices").as_array().empty());
}

TEST(Chunks, NameAToolCallOnceWithAContiguousIndex) {
  auto chunks = writer();
  std::string out;
  chunks.append(out, completion_event(tool_call_delta{4, "c1", "f", ""}));
  chunks.append(out, completion_event(tool_call_delta{4, "", "", "{\"a\":"}));
  chunks.append(out, completion_event(tool_call_delta{9, "c2", "g", "{}"}));

  auto const data = data_of(out);
  EXPECT_EQ(json::parse(data[0]).at("choices").at(0).at("delta").at("tool_calls"),
            json::parse(R"([{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":""}}])"));
  EXPECT_EQ(json::parse(data[1]).at("choices").at(0).at("delta").at("tool_calls"),
            json::parse(R"([{"index":0,"function":{"arguments":"{\"a\":"}}])"));
  EXPECT_EQ(json::parse(data[2]).at("choices").at(0).at("delta").at("tool_calls").at(0).at("index"), 1);
}

TEST(Chunks, EndWithOneErrorWhenTheAnswerFails) {
  auto chunks = writer();
  std::string out;
  chunks.append(out, completion_event(text_delta{"x"}));
  chunks.append_error(out, failure(errc::provider_error, "the vendor failed"));
  chunks.append_end(out);

  auto const data = data_of(out);
  ASSERT_EQ(data.size(), 3u);
  EXPECT_EQ(
      json::parse(data[1]),
      json::parse(
          R"({"error":{"message":"the vendor failed","type":"api_error","param":null,"code":"provider_error"}})"));
  EXPECT_EQ(data[2], "[DONE]");
}

TEST(Chunks, OfATurnEndAsTheTurnDid) {
  for (auto state : {message_state::failed, message_state::incomplete, message_state::complete}) {
    auto chunks = writer();
    std::string out;
    turn_finished end;
    end.state = state;
    end.finish_reason = "max_tokens";
    end.reason = message_reason::rate_limited;
    chunks.append(out, turn_event(text_delta{"x"}));
    chunks.append(out, turn_event(end));
    chunks.append_end(out);

    auto const last = json::parse(data_of(out).at(1)).as_object();
    EXPECT_EQ(last.contains("error"), state != message_state::complete);
    if (state == message_state::complete) {
      EXPECT_EQ(last.at("choices").at(0).at("finish_reason"), "length");
    } else {
      EXPECT_EQ(last.at("error").at("code"), "rate_limit_exceeded");
    }
  }
}

TEST(Chunks, OfATurnThatAQuotaEndedSaySo) {
  auto chunks = writer();
  std::string out;
  turn_finished end;
  end.state = message_state::incomplete;
  end.reason = message_reason::quota_exceeded;
  end.error = "the quota is used up";
  chunks.append(out, turn_event(text_delta{"x"}));
  chunks.append(out, turn_event(end));

  EXPECT_EQ(json::parse(data_of(out).at(1)).at("error").at("code"), "insufficient_quota");
}

// What a client reads of a stream, and how it ended.
std::string said_by(chunk_writer& chunks, std::vector<turn_event> const& events) {
  std::string out, said;
  for (auto const& event : events) chunks.append(out, event);
  for (auto const& data : data_of(out)) {
    auto const choice = json::parse(data).at("choices").at(0);
    auto const& delta = choice.at("delta").as_object();
    EXPECT_FALSE(delta.contains("tool_calls"));
    if (auto const* text = delta.if_contains("content")) said += text->as_string();
    if (choice.at("finish_reason").is_string()) said += "|" + std::string(choice.at("finish_reason").as_string());
  }
  return said;
}

TEST(Chunks, OfATurnSayNothingOfItsTools) {
  turn_finished end;
  end.finish_reason = "stop";
  auto chunks = writer(), later = writer();
  message stored;
  stored.finish_reason = "tool_use";
  stored.parts = {text_part{"Looking.", {}}, tool_call_part{"c1", "f", "{}", {}}, tool_result_part{"c1", "42", {}},
                  text_part{"It is 42.", {}}};

  tool_approval question;
  question.call_id = "c1";
  question.tool = "f";
  EXPECT_EQ(said_by(chunks, {text_delta{"Looking."}, tool_call_delta{0, "c1", "f", "{}"}, question,
                             tool_decided{"c1", approval_verdict::once}, tool_result{"c1", "f", "42"},
                             text_delta{"It is "}, text_delta{"42."}, end}),
            "Looking.\n\nIt is 42.|stop");
  EXPECT_EQ(said_by(later, {turn_snapshot{stored.id, stored.parts}}), "Looking.\n\nIt is 42.");
  auto const whole = completion_of(stored);
  EXPECT_EQ(text_of(whole.parts), "Looking.\n\nIt is 42.");
  EXPECT_EQ(whole.parts.size(), 1U);
  EXPECT_EQ(whole.reason, finish_reason::stop);
}

TEST(Chunks, OfATurnWithoutAFurtherStepEndForLength) {
  turn_finished end;
  end.finish_reason = "max_steps";
  auto chunks = writer();

  EXPECT_EQ(said_by(chunks, {tool_call_delta{0, "c1", "f", "{}"}, tool_result{"c1", "f", "42"}, end}), "|length");
}

TEST(Errors, NameTheFieldAndTheCode) {
  EXPECT_EQ(json::parse(encode_error(failure(errc::invalid_argument, "bad", {{"messages[0].role", "must be ..."}}))),
            json::parse(R"({"error":{"message":"bad","type":"invalid_request_error","param":"messages[0].role",
                            "code":"invalid_argument"}})"));
  EXPECT_EQ(json::parse(encode_error(failure(errc::quota_exceeded, "x"))).at("error").at("code"), "insufficient_quota");
}

TEST(Errors, KeepTheVendorsOwnWords) {
  failure why(errc::invalid_argument, "too long");
  why.vendor = {"invalid_request_error", "context_length_exceeded", "messages"};

  EXPECT_EQ(json::parse(encode_error(why)),
            json::parse(R"({"error":{"message":"too long","type":"invalid_request_error","param":"messages",
                            "code":"context_length_exceeded"}})"));
}

TEST(Models, AreListed) {
  model_info model;
  model.id = "ollama/llama3.1:8b";
  model.owned_by = "library";
  model.created = 5;

  EXPECT_EQ(
      json::parse(encode_models(std::vector{model})),
      json::parse(
          R"({"object":"list","data":[{"id":"ollama/llama3.1:8b","object":"model","created":5,"owned_by":"library"}]})"));
}

}  // namespace
}  // namespace sambung::openai_server::completions_wire_test
