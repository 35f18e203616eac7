#include "provider/wires/openai_wire.hpp"
#include "core/json_text.hpp"
#include "provider/wires/openai_stream.hpp"
#include "provider/wires/vendor_error.hpp"
#include "support/transcripts.hpp"

#include <sambung/provider/vendors/compatible.hpp>

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <random>

namespace sambung::openai_wire_test {
namespace {

namespace json = boost::json;
using fast_path = openai_stream_decoder::fast_path;

std::vector<std::string> decode(std::string_view stream, fast_path fast) {
  openai_stream_decoder decoder(secret_string("secret"), 1'048'576, vendor_form::dropped, fast);
  return transcripts::decode(decoder, std::array{stream});
}

// --- the fast path ---

std::string random_string_inside(std::mt19937& random) {
  static std::vector<std::string> const pieces{"a",
                                               "bc d",
                                               "\\n",
                                               "\\\"",
                                               "\\\\",
                                               "\\u00e9",
                                               "\\u0000",
                                               "\xC3\xA9",
                                               "\xF0\x9F\x99\x82",
                                               "\\ud83d\\ude00",
                                               "\\/",
                                               "\\t",
                                               "\x7F",
                                               "\u2028",
                                               "content",
                                               "\\\"content\\\":\\\"x"};
  static std::vector<std::string> const faults{"\"",       "\\",   "\\x",        "\\u12",        "\\ud83d",
                                               "\\ude00",  "\n",   "\xC3",       "\xED\xA0\x80", "\xF5\x80\x80\x80",
                                               "\xC0\x80", "\x01", "\",\"x\":\""};
  std::string out;
  for (auto n = random() % 6; n > 0; --n) out += pieces[random() % pieces.size()];
  if (random() % 12 == 0) out += faults[random() % faults.size()];
  if (random() % 3 == 0) out += pieces[random() % pieces.size()];
  return out;
}

std::string random_chunk(std::mt19937& random, int shape) {
  auto const text = random_string_inside(random);
  switch (shape) {
    case 0:
      return R"({"id":"1","model":"m","choices":[{"index":0,"delta":{"content":")" + text +
             R"("},"finish_reason":null}]})";
    case 1:
      return R"({"choices": [{"delta": {"content": ")" + text + R"("}}], "usage": null})";
    case 2:
      return R"({"choices":[{"index":0,"delta":{"content":")" + text + R"("}}],"obfuscation":")" +
             random_string_inside(random) + R"("})";
    case 3:
      return R"({"obfuscation":"z","choices":[{"index":0,"delta":{"content":")" + text + R"("}}]})";
    case 4:
      return R"({"choices":[{"index":0,"delta":{"content":")" + text + R"(","refusal":"r"}}]})";
    case 5:
      return R"({"choices":[{"index":0,"delta":{"content":")" + text + R"("},"finish_reason":"stop"}]})";
    case 6:
      return R"({"content":")" + text + R"(","choices":[{"delta":{"c\u006fntent":"q"}}]})";
    default:
      return R"({"choices":[{"index":1,"delta":{"content":")" + text + R"("}}]})";
  }
}

TEST(OpenaiStream, TheFastPathEqualsTheSlowOne) {
  std::mt19937 random(7);
  for (int round = 0; round < 4'000; ++round) {
    std::string stream;
    int const shape = static_cast<int>(random() % 8);
    for (int i = 0; i < 12; ++i) {
      auto chunk = random_chunk(random, random() % 8 == 0 ? static_cast<int>(random() % 8) : shape);
      if (random() % 40 == 0) chunk[random() % chunk.size()] = static_cast<char>(random());
      stream += "data: " + chunk + "\n\n";
    }
    stream += "data: [DONE]\n\n";
    ASSERT_EQ(decode(stream, fast_path::on), decode(stream, fast_path::off)) << stream;
  }
}

TEST(OpenaiStream, TheFastPathReadsTranscriptsLikeTheSlowOne) {
  for (auto const& file : transcripts::files()) {
    auto const text = transcripts::read_file(transcripts::path_of(file));
    EXPECT_EQ(decode(text, fast_path::on), decode(text, fast_path::off)) << file;
  }
}

TEST(OpenaiStream, AnEndlessLineIsATypedErrorInBoundedMemory) {
  openai_stream_decoder decoder(secret_string(""), 1'000);
  for (int i = 0; i < 100; ++i) decoder.push(std::string(100, 'x'));

  ASSERT_TRUE(decoder.ended());
  EXPECT_EQ(decoder.why()->code, errc::provider_error);
}

TEST(OpenaiStream, TheModelIsTheVendors) {
  openai_stream_decoder decoder(secret_string(""), 1'000);
  decoder.push("data: {\"model\":\"m-2026\",\"choices\":[]}\n\n");

  EXPECT_EQ(decoder.model(), "m-2026");
}

TEST(OpenaiStream, UsageIsReportedEvenWhenTheAnswerBreaks) {
  std::string const stream = R"(data: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":1}})"
                             "\n\n";

  EXPECT_EQ(decode(stream, fast_path::on),
            (std::vector<std::string>{"usage 5 1 0 0", R"(failure unavailable "broken off")"}));
}

// --- JSON text ---

TEST(JsonText, WhatIsWrittenIsReadBack) {
  std::string all;
  for (int c = 1; c < 128; ++c) all += static_cast<char>(c);
  all += "\u00e9\u20ac\U0001F600";
  std::string written;
  append_json_string(written, all);

  EXPECT_EQ(json::parse(written).as_string(), all);
  auto const inside = json_string_inside(std::string_view(written).substr(1));
  ASSERT_TRUE(inside);
  EXPECT_EQ(unescape_json_string(*inside), all);
}

TEST(JsonText, AcceptsNoMoreThanTheParser) {
  std::mt19937 random(3);
  for (int round = 0; round < 50'000; ++round) {
    std::string text = random_string_inside(random);
    if (!text.empty() && random() % 3 == 0) text[random() % text.size()] = static_cast<char>(random());
    text += '"';
    auto const inside = json_string_inside(text);
    if (!inside) continue;
    json::error_code fault;
    auto const parsed = json::parse('"' + std::string(*inside) + '"', fault);
    ASSERT_FALSE(fault) << text;
    ASSERT_EQ(unescape_json_string(*inside), without_nul(parsed.as_string())) << text;
  }
}

// --- requests ---

completion_request simple_request() {
  std::vector<prompt_message> messages;
  messages.emplace_back(role::system, "Be brief.");
  messages.emplace_back(role::user, "Apa \"khabar\"?\n");
  return completion_request("gpt-x", std::move(messages));
}

json::object encoded(completion_request const& request, answer_mode mode = answer_mode::whole) {
  return json::parse(encode_openai_request(request, mode)).as_object();
}

TEST(OpenaiRequest, HoldsModelAndMessages) {
  EXPECT_EQ(encode_openai_request(simple_request(), answer_mode::whole),
            R"({"model":"gpt-x","messages":[{"role":"system","content":"Be brief."},)"
            R"({"role":"user","content":"Apa \"khabar\"?\n"}],"stream":false})");
}

TEST(OpenaiRequest, AsksForUsageWhenStreamed) {
  auto const body = encoded(simple_request(), answer_mode::streamed);

  EXPECT_EQ(body.at("stream"), true);
  EXPECT_EQ(body.at("stream_options"), json::parse(R"({"include_usage":true})"));
}

TEST(OpenaiRequest, HoldsParametersUnderTheirNames) {
  auto request = simple_request();
  request.temperature = 0.5;
  request.top_p = 1;
  request.max_tokens = 99;
  request.seed = -3;
  request.stop = {"END"};
  request.tools = json::parse(R"([{"type":"function","function":{"name":"f"}}])").as_array();
  auto const body = encoded(request);

  EXPECT_EQ(body.at("temperature").to_number<double>(), 0.5);
  EXPECT_EQ(body.at("top_p").to_number<double>(), 1);
  EXPECT_EQ(body.at("max_tokens"), 99);
  EXPECT_EQ(body.at("seed"), -3);
  EXPECT_EQ(body.at("stop"), json::parse(R"(["END"])"));
  EXPECT_EQ(body.at("tools"), json::value(request.tools));
  openai_dialect newer;
  newer.limit = limit_name::max_completion_tokens;
  auto const openai = encode_openai_request(request, answer_mode::whole, newer);
  EXPECT_NE(openai.find(R"("max_completion_tokens":99)"), openai.npos);
}

openai_dialect dialect_of(std::string_view vendor) { return compatible_options(vendor).value().dialect.value(); }

TEST(OpenaiRequest, SpeaksTheDialectOfTheVendor) {
  auto request = simple_request();
  request.seed = 7;
  request.max_tokens = 9;
  request.extra = json::parse(R"({"stream_options":{"include_usage":true}})").as_object();
  auto const mistral =
      json::parse(encode_openai_request(request, answer_mode::streamed, dialect_of("mistral"))).as_object();
  auto const groq = json::parse(encode_openai_request(request, answer_mode::streamed, dialect_of("groq"))).as_object();

  EXPECT_EQ(mistral.at("random_seed"), 7);
  EXPECT_FALSE(mistral.contains("seed"));
  EXPECT_FALSE(mistral.contains("stream_options"));
  EXPECT_EQ(mistral.at("max_tokens"), 9);
  EXPECT_EQ(groq.at("seed"), 7);
  EXPECT_EQ(groq.at("max_completion_tokens"), 9);
  EXPECT_EQ(groq.at("stream_options").at("include_usage"), true);
}

TEST(OpenaiRequest, SendsReasoningBackWithTheCallsThatItLedTo) {
  std::vector<part> called;
  called.push_back(reasoning_part{"I shall ", {}});
  called.push_back(reasoning_part{"look.", {}});
  called.push_back(tool_call_part{"c1", "f", "{}", {}});
  std::vector<part> called_at_once(1, tool_call_part{"c2", "f", "{}", {}});
  std::vector<part> said;
  said.push_back(reasoning_part{"Easy.", {}});
  said.push_back(text_part{"4", {}});
  std::vector<prompt_message> messages;
  messages.emplace_back(role::user, "q");
  for (auto* parts : {&called, &called_at_once, &said}) messages.emplace_back(role::assistant, *parts);
  completion_request const request("m", std::move(messages));
  auto const sent_to = [&](std::string_view vendor) {
    auto body = json::parse(encode_openai_request(request, answer_mode::whole, dialect_of(vendor)));
    return body.at("messages").as_array();
  };

  auto const deepseek = sent_to("deepseek");
  EXPECT_EQ(deepseek[1].at("reasoning_content"), "I shall look.");
  EXPECT_EQ(deepseek[2].at("reasoning_content"), "");
  EXPECT_FALSE(deepseek[3].as_object().contains("reasoning_content"));
  auto const mistral = sent_to("mistral");
  EXPECT_FALSE(mistral[1].as_object().contains("reasoning_content"));
}

TEST(OpenaiRequest, SaysNotToReasonWhereToolsCannotBeHadOtherwise) {
  auto const effort = [](std::string model, std::string_view vendor, bool tools) {
    auto request = simple_request();
    request.model = std::move(model);
    if (tools) request.tools = json::parse(R"([{"type":"function","function":{"name":"f"}}])").as_array();
    auto const body = json::parse(encode_openai_request(request, answer_mode::whole, dialect_of(vendor))).as_object();
    return body.contains("reasoning_effort") ? std::string(body.at("reasoning_effort").as_string()) : "";
  };

  EXPECT_EQ(effort("gpt-5.6-terra", "openai", true), "none");
  EXPECT_EQ(effort("gpt-5.6-terra", "openai", false), "");
  EXPECT_EQ(effort("gpt-5.4", "openai", true), "");
  EXPECT_EQ(effort("gpt-5.6-terra", "openrouter", true), "");
  auto asked = simple_request();
  asked.model = "gpt-5.6";
  asked.effort = reasoning_effort::low;
  asked.tools = json::parse(R"([{"type":"function","function":{"name":"f"}}])").as_array();
  auto const body = json::parse(encode_openai_request(asked, answer_mode::whole, dialect_of("openai")));
  EXPECT_EQ(body.at("reasoning_effort"), "low");
}

TEST(OpenaiUsage, CountsWhatOnlyTheTotalKnows) {
  auto const of = [](char const* usage) { return openai::usage_of(json::parse(usage).as_object()); };

  auto const hidden = of(R"({"prompt_tokens":10,"completion_tokens":5,"total_tokens":45})");
  EXPECT_EQ(hidden.output_tokens, 35);
  EXPECT_EQ(hidden.reasoning_tokens, 30);
  auto const beside = of(R"({"prompt_tokens":10,"completion_tokens":5,"total_tokens":45,
                             "completion_tokens_details":{"reasoning_tokens":30}})");
  EXPECT_EQ(beside.output_tokens, 35);
  EXPECT_EQ(beside.reasoning_tokens, 30);
  auto const plain = of(R"({"prompt_tokens":10,"completion_tokens":35,"total_tokens":45,
                            "completion_tokens_details":{"reasoning_tokens":30}})");
  EXPECT_EQ(plain.output_tokens, 35);
  EXPECT_EQ(of(R"({"total_tokens":45})").output_tokens, 0);
}

TEST(OpenaiRequest, ReplaysReasoningDetailsOnlyToVendorsThatTakeThem) {
  auto request = simple_request();
  reasoning_part thought;
  thought.text = "mull";
  thought.provider_data = json::parse(R"({"reasoning_details":[{"type":"reasoning.text","text":"mull"}]})").as_object();
  std::vector<part> said;
  said.push_back(thought);
  said.push_back(text_part{"done", {}});
  request.messages.emplace_back(role::assistant, said);

  auto const mistral = encode_openai_request(request, answer_mode::whole, dialect_of("mistral"));
  auto const router = encode_openai_request(request, answer_mode::whole, dialect_of("openrouter"));

  EXPECT_EQ(mistral.find("reasoning"), mistral.npos);
  EXPECT_NE(router.find("reasoning_details"), router.npos);
}

TEST(OpenaiModels, LoseThePrefixOfTheirVendor) {
  auto const models = decode_openai_models(R"({"data":[{"id":"models/gemini-x"},{"id":"other"}]})", "", "models/");

  EXPECT_EQ(models->at(0).id, "gemini-x");
  EXPECT_EQ(models->at(1).id, "other");
}

TEST(CompatibleVendors, AreReachedByTlsUnlessTheyAreLocal) {
  for (auto const& vendor : compatible_vendors()) {
    auto const options = compatible_options(vendor.name).value();
    bool const local = options.base_url.starts_with("http://127.0.0.1:");
    EXPECT_EQ(options.base_url.starts_with("https://"), !local) << vendor.name;
    EXPECT_EQ(options.key, local ? key_need::optional : key_need::required) << vendor.name;
    EXPECT_TRUE(compatible_provider(vendor.name, "k")) << vendor.name;
  }
  EXPECT_EQ(compatible_provider("opanai").error().code, errc::not_found);
  EXPECT_NE(compatible_provider("opanai").error().message.find("mistral"), std::string::npos);
}

TEST(OpenaiRequest, PassesExtraMembersThroughButNeverTwice) {
  auto request = simple_request();
  request.temperature = 0.5;
  request.extra = json::parse(R"({"temperature":2,"model":"evil","stream":true,"top_k":5,)"
                              R"("stream_options":{"include_obfuscation":false}})")
                      .as_object();
  auto const body = encoded(request, answer_mode::streamed);

  EXPECT_EQ(body.at("model"), "gpt-x");
  EXPECT_EQ(body.at("temperature").to_number<double>(), 0.5);
  EXPECT_EQ(body.at("top_k"), 5);
  EXPECT_EQ(body.at("stream_options"), json::parse(R"({"include_obfuscation":false,"include_usage":true})"));
  auto const text = encode_openai_request(request, answer_mode::streamed);
  EXPECT_EQ(text.find("\"stream\":"), text.rfind("\"stream\":"));
}

TEST(OpenaiRequest, EncodesImagesAndFilesAsParts) {
  auto request = simple_request();
  std::vector<part> parts;
  parts.push_back(text_part{"look", {}});
  parts.push_back(image_part{"https://x.example/a.png", {}});
  parts.push_back(file_part{"a.pdf", "application/pdf", "data:application/pdf;base64,QQ==", {}});
  request.messages.emplace_back(role::user, std::move(parts));

  EXPECT_EQ(encoded(request).at("messages").as_array().at(2),
            json::parse(R"({"role":"user","content":[{"type":"text","text":"look"},
              {"type":"image_url","image_url":{"url":"https://x.example/a.png"}},
              {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,QQ=="}}]})"));
}

TEST(OpenaiRequest, ReplaysToolCallsWithTheirOpaqueData) {
  auto request = simple_request();
  std::vector<part> call;
  call.push_back(reasoning_part{"hm", json::parse(R"({"reasoning_details":[1]})").as_object()});
  call.push_back(tool_call_part{"c1", "f", R"({"a":1})", json::parse(R"({"extra_content":{"s":"t"}})").as_object()});
  std::vector<part> results;
  results.push_back(tool_result_part{"c1", "42", {}});
  results.push_back(tool_result_part{"c2", "43", {}});
  request.messages.emplace_back(role::assistant, std::move(call));
  request.messages.emplace_back(role::tool, std::move(results));
  auto const body = encoded(request);
  auto const& messages = body.at("messages").as_array();

  EXPECT_EQ(messages.at(2), json::parse(R"({"role":"assistant","content":null,"reasoning_details":[1],"tool_calls":
      [{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"},"extra_content":{"s":"t"}}]})"));
  EXPECT_EQ(messages.at(3), json::parse(R"({"role":"tool","tool_call_id":"c1","content":"42"})"));
  EXPECT_EQ(messages.at(4), json::parse(R"({"role":"tool","tool_call_id":"c2","content":"43"})"));
}

completion_request request_with_tool() {
  auto request = simple_request();
  request.tools = json::parse(R"([{"type":"function","function":{"name":"f"}}])").as_array();
  return request;
}

TEST(OpenaiRequest, SaysHowToolsAreChosen) {
  auto const chosen = [](tool_choice choice) {
    auto request = request_with_tool();
    request.choice = std::move(choice);
    return encoded(request).at("tool_choice");
  };

  EXPECT_EQ(chosen(tool_choice(tool_choice::kind::automatic)), "auto");
  EXPECT_EQ(chosen(tool_choice(tool_choice::kind::none)), "none");
  EXPECT_EQ(chosen(tool_choice(tool_choice::kind::required)), "required");
  EXPECT_EQ(chosen(tool_choice::of("f")), json::parse(R"({"type":"function","function":{"name":"f"}})"));
}

TEST(OpenaiRequest, SaysNothingOfToolsWhenThereAreNone) {
  auto request = simple_request();
  request.choice = tool_choice(tool_choice::kind::automatic);
  request.parallel_tool_calls = false;
  auto const body = encoded(request);

  EXPECT_FALSE(body.contains("tool_choice"));
  EXPECT_FALSE(body.contains("parallel_tool_calls"));
  request.choice = tool_choice(tool_choice::kind::required);
  EXPECT_EQ(encoded(request).at("tool_choice"), "required") << "left to the vendor to refuse";
}

TEST(OpenaiRequest, HoldsFormEffortPenaltiesAndParallelCalls) {
  auto request = request_with_tool();
  request.parallel_tool_calls = false;
  request.presence_penalty = 0.5;
  request.frequency_penalty = -0.5;
  request.effort = reasoning_effort::minimal;
  request.format = output_format::schema_of("city", json::parse(R"({"type":"object"})").as_object());
  request.extra = json::parse(R"({"reasoning_effort":"high","response_format":1,"logprobs":true})").as_object();
  auto const body = encoded(request);

  EXPECT_EQ(body.at("parallel_tool_calls"), false);
  EXPECT_EQ(body.at("presence_penalty").to_number<double>(), 0.5);
  EXPECT_EQ(body.at("frequency_penalty").to_number<double>(), -0.5);
  EXPECT_EQ(body.at("reasoning_effort"), "minimal");
  EXPECT_EQ(body.at("response_format"),
            json::parse(R"({"type":"json_schema","json_schema":{"name":"city","schema":{"type":"object"}}})"));
  EXPECT_EQ(body.at("logprobs"), true);
  request.format = output_format();
  EXPECT_EQ(encoded(request).at("response_format"), json::parse(R"({"type":"json_object"})"));
}

TEST(OpenaiRequest, KeepsWhatOtherProvidersSigned) {
  auto request = simple_request();
  std::vector<part> parts;
  parts.push_back(reasoning_part{"hm", json::parse(R"({"anthropic_thinking":[{"bytes":2}]})").as_object()});
  parts.push_back(text_part{"hi", {}});
  request.messages.emplace_back(role::assistant, std::move(parts));

  EXPECT_EQ(encoded(request).at("messages").as_array().at(2), json::parse(R"({"role":"assistant","content":"hi"})"));
}

// --- embeddings ---

TEST(OpenaiEmbeddings, AreAskedForAsNumbers) {
  embedding_request request("e-1", {"a", "b"});
  request.dimensions = 2;
  request.extra = json::parse(R"({"encoding_format":"base64","user":"u"})").as_object();

  EXPECT_EQ(encode_openai_embedding_request(request),
            R"({"model":"e-1","input":["a","b"],"encoding_format":"float","dimensions":2,"user":"u"})");
}

TEST(OpenaiEmbeddings, AreReadInTheOrderOfTheTexts) {
  auto const batch = decode_openai_embeddings(
      R"({"object":"list","data":[{"index":1,"embedding":[0.5,-1]},{"index":0,"embedding":[1,2e0]}],"model":"e-1",
      "usage":{"prompt_tokens":8,"total_tokens":8}})",
      2, "");

  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->model, "e-1");
  EXPECT_EQ(batch->vectors, (std::vector<std::vector<float>>{{1, 2}, {0.5, -1}}));
  EXPECT_EQ(batch->usage->input_tokens, 8);
  EXPECT_NE(batch->raw_usage.find("total_tokens"), std::string::npos);
}

TEST(OpenaiEmbeddings, ThatAreNotOnePerTextAreAProviderError) {
  for (auto const* body : {R"({"data":[]})", R"({"data":[{"index":0,"embedding":[1]}]})", R"({})", "[]", "<html>",
                           R"({"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]})",
                           R"({"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1,2]}]})",
                           R"({"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":["x"]}]})",
                           R"({"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[]}]})",
                           R"({"data":[{"index":0,"embedding":[1]},{"index":7,"embedding":[1]}]})",
                           R"({"data":[{"index":0,"embedding":[1]},{"index":-1,"embedding":[1]}]})",
                           R"({"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1e300]}]})"})
    EXPECT_EQ(decode_openai_embeddings(body, 2, "").error().code, errc::provider_error) << body;
}

// --- whole answers ---

TEST(OpenaiAnswer, IsDecoded) {
  auto const answer = decode_openai_answer(
      R"({"id":"x","model":"m","choices":[{"message":{"role":"assistant","reasoning":"hm","content":"hi","tool_calls":
      [{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}],
      "usage":{"prompt_tokens":3,"completion_tokens":4,"completion_tokens_details":{"reasoning_tokens":2}}})",
      "");

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->id, "x");
  EXPECT_EQ(answer->model, "m");
  EXPECT_EQ(text_of(answer->parts), "hi");
  ASSERT_EQ(answer->parts.size(), 3u);
  EXPECT_EQ(std::get<reasoning_part>(answer->parts[0]).text, "hm");
  EXPECT_EQ(std::get<tool_call_part>(answer->parts[2]).name, "f");
  EXPECT_EQ(answer->reason, finish_reason::tool_calls);
  EXPECT_EQ(answer->usage->reasoning_tokens, 2);
  EXPECT_NE(answer->raw_usage.find("completion_tokens_details"), std::string::npos);
}

TEST(OpenaiAnswer, OfAnotherKindIsAProviderError) {
  for (auto const* body : {"<html>busy</html>", "", "[]", "{}", R"({"choices":[]})", R"({"choices":[{}]})", "null"})
    EXPECT_EQ(decode_openai_answer(body, "").error().code, errc::provider_error) << body;
}

TEST(OpenaiAnswer, WithAnErrorInItIsThatError) {
  auto const why = decode_openai_answer(R"({"error":{"code":429,"message":"slow down"}})", "").error();

  EXPECT_EQ(why.code, errc::rate_limited);
  EXPECT_EQ(why.message, "slow down");
}

TEST(OpenaiModels, AreReadInEveryForm) {
  for (auto const* body : {R"({"data":[{"id":"a/b","created":5,"owned_by":"o"},{"x":1}]})", R"([{"id":"a/b"}])",
                           R"({"models":[{"id":"a/b"}]})"}) {
    auto const models = decode_openai_models(body, "");
    ASSERT_TRUE(models) << body;
    ASSERT_EQ(models->size(), 1u) << body;
    EXPECT_EQ(models->front().id, "a/b");
  }
  EXPECT_EQ(decode_openai_models("{}", "").error().code, errc::provider_error);
}

// --- errors ---

timestamp const now{std::chrono::sys_days(std::chrono::year(2026) / 1 / 31)};

failure refused(int status, std::string_view body, std::vector<std::pair<std::string, std::string>> headers = {}) {
  return vendor_failure(status, headers, body, "sk-secret", now);
}

TEST(VendorError, EveryStatusHasItsCode) {
  using enum errc;
  for (auto const& [status, code] : std::vector<std::pair<int, errc>>{{400, invalid_argument},
                                                                      {401, unauthenticated},
                                                                      {402, quota_exceeded},
                                                                      {403, permission_denied},
                                                                      {404, not_found},
                                                                      {408, deadline_exceeded},
                                                                      {409, unavailable},
                                                                      {413, payload_too_large},
                                                                      {422, invalid_argument},
                                                                      {429, rate_limited},
                                                                      {500, unavailable},
                                                                      {503, unavailable},
                                                                      {529, unavailable},
                                                                      {302, provider_error},
                                                                      {418, provider_error}}) {
    auto const why = refused(status, "");
    EXPECT_EQ(why.code, code) << status;
    EXPECT_EQ(why.status, status);
    EXPECT_FALSE(why.message.empty());
  }
}

TEST(VendorError, SpendIsToldApartFromRate) {
  EXPECT_EQ(refused(429, R"({"error":{"code":"insufficient_quota","message":"x"}})").code, errc::quota_exceeded);
  EXPECT_EQ(refused(429, R"({"error":{"code":"rate_limit_exceeded","message":"x"}})").code, errc::rate_limited);
}

TEST(VendorError, AnErrorInsideOfA2xxHasTheStatusItStandsFor) {
  auto const status = [](char const* type) {
    json::object error;
    error["type"] = type;
    return vendor_failure(json::value(error), "", "").status;
  };

  EXPECT_EQ(status("overloaded_error"), 529);
  EXPECT_EQ(status("rate_limit_error"), 429);
  EXPECT_EQ(status("billing_error"), 402);
  EXPECT_EQ(status("request_too_large"), 413);
  EXPECT_EQ(status("timeout_error"), 504);
  EXPECT_EQ(status("authentication_error"), 401);
  EXPECT_EQ(status("permission_error"), 403);
  EXPECT_EQ(status("not_found_error"), 404);
  EXPECT_EQ(status("invalid_request_error"), 400);
  EXPECT_EQ(status("api_error"), 0);
}

TEST(VendorError, KeepsTheRequestIdUnderEitherName) {
  EXPECT_EQ(refused(500, "", {{"request-id", "a"}}).request_id, "a");
  EXPECT_EQ(refused(500, "", {{"request-id", "a"}, {"x-request-id", "b"}}).request_id, "b");
  for (std::string const name : {"request-id", "x-request-id"})
    EXPECT_EQ(request_id_of(std::vector<std::pair<std::string, std::string>>{{name, "of canary-key"}}, "canary-key"),
              "of [key]");
}

TEST(VendorError, TakesTheMessageInEveryForm) {
  for (auto const* body :
       {R"({"error":{"message":"why"}})", R"({"error":"why"})", R"([{"error":{"message":"why"}}])",
        R"({"message":"why"})", R"({"detail":"why"})", R"({"object":"error","message":"why","code":400})"})
    EXPECT_EQ(refused(400, body).message, "why") << body;
  EXPECT_EQ(refused(500, "<html>").message, "the provider answered with status 500");
}

TEST(VendorError, KeepsTheBodyApartAndKeysOutOfBoth) {
  auto const why = refused(401, R"({"error":{"message":"Incorrect key sk-secret, also sk-proj-abcd***wxyz."}})",
                           {{"X-Request-Id", "req-9"}});

  EXPECT_EQ(why.message, "Incorrect key [key], also [key]");
  EXPECT_EQ(why.sensitive.find("sk-secret"), std::string::npos);
  EXPECT_NE(why.sensitive.find("Incorrect"), std::string::npos);
  EXPECT_EQ(why.request_id, "req-9");
}

// Whoever cuts a text may cut a key in it.
TEST(VendorError, ShowsNoPartOfAKeyThatWasCutOff) {
  std::string const key(1'500, 'k');
  std::string const body = R"({"error":{"message":")" + key + key + R"("}})";
  auto const now = timestamp();

  auto const whole = vendor_failure(401, {}, body, key, now);
  auto const cut = vendor_failure(401, {}, std::string_view(body).substr(0, 2'000), key, now);

  for (auto const& why : {whole, cut}) {
    EXPECT_EQ(why.message.find("kkkkkkkk"), std::string::npos);
    EXPECT_EQ(why.sensitive.find("kkkkkkkk"), std::string::npos);
  }
}

TEST(VendorError, MessagesAreShortPrintableUtf8) {
  EXPECT_EQ(scrubbed("a\x1b[31m\nb\xff", ""), "a [31m b?");
  EXPECT_LE(scrubbed(std::string(100'000, 'x'), "").size(), 504u);
}

TEST(VendorError, RetryAfterIsReadInEveryForm) {
  using ms = std::chrono::milliseconds;
  auto const wait = [](std::string name, std::string value) {
    std::vector<std::pair<std::string, std::string>> const headers{{std::move(name), std::move(value)}};
    return retry_after_of(headers, now);
  };

  EXPECT_EQ(wait("Retry-After", "2"), ms(2'000));
  EXPECT_EQ(wait("retry-after", "0.25"), ms(250));
  EXPECT_EQ(wait("retry-after-ms", "1500"), ms(1'500));
  EXPECT_EQ(wait("retry-after", "Sat, 31 Jan 2026 00:00:30 GMT"), ms(30'000));
  EXPECT_EQ(wait("retry-after", "Fri, 30 Jan 2026 00:00:00 GMT"), ms(0));
  EXPECT_EQ(wait("retry-after", "1000000000"), max_retry_after);
  EXPECT_EQ(wait("retry-after", "1e300"), max_retry_after);
  for (auto const* garbage : {"", "soon", "-1", "nan", "inf", "12x", "Sat, 31 Foo 2026 00:00:30 GMT"})
    EXPECT_FALSE(wait("retry-after", garbage)) << garbage;
}

// --- errors ---

TEST(VendorError, KeepsTheVendorsWordsForPrograms) {
  auto const words = [](int status, std::string_view body) {
    return vendor_failure(status, {}, body, "secret-key", timestamp()).vendor;
  };
  EXPECT_EQ(words(400, R"({"error":{"message":"m","type":"t","param":"messages","code":"context_length_exceeded"}})"),
            (vendor_words{"t", "context_length_exceeded", "messages"}));
  EXPECT_EQ(words(429, R"({"error":{"code":429,"message":"m","type":null,"param":7}})"), (vendor_words{"", "", "7"}));
  EXPECT_EQ(words(400, R"([{"error":{"code":1210,"message":"m"}}])"), (vendor_words{"", "1210", ""}));
  EXPECT_EQ(words(400, R"({"error":{"code":"is secret-key"}})").code.find("secret-key"), std::string::npos);
  EXPECT_EQ(words(500, "<html>"), vendor_words());
}

TEST(VendorError, TellsAVendorWithoutTheCallFromOneThatFails) {
  for (int const status : {405, 501})
    EXPECT_EQ(vendor_failure(status, {}, "", "", timestamp()).code, errc::unsupported) << status;
}

TEST(OpenAiRequest, TellsDevelopersAsSystemToVendorsThatKnowNone) {
  auto request = simple_request();
  request.verbatim = std::make_shared<std::string const>(
      R"({"model":"x","messages":[{"role":"developer","content":"developer"},{"role":"user","content":"q"}]})");
  auto const role_to = [&](char const* vendor) {
    auto const dialect = compatible_options(vendor)->dialect.value();
    auto const sent = json::parse(encode_openai_request(request, answer_mode::whole, dialect));
    EXPECT_EQ(sent.at_pointer("/messages/0/content"), "developer");
    return std::string(sent.at_pointer("/messages/0/role").as_string());
  };

  EXPECT_EQ(role_to("openai"), "developer");
  EXPECT_EQ(role_to("vllm"), "system");
}

}  // namespace
}  // namespace sambung::openai_wire_test
