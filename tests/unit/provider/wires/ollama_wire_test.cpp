#include "provider/wires/ollama_wire.hpp"
#include "provider/wires/vendor_error.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace sambung::ollama_wire_test {
namespace {

namespace json = boost::json;

json::object object_of(char const* text) { return json::parse(text).as_object(); }

completion_request conversation(std::vector<prompt_message> messages) {
  return completion_request("llama3.2", std::move(messages));
}

completion_request simple_request() { return conversation({{role::system, "Be brief."}, {role::user, "Apa?"}}); }

json::object encoded(completion_request const& request, answer_mode mode = answer_mode::whole) {
  return json::parse(encode_ollama_request(request, mode).value().body).as_object();
}

std::vector<std::string> refused_paths(completion_request const& request) {
  auto const made = encode_ollama_request(request, answer_mode::whole);
  std::vector<std::string> paths;
  if (made || made.error().code != errc::unsupported) return paths;
  for (auto const& each : made.error().issues) paths.push_back(each.path);
  return paths;
}

// --- requests ---

TEST(OllamaRequest, HoldsModelAndMessages) {
  EXPECT_EQ(encode_ollama_request(simple_request(), answer_mode::streamed).value().body,
            R"({"model":"llama3.2","messages":[{"role":"system","content":"Be brief."},)"
            R"({"role":"user","content":"Apa?"}],"stream":true})");
  EXPECT_EQ(encoded(simple_request()).at("stream"), false) << "the server streams unless told not to";
}

TEST(OllamaRequest, PutsParametersIntoOptions) {
  auto request = simple_request();
  request.temperature = 0.5;
  request.top_p = 0.25;
  request.max_tokens = 99;
  request.seed = -3;
  request.stop = {"END"};
  request.presence_penalty = 0.5;
  request.frequency_penalty = -0.5;
  request.extra =
      object_of(R"({"keep_alive":"10m","options":{"num_ctx":8192,"temperature":2},"model":"evil","truncate":false})");
  auto const body = encoded(request);

  EXPECT_EQ(body.at("options"),
            json::parse(R"({"num_ctx":8192,"temperature":0.5,"top_p":0.25,"num_predict":99,"seed":-3,
      "presence_penalty":0.5,"frequency_penalty":-0.5,"stop":["END"]})"));
  EXPECT_EQ(body.at("keep_alive"), "10m");
  EXPECT_EQ(body.at("truncate"), false);
  EXPECT_EQ(body.at("model"), "llama3.2");
}

TEST(OllamaRequest, HoldsTheFormOfTheAnswer) {
  auto request = simple_request();
  request.format = output_format();
  EXPECT_EQ(encoded(request).at("format"), "json");

  request.format = output_format::schema_of("city", object_of(R"({"type":"object"})"));
  EXPECT_EQ(encoded(request).at("format"), json::parse(R"({"type":"object"})"));
}

TEST(OllamaRequest, SaysHowHardToThink) {
  auto request = simple_request();
  auto const think = [&](reasoning_effort effort) {
    request.effort = effort;
    return encoded(request).at("think");
  };

  EXPECT_EQ(think(reasoning_effort::none), false);
  EXPECT_EQ(think(reasoning_effort::minimal), "low");
  EXPECT_EQ(think(reasoning_effort::low), "low");
  EXPECT_EQ(think(reasoning_effort::medium), "medium");
  EXPECT_EQ(think(reasoning_effort::high), "high");
}

TEST(OllamaRequest, EncodesImagesAsBytes) {
  std::vector<part> parts;
  parts.push_back(text_part{"look", {}});
  parts.push_back(image_part{"data:image/png;base64,iVBORw==", {}});
  parts.push_back(image_part{"data:image/svg+xml,%3Csvg/%3E", {}});
  auto const request = conversation({{role::user, std::move(parts)}});

  EXPECT_EQ(encoded(request).at("messages").at(0),
            json::parse(R"({"role":"user","content":"look","images":["iVBORw==","PHN2Zy8+"]})"));
}

TEST(OllamaRequest, NamesTheToolOfEachResult) {
  std::vector<part> calls, results;
  calls.push_back(reasoning_part{"hm", {}});
  calls.push_back(tool_call_part{"c1", "f", R"({"a":1})", {}});
  calls.push_back(tool_call_part{"c2", "g", "", {}});
  results.push_back(tool_result_part{"c2", "43", {}});
  results.push_back(tool_result_part{"c9", "44", {}});
  auto request =
      conversation({{role::user, "q"}, {role::assistant, std::move(calls)}, {role::tool, std::move(results)}});
  request.tools = json::parse(R"([{"type":"function","function":{"name":"f"}}])").as_array();
  auto const body = encoded(request);

  EXPECT_EQ(body.at("tools"), json::value(request.tools));
  EXPECT_EQ(body.at("messages"), json::parse(R"([{"role":"user","content":"q"},
      {"role":"assistant","content":"","thinking":"hm","tool_calls":[
      {"id":"c1","function":{"name":"f","arguments":{"a":1}}},{"id":"c2","function":{"name":"g","arguments":{}}}]},
      {"role":"tool","content":"43","tool_name":"g","tool_call_id":"c2"},
      {"role":"tool","content":"44","tool_call_id":"c9"}])"));
}

TEST(OllamaRequest, KeepsToolsFromAModelThatMayNotCallThem) {
  auto request = simple_request();
  request.tools = json::parse(R"([{"type":"function","function":{"name":"f"}}])").as_array();
  request.choice = tool_choice(tool_choice::kind::none);
  request.extra = object_of(R"({"tools":[1]})");

  EXPECT_FALSE(encoded(request).contains("tools"));
}

TEST(OllamaRequest, RefusesWhatTheApiHasNotAndNamesItAll) {
  std::vector<part> parts;
  parts.push_back(image_part{"https://x.example/a.png", {}});
  parts.push_back(file_part{"a.pdf", "application/pdf", "data:application/pdf;base64,QQ==", {}});
  auto request = conversation({{role::system, "s"}, {role::user, std::move(parts)}});
  request.tools = json::parse(R"([{"type":"function","function":{"name":"f"}}])").as_array();

  EXPECT_EQ(refused_paths(request), (std::vector<std::string>{"messages[1]", "messages[1]"}));
}

TEST(OllamaRequest, OffersAToolAloneThatMustBeCalledAndWarns) {
  auto request = simple_request();
  request.tools =
      json::parse(R"([{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"g"}}])")
          .as_array();

  request.choice = tool_choice::of("g");
  auto const named = encode_ollama_request(request, answer_mode::whole).value();
  EXPECT_EQ(json::parse(named.body).at("tools"), json::parse(R"([{"type":"function","function":{"name":"g"}}])"));
  EXPECT_EQ(named.left_out.at(0).path, "choice");

  request.choice.reset();
  request.parallel_tool_calls = false;
  EXPECT_EQ(encode_ollama_request(request, answer_mode::whole)->left_out.at(0).path, "parallel_tool_calls");

  request.choice = tool_choice(tool_choice::kind::required);
  EXPECT_EQ(encoded(request).at("tools").as_array().size(), 2u);

  request.choice = tool_choice::of("h");
  EXPECT_EQ(refused_paths(request), std::vector<std::string>{"choice"}) << "there is no such tool";
}

// --- answers ---

TEST(OllamaAnswer, IsDecoded) {
  auto const answer = decode_ollama_answer(
      R"({"model":"llama3.2:3b","created_at":"2026-01-31T00:00:00Z","message":{"role":"assistant","thinking":"hm",
      "content":"hi","tool_calls":[{"function":{"name":"f","arguments":{"a":1}}}]},"done":true,"done_reason":"stop",
      "prompt_eval_count":3,"eval_count":4,"total_duration":9})",
      "");

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->model, "llama3.2:3b");
  ASSERT_EQ(answer->parts.size(), 3u);
  EXPECT_EQ(std::get<reasoning_part>(answer->parts[0]).text, "hm");
  EXPECT_EQ(text_of(answer->parts), "hi");
  EXPECT_EQ(std::get<tool_call_part>(answer->parts[2]).id, "call_0");
  EXPECT_EQ(std::get<tool_call_part>(answer->parts[2]).arguments, R"({"a":1})");
  EXPECT_EQ(answer->reason, finish_reason::tool_calls);
  EXPECT_EQ(answer->raw_reason, "stop");
  EXPECT_EQ(answer->usage, (token_usage{3, 4, 0, 0}));
  EXPECT_EQ(json::parse(answer->raw_usage),
            json::parse(R"({"prompt_eval_count":3,"eval_count":4,"total_duration":9})"));
}

TEST(OllamaAnswer, OfAnotherKindIsAProviderError) {
  for (auto const* body : {"<html>busy</html>", "", "[]", "{}", "null", R"({"message":"x","done":true})",
                           R"({"message":{"content":"x"},"done":false})"})
    EXPECT_EQ(decode_ollama_answer(body, "").error().code, errc::provider_error) << body;
}

TEST(OllamaAnswer, RefusedForAModelThatIsMissingIsNotFound) {
  auto const why = vendor_failure(404, {}, R"({"error":"model 'x' not found"})", "", timestamp());

  EXPECT_EQ(why.code, errc::not_found);
  EXPECT_EQ(why.message, "model 'x' not found");
}

TEST(OllamaModels, AreReadFromTags) {
  auto const models = decode_ollama_models(
      R"({"models":[{"name":"llama3.2:3b","model":"llama3.2:3b","modified_at":"2026-01-31T08:00:00.123456789+08:00",
      "size":1},{"name":"me/mine:latest"},{"size":1},7]})",
      "");

  ASSERT_TRUE(models);
  ASSERT_EQ(models->size(), 2u);
  EXPECT_EQ((*models)[0].id, "llama3.2:3b");
  EXPECT_EQ((*models)[0].owned_by, "library");
  EXPECT_EQ((*models)[0].created, 1'769'817'600);
  EXPECT_EQ((*models)[1].id, "me/mine:latest");
  EXPECT_EQ((*models)[1].owned_by, "me");
  EXPECT_EQ(decode_ollama_models("{}", "").error().code, errc::provider_error);
}

TEST(OllamaModels, TellWhatTheyCanDo) {
  EXPECT_EQ(encode_ollama_show_request("a:b"), R"({"model":"a:b"})");
  auto const model = decode_ollama_model(
      R"({"capabilities":["completion","tools",7],"model_info":{"general.architecture":"llama",
      "llama.context_length":131072,"clip.context_length":9}})",
      "");

  ASSERT_TRUE(model);
  EXPECT_EQ(model->capabilities, (std::vector<std::string>{"completion", "tools"}));
  EXPECT_EQ(model->context_tokens, 131'072);
  EXPECT_EQ(decode_ollama_model("{}", "")->context_tokens, 0);
  EXPECT_EQ(decode_ollama_model("[]", "").error().code, errc::provider_error);
}

// --- embeddings ---

TEST(OllamaEmbeddings, AreAskedForTogether) {
  embedding_request request("nomic", {"a", "b"});
  request.dimensions = 2;
  request.extra = object_of(R"({"keep_alive":0})");

  EXPECT_EQ(encode_ollama_embedding_request(request),
            R"({"model":"nomic","input":["a","b"],"dimensions":2,"keep_alive":0})");
}

TEST(OllamaEmbeddings, AreReadInTheOrderOfTheTexts) {
  auto const batch = decode_ollama_embeddings(
      R"({"model":"nomic","embeddings":[[1,2],[0.5,-1e0]],"total_duration":1,"prompt_eval_count":8})", 2, "");

  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->model, "nomic");
  EXPECT_EQ(batch->vectors, (std::vector<std::vector<float>>{{1, 2}, {0.5, -1}}));
  EXPECT_EQ(batch->usage->input_tokens, 8);
  EXPECT_EQ(batch->raw_usage, R"({"prompt_eval_count":8})");
  EXPECT_FALSE(decode_ollama_embeddings(R"({"embeddings":[[1]]})", 1, "")->usage);
}

TEST(OllamaEmbeddings, ThatAreNotOnePerTextAreAProviderError) {
  for (auto const* body :
       {R"({"embeddings":[]})", R"({"embeddings":[[1]]})", R"({"embeddings":[[1],[1,2]]})",
        R"({"embeddings":[[1],["x"]]})", R"({"embeddings":[[1],[]]})", "{}", "[]", R"({"embeddings":[[1],[1],[1]]})"})
    EXPECT_EQ(decode_ollama_embeddings(body, 2, "").error().code, errc::provider_error) << body;
}

// --- streams ---

TEST(OllamaStream, AnEndlessLineIsATypedErrorInBoundedMemory) {
  ollama_stream_decoder decoder(secret_string(""), 1'000);
  for (int i = 0; i < 100; ++i) decoder.push(std::string(100, 'x'));

  ASSERT_TRUE(decoder.ended());
  EXPECT_EQ(decoder.why()->code, errc::provider_error);
}

TEST(OllamaStream, TheModelIsTheServers) {
  ollama_stream_decoder decoder(secret_string(""), 1'000);
  decoder.push("{\"model\":\"llama3.2:3b\",\"done\":false}\n");

  EXPECT_EQ(decoder.model(), "llama3.2:3b");
}

}  // namespace
}  // namespace sambung::ollama_wire_test
