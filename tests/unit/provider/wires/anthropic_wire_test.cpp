#include "provider/wires/anthropic_wire.hpp"
#include "provider/wires/vendor_error.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace sambung::anthropic_wire_test {
namespace {

namespace json = boost::json;

json::object object_of(char const* text) { return json::parse(text).as_object(); }

completion_request simple_request() {
  std::vector<prompt_message> messages;
  messages.emplace_back(role::system, "Be brief.");
  messages.emplace_back(role::user, "Apa \"khabar\"?\n");
  return completion_request("claude-x", std::move(messages));
}

completion_request conversation(std::vector<prompt_message> messages) {
  return completion_request("claude-x", std::move(messages));
}

json::object encoded(completion_request const& request, anthropic_model const& model = anthropic_model()) {
  return json::parse(encode_anthropic_request(request, answer_mode::whole, model).value().body).as_object();
}

json::value messages_of(completion_request const& request) { return encoded(request).at("messages"); }

std::vector<std::string> refused_paths(completion_request const& request) {
  auto const made = encode_anthropic_request(request, answer_mode::whole);
  std::vector<std::string> paths;
  if (made || made.error().code != errc::unsupported) return paths;
  for (auto const& each : made.error().issues) paths.push_back(each.path);
  return paths;
}

// --- requests ---

TEST(AnthropicRequest, HoldsModelSystemAndMessages) {
  EXPECT_EQ(encode_anthropic_request(simple_request(), answer_mode::streamed).value().body,
            R"({"model":"claude-x","max_tokens":4096,"system":"Be brief.","messages":[{"role":"user","content":)"
            R"([{"type":"text","text":"Apa \"khabar\"?\n"}]}],"stream":true})");
}

TEST(AnthropicRequest, HoldsParametersUnderTheirNames) {
  auto request = simple_request();
  request.temperature = 0.5;
  request.top_p = 0.25;
  request.max_tokens = 99;
  request.stop = {"END", "FIN"};
  auto const body = encoded(request);

  EXPECT_EQ(body.at("temperature").to_number<double>(), 0.5);
  EXPECT_EQ(body.at("top_p").to_number<double>(), 0.25);
  EXPECT_EQ(body.at("max_tokens"), 99);
  EXPECT_EQ(body.at("stop_sequences"), json::parse(R"(["END","FIN"])"));
  EXPECT_EQ(body.at("stream"), false);
}

TEST(AnthropicRequest, PassesExtraMembersThroughButNeverTwice) {
  auto request = simple_request();
  request.extra = object_of(R"({"max_tokens":1,"system":"evil","top_k":5,"metadata":{"user_id":"u"}})");
  auto const text = encode_anthropic_request(request, answer_mode::whole).value().body;
  auto const body = json::parse(text).as_object();

  EXPECT_EQ(body.at("max_tokens"), 4'096);
  EXPECT_EQ(body.at("system"), "Be brief.");
  EXPECT_EQ(body.at("top_k"), 5);
  EXPECT_EQ(body.at("metadata"), json::parse(R"({"user_id":"u"})"));
  EXPECT_EQ(text.find("\"system\":"), text.rfind("\"system\":"));
}

TEST(AnthropicRequest, JoinsSystemPromptsWhereverTheyStand) {
  auto const request = conversation({{role::system, "A"}, {role::user, "q"}, {role::system, " "}, {role::system, "B"}});

  EXPECT_EQ(encoded(request).at("system"), "A\n\nB");
  EXPECT_FALSE(encoded(conversation({{role::user, "q"}})).contains("system"));
}

TEST(AnthropicRequest, JoinsNeighboursOfOneSide) {
  auto const request =
      conversation({{role::user, "a"}, {role::system, "s"}, {role::user, "b"}, {role::assistant, "c"}});

  EXPECT_EQ(messages_of(request),
            json::parse(R"([{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
                            {"role":"assistant","content":[{"type":"text","text":"c"}]}])"));
}

TEST(AnthropicRequest, LeavesOutTextOfNothingButWhiteSpace) {
  std::vector<part> call;
  call.push_back(text_part{"\n\n", {}});
  call.push_back(tool_call_part{"t", "f", "", {}});
  auto const request = conversation({{role::user, "q"}, {role::assistant, std::move(call)}, {role::user, " "}});

  EXPECT_EQ(messages_of(request), json::parse(R"([{"role":"user","content":[{"type":"text","text":"q"}]},
      {"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{}}]}])"));
}

TEST(AnthropicRequest, EncodesImagesByAddressAndByBytes) {
  std::vector<part> parts;
  parts.push_back(text_part{"look", {}});
  parts.push_back(image_part{"https://x.example/a.png", {}});
  parts.push_back(image_part{"data:image/png;base64,iVBORw==", {}});
  auto const request = conversation({{role::user, std::move(parts)}});

  EXPECT_EQ(messages_of(request), json::parse(R"([{"role":"user","content":[{"type":"text","text":"look"},
      {"type":"image","source":{"type":"url","url":"https://x.example/a.png"}},
      {"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw=="}}]}])"));
}

TEST(AnthropicRequest, EncodesFilesAsDocuments) {
  std::vector<part> parts;
  parts.push_back(file_part{"a.pdf", "application/pdf", "data:application/pdf;base64,QQ==", {}});
  parts.push_back(file_part{"a.txt", "text/plain", "data:text/plain;charset=utf-8;base64,w6kK", {}});
  parts.push_back(file_part{"", "application/pdf", "https://x.example/b.pdf", {}});
  auto const request = conversation({{role::user, std::move(parts)}});

  EXPECT_EQ(messages_of(request).at(0).at("content"), json::parse(R"([
      {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"QQ=="},"title":"a.pdf"},
      {"type":"document","source":{"type":"text","media_type":"text/plain","data":"é\n"},"title":"a.txt"},
      {"type":"document","source":{"type":"url","url":"https://x.example/b.pdf"}}])"));
}

TEST(AnthropicRequest, PutsResultsOfToolsInFrontOfWhatTheUserSays) {
  std::vector<part> calls, first, second;
  calls.push_back(tool_call_part{"c1", "f", R"({"a":1})", {}});
  calls.push_back(tool_call_part{"functions.g:1", "g", "not JSON", {}});
  first.push_back(tool_result_part{"c1", "42", {}});
  first.push_back(text_part{"no result of a tool", {}});
  second.push_back(text_part{"and?", {}});
  second.push_back(tool_result_part{"functions.g:1", "", {}});
  auto const request = conversation({{role::user, "q"},
                                     {role::assistant, std::move(calls)},
                                     {role::tool, std::move(first)},
                                     {role::user, std::move(second)}});
  auto const messages = messages_of(request).as_array();

  ASSERT_EQ(messages.size(), 3u);
  EXPECT_EQ(messages.at(1), json::parse(R"({"role":"assistant","content":[
      {"type":"tool_use","id":"c1","name":"f","input":{"a":1}},
      {"type":"tool_use","id":"functions_g_1","name":"g","input":{"invalid_json":"not JSON"}}]})"));
  EXPECT_EQ(messages.at(2), json::parse(R"({"role":"user","content":[
      {"type":"tool_result","tool_use_id":"c1","content":"42"},
      {"type":"tool_result","tool_use_id":"functions_g_1","content":""},{"type":"text","text":"and?"}]})"));
}

TEST(AnthropicRequest, RewritesToolsAndKeepsTheApisOwn) {
  auto request = simple_request();
  request.tools = json::parse(R"([{"type":"function","function":{"name":"f","description":"d","strict":true,
      "parameters":{"type":"object","properties":{"a":{"type":"string"}}}}},
      {"type":"function","function":{"name":"g"}},{"type":"web_search_20250305","name":"web_search"}])")
                      .as_array();

  EXPECT_EQ(encoded(request).at("tools"), json::parse(R"([
      {"name":"f","description":"d","input_schema":{"type":"object","properties":{"a":{"type":"string"}}},"strict":true},
      {"name":"g","input_schema":{"type":"object","properties":{}}},
      {"type":"web_search_20250305","name":"web_search"}])"));
}

TEST(AnthropicRequest, SaysHowToolsAreChosen) {
  auto request = simple_request();
  auto const chosen = [&](std::optional<tool_choice> choice, std::optional<bool> parallel) {
    request.choice = std::move(choice);
    request.parallel_tool_calls = parallel;
    auto const body = encoded(request);
    return body.contains("tool_choice") ? body.at("tool_choice") : json::value();
  };
  using kind = tool_choice::kind;

  EXPECT_TRUE(chosen(tool_choice(kind::automatic), false).is_null()) << "there are no tools yet";
  request.tools = json::parse(R"([{"type":"function","function":{"name":"f"}}])").as_array();
  EXPECT_TRUE(chosen({}, {}).is_null());
  EXPECT_TRUE(chosen({}, true).is_null());
  EXPECT_EQ(chosen({}, false), json::parse(R"({"type":"auto","disable_parallel_tool_use":true})"));
  EXPECT_EQ(chosen(tool_choice(kind::automatic), {}), json::parse(R"({"type":"auto"})"));
  EXPECT_EQ(chosen(tool_choice(kind::none), false), json::parse(R"({"type":"none"})"));
  EXPECT_EQ(chosen(tool_choice(kind::required), false),
            json::parse(R"({"type":"any","disable_parallel_tool_use":true})"));
  EXPECT_EQ(chosen(tool_choice::of("f"), {}), json::parse(R"({"type":"tool","name":"f"})"));
}

TEST(AnthropicRequest, TurnsEffortIntoABudgetOnTopOfTheDefaultLimit) {
  auto request = simple_request();
  request.effort = reasoning_effort::medium;
  auto const body = encoded(request);

  EXPECT_EQ(body.at("thinking"), json::parse(R"({"type":"enabled","budget_tokens":8192})"));
  EXPECT_EQ(body.at("max_tokens"), 8'192 + 4'096);
  request.effort = reasoning_effort::none;
  EXPECT_EQ(encoded(request).at("thinking"), json::parse(R"({"type":"disabled"})"));
  EXPECT_EQ(encoded(request).at("max_tokens"), 4'096);
}

TEST(AnthropicRequest, KeepsTheBudgetWithinTheCallersLimit) {
  auto request = simple_request();
  request.effort = reasoning_effort::high;
  auto const budget = [&](std::int64_t limit) {
    request.max_tokens = limit;
    auto const body = encoded(request);
    EXPECT_EQ(body.at("max_tokens"), limit);
    return body.at("thinking").at("budget_tokens").to_number<std::int64_t>();
  };

  EXPECT_EQ(budget(100'000), 16'384);
  EXPECT_EQ(budget(8'000), 4'000);
  EXPECT_EQ(budget(1'025), 1'024);
  request.max_tokens = 1'024;
  EXPECT_EQ(encode_anthropic_request(request, answer_mode::whole).error().code, errc::invalid_argument);
}

TEST(AnthropicRequest, GivesNewerModelsAnEffortAlone) {
  anthropic_model model;
  model.thinking = thinking_form::adaptive;
  model.default_max_tokens = 9'000;
  auto request = simple_request();
  request.effort = reasoning_effort::minimal;
  request.extra = object_of(R"({"output_config":{"task_budget":1,"effort":"max"}})");
  auto const body = encoded(request, model);

  EXPECT_EQ(body.at("thinking"), json::parse(R"({"type":"adaptive"})"));
  EXPECT_EQ(body.at("output_config"), json::parse(R"({"task_budget":1,"effort":"low"})"));
  EXPECT_EQ(body.at("max_tokens"), 9'000);
}

TEST(AnthropicRequest, LeavesThinkingOutAsFarAsTheModelCan) {
  auto request = simple_request();
  request.effort = reasoning_effort::none;
  auto const told = [&](thinking_form form) { return encoded(request, anthropic_model(9, form)).at("thinking"); };

  EXPECT_EQ(told(thinking_form::budget), json::parse(R"({"type":"disabled"})"));
  EXPECT_EQ(told(thinking_form::adaptive), json::parse(R"({"type":"disabled"})"));
  EXPECT_EQ(told(thinking_form::between_tools), json::parse(R"({"type":"between_tools"})"));
  auto const never = encode_anthropic_request(request, answer_mode::whole, anthropic_model(9, thinking_form::always));
  EXPECT_EQ(never.error().code, errc::unsupported);
  EXPECT_EQ(never.error().issues.at(0).path, "effort");

  request.effort = reasoning_effort::high;
  EXPECT_EQ(told(thinking_form::between_tools), json::parse(R"({"type":"adaptive"})"));
  EXPECT_EQ(told(thinking_form::always), json::parse(R"({"type":"adaptive"})"));
}

TEST(AnthropicRequest, AsksForASchemaInTheApisForm) {
  auto request = simple_request();
  request.format = output_format::schema_of("city", object_of(R"({"type":"object"})"));

  EXPECT_EQ(encoded(request).at("output_config"),
            json::parse(R"({"format":{"type":"json_schema","schema":{"type":"object"}}})"));
}

TEST(AnthropicRequest, ReplaysReasoningAsItWasSigned) {
  std::vector<part> said;
  said.push_back(reasoning_part{"abécd and more",
                                object_of(R"({"anthropic_thinking":[{"bytes":2,"signature":"s1"},{"redacted":"R"},
                                              {"bytes":2},{"bytes":2,"signature":"s2"},{"bytes":0,"signature":"s3"}]})")});
  said.push_back(text_part{"hi", {}});
  auto const request = conversation({{role::user, "q"}, {role::assistant, std::move(said)}});

  EXPECT_EQ(messages_of(request).at(1).at("content"), json::parse(R"([
      {"type":"thinking","thinking":"ab","signature":"s1"},{"type":"redacted_thinking","data":"R"},
      {"type":"thinking","thinking":"cd","signature":"s2"},{"type":"thinking","thinking":"","signature":"s3"},
      {"type":"text","text":"hi"}])"));
}

TEST(AnthropicRequest, LetsReasoningGoThatItsModelHoldsAgainstWhatIsLeftOut) {
  std::vector<part> said;
  said.push_back(reasoning_part{"ab", object_of(R"({"anthropic_thinking":[{"bytes":2,"signature":"s"}]})")});
  said.push_back(text_part{"hi", {}});
  auto request = conversation({{role::user, "q"}, {role::assistant, std::move(said)}, {role::user, "r"}});
  auto const adaptive = [](char const* model) { return anthropic_model_named(model); };
  auto const bound = json::parse(R"({"type":"adaptive","block_binding":{"prefix_mismatch_behavior":"drop_block"}})");

  request.model = "claude-opus-5";
  EXPECT_FALSE(replays_bound_reasoning(request));
  EXPECT_FALSE(encoded(request, adaptive("claude-opus-5")).contains("thinking"));
  request.model = "claude-haiku-5-5";
  EXPECT_TRUE(replays_bound_reasoning(request));
  EXPECT_EQ(encoded(request, adaptive("claude-haiku-5-5")).at("thinking"), bound);
  request.effort = reasoning_effort::high;
  EXPECT_EQ(encoded(request, adaptive("claude-haiku-5-5")).at("thinking"), bound);
  request.effort = reasoning_effort::none;
  EXPECT_FALSE(replays_bound_reasoning(request));
  auto const untold = encoded(request, adaptive("claude-haiku-5-5"));
  EXPECT_EQ(untold.at("thinking"), json::parse(R"({"type":"disabled"})"));
  EXPECT_EQ(untold.at("messages").at(1).at("content"), json::parse(R"([{"type":"text","text":"hi"}])"));
  request.effort.reset();
  request.extra = object_of(R"({"thinking":{"type":"adaptive"}})");
  EXPECT_FALSE(replays_bound_reasoning(request));
  EXPECT_EQ(encoded(request, adaptive("claude-haiku-5-5")).at("thinking"), json::parse(R"({"type":"adaptive"})"));
}

TEST(AnthropicRequest, KeepsReasoningThatItDidNotSign) {
  std::vector<part> said;
  said.push_back(reasoning_part{"plain", {}});
  said.push_back(reasoning_part{"foreign", object_of(R"({"reasoning_details":[1]})")});
  said.push_back(reasoning_part{"cut", object_of(R"({"anthropic_thinking":[{"bytes":99,"signature":"s"}]})")});
  said.push_back(reasoning_part{"é", object_of(R"({"anthropic_thinking":[{"bytes":1,"signature":"s"}]})")});
  said.push_back(reasoning_part{"odd", object_of(R"({"anthropic_thinking":[7]})")});
  said.push_back(text_part{"hi", {}});
  auto const request = conversation({{role::user, "q"}, {role::assistant, std::move(said)}});

  EXPECT_EQ(messages_of(request).at(1).at("content"), json::parse(R"([{"type":"text","text":"hi"}])"));
}

TEST(AnthropicRequest, RefusesWhatTheApiHasNotAndNamesItAll) {
  auto request = simple_request();
  request.seed = 1;
  request.presence_penalty = 0.1;
  request.frequency_penalty = 0.1;
  request.format = output_format();

  EXPECT_EQ(refused_paths(request),
            (std::vector<std::string>{"seed", "presence_penalty", "frequency_penalty", "format"}));
}

TEST(AnthropicRequest, LeavesOutWhatAsksForNothingAndWhatIsForOpenAisBooks) {
  auto request = simple_request();
  request.presence_penalty = 0;
  request.frequency_penalty = 0.0;
  request.extra =
      object_of(R"({"user":"u","store":false,"prompt_cache_key":"k","safety_identifier":"s","logprobs":false,
      "service_tier":"default","metadata":{"purpose":"test"},"prediction":{"type":"content","content":"x"},"top_k":4})");
  auto const body = encoded(request);

  for (auto const* name : {"presence_penalty", "frequency_penalty", "user", "store", "prompt_cache_key", "metadata",
                           "safety_identifier", "service_tier", "prediction", "logprobs"})
    EXPECT_FALSE(body.contains(name)) << name;
  EXPECT_EQ(body.at("top_k"), 4);

  request.extra = object_of(R"({"metadata":{"user_id":"u-1","purpose":"x"},"service_tier":"standard_only"})");
  EXPECT_EQ(encoded(request).at("metadata"), json::parse(R"({"user_id":"u-1"})"));
  EXPECT_EQ(encoded(request).at("service_tier"), "standard_only");
}

TEST(AnthropicRequest, ShowsThePicturesThatAToolGave) {
  std::vector<part> calls, results;
  calls.push_back(tool_call_part{"c1", "shot", "{}", {}});
  calls.push_back(tool_call_part{"c2", "time", "{}", {}});
  results.push_back(tool_result_part{"c1", "seen", {}});
  results.push_back(image_part{"data:image/png;base64,iVBORw==", {}});
  results.push_back(tool_result_part{"c2", "noon", {}});
  auto const request =
      conversation({{role::user, "q"}, {role::assistant, std::move(calls)}, {role::tool, std::move(results)}});

  EXPECT_EQ(messages_of(request).at(2).at("content"), json::parse(R"([
      {"type":"tool_result","tool_use_id":"c1","content":[{"type":"text","text":"seen"},
        {"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw=="}}]},
      {"type":"tool_result","tool_use_id":"c2","content":"noon"}])"));
}

TEST(AnthropicRequest, RefusesMediaThatTheApiDoesNotTake) {
  std::vector<part> system, user, said;
  system.push_back(image_part{"https://x.example/a.png", {}});
  user.push_back(image_part{"data:application/pdf;base64,QQ==", {}});
  user.push_back(file_part{"a.zip", "application/zip", "data:application/zip;base64,QQ==", {}});
  user.push_back(file_part{"a.txt", "text/plain", "data:text/plain;base64,/w==", {}});
  user.push_back(file_part{"a.txt", "text/plain", "data:text/plain;base64,*", {}});
  said.push_back(image_part{"https://x.example/a.png", {}});
  auto const request = conversation(
      {{role::system, std::move(system)}, {role::user, std::move(user)}, {role::assistant, std::move(said)}});

  EXPECT_EQ(refused_paths(request), (std::vector<std::string>{"messages[0]", "messages[1]", "messages[1]",
                                                              "messages[1]", "messages[1]", "messages[2]"}));
}

// --- answers ---

TEST(AnthropicAnswer, IsDecodedWholeAndInOrder) {
  auto const answer = decode_anthropic_answer(
      R"({"id":"msg_1","type":"message","role":"assistant","model":"claude-x-2026","content":[
      {"type":"thinking","thinking":"hm","signature":"s"},{"type":"redacted_thinking","data":"R"},
      {"type":"text","text":"hi"},{"type":"mystery"},{"type":"text","text":"!"},
      {"type":"tool_use","id":"t1","name":"f","input":{"a":1}},{"type":"tool_use","id":"t2","name":"g","input":{}}],
      "stop_reason":"tool_use","stop_sequence":null,
      "usage":{"input_tokens":1,"cache_read_input_tokens":10,"cache_creation_input_tokens":100,"output_tokens":7}})",
      "");

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->id, "msg_1");
  EXPECT_EQ(answer->model, "claude-x-2026");
  ASSERT_EQ(answer->parts.size(), 4u);
  auto const& reasoning = std::get<reasoning_part>(answer->parts[0]);
  EXPECT_EQ(reasoning.text, "hm");
  EXPECT_EQ(json::value(*reasoning.provider_data),
            json::parse(R"({"anthropic_thinking":[{"bytes":2,"signature":"s"},{"redacted":"R"}]})"));
  EXPECT_EQ(text_of(answer->parts), "hi!");
  EXPECT_EQ(std::get<tool_call_part>(answer->parts[2]).arguments, R"({"a":1})");
  EXPECT_EQ(std::get<tool_call_part>(answer->parts[3]).arguments, "{}");
  EXPECT_EQ(answer->reason, finish_reason::tool_calls);
  EXPECT_EQ(answer->raw_reason, "tool_use");
  EXPECT_EQ(answer->usage, (token_usage{111, 7, 10, 0, 100}));
  EXPECT_NE(answer->raw_usage.find("cache_creation_input_tokens"), std::string::npos);
}

TEST(AnthropicAnswer, GoesBackAsItCame) {
  auto const* const content = R"([{"type":"thinking","thinking":"a","signature":"s1"},
      {"type":"redacted_thinking","data":"R"},{"type":"thinking","thinking":"bc","signature":"s2"},
      {"type":"text","text":"hi"},{"type":"tool_use","id":"t1","name":"f","input":{"a":[1,{"b":null}]}}])";
  auto answer = decode_anthropic_answer(
      std::string(R"({"type":"message","stop_reason":"tool_use","content":)") + content + "}", "");
  ASSERT_TRUE(answer);

  auto const request = conversation({{role::user, "q"}, {role::assistant, std::move(answer->parts)}});

  EXPECT_EQ(messages_of(request).at(1).at("content"), json::parse(content));
}

TEST(AnthropicAnswer, OfAnotherKindIsAProviderError) {
  for (auto const* body : {"<html>busy</html>", "", "[]", "{}", "null", R"({"type":"message"})", R"({"content":"x"})"})
    EXPECT_EQ(decode_anthropic_answer(body, "").error().code, errc::provider_error) << body;
}

TEST(AnthropicAnswer, WithAnErrorInItIsThatError) {
  auto const why =
      decode_anthropic_answer(R"({"type":"error","error":{"type":"rate_limit_error","message":"slow"}})", "").error();

  EXPECT_EQ(why.code, errc::rate_limited);
  EXPECT_EQ(why.message, "slow");
}

TEST(AnthropicAnswer, RefusedWith529IsUnavailable) {
  auto const why =
      vendor_failure(529, std::vector<std::pair<std::string, std::string>>{{"request-id", "req_1"}},
                     R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})", "", timestamp());

  EXPECT_EQ(why.code, errc::unavailable);
  EXPECT_EQ(why.status, 529);
  EXPECT_EQ(why.message, "Overloaded");
  EXPECT_EQ(why.request_id, "req_1");
}

TEST(AnthropicModels, AreReadPageByPage) {
  auto const page = decode_anthropic_models(
      R"({"data":[{"type":"model","id":"claude-x","display_name":"X","created_at":"2026-01-31T00:00:00Z"},{"id":7},
      {"id":"claude-y","created_at":"soon"}],"has_more":true,"first_id":"claude-x","last_id":"claude-y"})",
      "");

  ASSERT_TRUE(page);
  ASSERT_EQ(page->models.size(), 2u);
  EXPECT_EQ(page->models[0].id, "claude-x");
  EXPECT_EQ(page->models[0].owned_by, "anthropic");
  EXPECT_EQ(page->models[0].created, 1'769'817'600);
  EXPECT_EQ(page->models[1].created, 0);
  EXPECT_EQ(page->next, "claude-y");
  EXPECT_FALSE(decode_anthropic_models(R"({"data":[],"has_more":false,"last_id":null})", "")->next);
  EXPECT_EQ(decode_anthropic_models("{}", "").error().code, errc::provider_error);
}

// --- streams ---

TEST(AnthropicStream, AnEndlessLineIsATypedErrorInBoundedMemory) {
  anthropic_stream_decoder decoder(secret_string(""), 1'000);
  for (int i = 0; i < 100; ++i) decoder.push(std::string(100, 'x'));

  ASSERT_TRUE(decoder.ended());
  EXPECT_EQ(decoder.why()->code, errc::provider_error);
}

TEST(AnthropicStream, IsAnsweredOnceThereIsAStopReason) {
  anthropic_stream_decoder decoder(secret_string(""), 1'000);
  decoder.push("data: {\"type\":\"message_start\",\"message\":{\"model\":\"claude-x-2026\"}}\n\n");
  EXPECT_EQ(decoder.model(), "claude-x-2026");
  EXPECT_FALSE(decoder.answered());

  decoder.push("data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\n");

  EXPECT_TRUE(decoder.answered());
  EXPECT_FALSE(decoder.ended());
}

TEST(AnthropicStream, KeepsItsKeyOutOfErrors) {
  anthropic_stream_decoder decoder(secret_string("canary-key"), 1'000);
  decoder.push("data: {\"type\":\"error\",\"error\":{\"message\":\"bad canary-key\"}}\n\n");

  ASSERT_TRUE(decoder.why());
  EXPECT_EQ(decoder.why()->message, "bad [key]");
  EXPECT_EQ(decoder.why()->sensitive.find("canary"), std::string::npos);
}

TEST(AnthropicModels, ThinkAsTheirGenerationDoes) {
  using enum thinking_form;
  for (auto const* older : {"claude-3-haiku-20240307", "claude-3-7-sonnet-20250219", "claude-sonnet-4-20250514",
                            "claude-opus-4-1-20250805", "claude-opus-4-5", "claude-haiku-4-5-20251001"})
    EXPECT_EQ(anthropic_model_named(older).thinking, budget) << older;
  for (auto const* newer : {"claude-opus-4-6", "claude-sonnet-4-6", "claude-opus-4-7", "claude-sonnet-5",
                            "claude-opus-5", "claude-haiku-5-5", "unheard-of"})
    EXPECT_EQ(anthropic_model_named(newer).thinking, adaptive) << newer;
  for (auto const* newer : {"claude-opus-5-5", "claude-fable-5", "claude-fable-5-1", "claude-mythos-5-1"})
    EXPECT_EQ(anthropic_model_named(newer).thinking, always) << newer;
  EXPECT_EQ(anthropic_model_named("claude-sonnet-5-5").thinking, between_tools);
  EXPECT_EQ(anthropic_model_named("claude-3-haiku-20240307").default_max_tokens, 4'096);
  EXPECT_EQ(anthropic_model_named("claude-3-5-haiku-latest").default_max_tokens, 8'192);
}

TEST(AnthropicModels, AreWhatTheApplicationSaysFirst) {
  anthropic_models const own{{"claude", anthropic_model(10, thinking_form::budget)},
                             {"claude-sonnet-5", anthropic_model(20, thinking_form::adaptive)}};

  EXPECT_EQ(anthropic_model_named("claude-opus-4-6", own).default_max_tokens, 10);
  EXPECT_EQ(anthropic_model_named("claude-sonnet-5-1", own).default_max_tokens, 20);
  EXPECT_EQ(anthropic_model_named("other", own).default_max_tokens, 16'384);
}

}  // namespace
}  // namespace sambung::anthropic_wire_test
