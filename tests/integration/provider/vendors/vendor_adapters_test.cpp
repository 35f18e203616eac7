// What each adapter says to its vendor, over a real socket: where, with whose key, and what only it has.
#include "support/vendor_accounts.hpp"

#include <sambung/open.hpp>

#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

#include <future>
#include <tuple>

namespace sambung::vendor_adapters_test {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::scripted_vendor;
using testing::vendor_request;
using testing::vendor_script;
using testing::vendor_wire;
using tests::account_with;
using tests::all_wires;
using tests::name_of;
using tests::vendor_key;

completion_request question() {
  std::vector<prompt_message> messages;
  messages.emplace_back(role::user, "Apa khabar?");
  return completion_request("m", std::move(messages));
}

embedding_request texts(std::vector<std::string> all) { return embedding_request("m", std::move(all)); }

std::string text_of_stream(provider& p) {
  auto const read = [&]() -> task<std::string> {
    std::string all;
    auto stream = co_await p.stream(question());
    auto& events = *stream.value();
    for (;;) {
      auto event = (co_await events.next()).value();
      if (!event) co_return all;
      if (auto const* text = std::get_if<text_delta>(&*event)) all += text->text;
    }
  };
  return sync_wait(read());
}

class EveryAdapter : public ::testing::TestWithParam<vendor_wire> {
 protected:
  // The key as that vendor wants to see it.
  std::string shown_key(vendor_request const& request) const {
    return request.header(GetParam() == vendor_wire::anthropic ? "x-api-key" : "authorization");
  }
  std::string shown(std::string const& key) const {
    return GetParam() == vendor_wire::anthropic ? key : "Bearer " + key;
  }

  scripted_vendor vendor_;
  std::shared_ptr<provider> account_ = account_with(vendor_, GetParam());
};

TEST_P(EveryAdapter, AnswersWholeAndInAStream) {
  auto const answer = sync_wait(account_->complete(question())).value();

  EXPECT_EQ(text_of(answer.parts), "ok");
  EXPECT_EQ(answer.model, "scripted-1");
  EXPECT_EQ(answer.usage->input_tokens, 7);
  EXPECT_EQ(answer.usage->output_tokens, 3);
  EXPECT_EQ(answer.reason, finish_reason::stop);
  EXPECT_EQ(text_of_stream(*account_), "ok");
  EXPECT_EQ(vendor_.connections(), 1U);
}

TEST_P(EveryAdapter, SendsItsKeyWhereItsVendorLooksForIt) {
  EXPECT_TRUE(sync_wait(account_->complete(question())));
  EXPECT_EQ(text_of_stream(*account_), "ok");
  std::ignore = sync_wait(account_->check());

  ASSERT_EQ(vendor_.requests().size(), 3U);
  for (auto const& request : vendor_.requests()) EXPECT_EQ(shown_key(request), shown(vendor_key));
  EXPECT_EQ(account_->key_host(), "127.0.0.1:" + std::to_string(vendor_.port()));
}

TEST_P(EveryAdapter, SendsTheCallsKeyInPlaceOfItsOwn) {
  auto const host = account_->key_host();
  auto own = question();
  own.credential = std::make_shared<provider_credential const>(secret_string("sk-mine"), host);
  auto stolen = question();
  stolen.credential = std::make_shared<provider_credential const>(secret_string("sk-mine"), "elsewhere.example");

  EXPECT_TRUE(sync_wait(account_->complete(own)));
  EXPECT_EQ(sync_wait(account_->complete(stolen)).error().code, errc::permission_denied);

  ASSERT_EQ(vendor_.requests().size(), 1U);
  EXPECT_EQ(shown_key(vendor_.requests().front()), shown("sk-mine"));
}

TEST_P(EveryAdapter, ReportsModelsThatAreNoneAsAnError) {
  vendor_.push(vendor_script::response(200, R"({"nothing":1})"));
  vendor_.push(vendor_script::refusal(401, "no " + std::string(vendor_key), GetParam()));

  EXPECT_EQ(sync_wait(account_->models()).error().code, errc::provider_error);
  auto const why = sync_wait(account_->check()).error();
  EXPECT_EQ(why.code, errc::unauthenticated);
  EXPECT_EQ(why.message, "no [key]");
  EXPECT_EQ(why.request_id, "req-scripted");
}

INSTANTIATE_TEST_SUITE_P(Wire, EveryAdapter, ::testing::ValuesIn(all_wires),
                         [](auto const& instance) { return name_of(instance.param); });

// --- what a wire cannot say ---

std::vector<std::string> paths(std::vector<issue> const& issues) {
  std::vector<std::string> all;
  for (auto const& one : issues) all.push_back(one.path);
  return all;
}

// What clients of OpenAI may ask for, and somebody's own option.
completion_request question_to_openai() {
  auto request = question();
  request.messages[0].parts.push_back(file_part{"report.pdf", "application/pdf", "", {}});
  request.extra["logprobs"] = true;
  request.extra["top_logprobs"] = 2;
  request.extra["n"] = 3;
  request.extra["response_format"] = {{"type", "grammar"}};
  request.extra["verbosity"] = "low";
  request.extra["top_k"] = 40;
  return request;
}

class AnotherWire : public EveryAdapter {
 protected:
  std::vector<std::string> const too_much_{"logprobs",        "top_logprobs", "n",
                                           "response_format", "verbosity",    "messages[0]"};
};

TEST_P(AnotherWire, RefusesWhatItCannotSayBeforeAnythingIsSent) {
  auto const whole = sync_wait(account_->complete(question_to_openai()));
  auto const stream = sync_wait(account_->stream(question_to_openai()));

  ASSERT_FALSE(whole);
  EXPECT_EQ(whole.error().code, errc::unsupported);
  EXPECT_EQ(paths(whole.error().issues), too_much_);
  ASSERT_FALSE(stream);
  EXPECT_EQ(paths(stream.error().issues), too_much_);
  EXPECT_TRUE(vendor_.requests().empty());
}

TEST_P(AnotherWire, LeavesOutWhatItCannotSayIfTheCallerAllowsAndWarns) {
  auto request = question_to_openai();
  request.on_unsupported = unsupported_policy::drop;

  auto const whole = sync_wait(account_->complete(request)).value();
  auto const stream = sync_wait(account_->stream(request)).value();

  EXPECT_EQ(paths(whole.warnings), too_much_);
  EXPECT_EQ(paths(stream->warnings()), too_much_);
  ASSERT_EQ(vendor_.requests().size(), 2U);
  for (auto const& sent : vendor_.requests()) {
    auto const body = json::parse(sent.body).as_object();
    EXPECT_EQ(body.at("top_k"), 40);
    EXPECT_EQ(body.at("messages").as_array().size(), 1U);
    for (auto const* name : {"logprobs", "top_logprobs", "n", "response_format", "verbosity"})
      EXPECT_FALSE(body.contains(name)) << name;
  }
}

TEST_P(AnotherWire, RefusesARequestOfWhichNothingWouldBeLeft) {
  auto request = question();
  request.messages[0].parts = {image_part{"data:text/plain;base64,AA==", {}}};
  if (GetParam() == vendor_wire::ollama) request.messages[0].parts = {image_part{"https://a.example/x.png", {}}};
  request.on_unsupported = unsupported_policy::drop;

  EXPECT_EQ(sync_wait(account_->complete(request)).error().code, errc::unsupported);
  EXPECT_TRUE(vendor_.requests().empty());
}

TEST_P(AnotherWire, LeavesOutWithoutAWordWhatAsksForNothing) {
  auto request = question();
  request.extra["logprobs"] = false;
  request.extra["n"] = 1;
  request.extra["response_format"] = {{"type", "text"}};
  request.extra["logit_bias"] = json::object();

  auto const answer = sync_wait(account_->complete(request)).value();

  EXPECT_TRUE(answer.warnings.empty());
  auto const body = json::parse(vendor_.requests().at(0).body).as_object();
  for (auto const* name : {"logprobs", "n", "response_format", "logit_bias"}) EXPECT_FALSE(body.contains(name)) << name;
}

INSTANTIATE_TEST_SUITE_P(Wire, AnotherWire, ::testing::Values(vendor_wire::anthropic, vendor_wire::ollama),
                         [](auto const& instance) { return name_of(instance.param); });

TEST(AnthropicWire, LeavesOutTypedMembersThatItHasNot) {
  scripted_vendor vendor;
  auto const account = account_with(vendor, vendor_wire::anthropic);
  auto request = question();
  request.seed = 7;
  request.presence_penalty = 1;
  request.format.emplace();
  request.on_unsupported = unsupported_policy::drop;

  auto const answer = sync_wait(account->complete(request)).value();

  EXPECT_EQ(paths(answer.warnings), (std::vector<std::string>{"seed", "presence_penalty", "format"}));
  auto const body = json::parse(vendor.requests().at(0).body).as_object();
  for (auto const* name : {"seed", "presence_penalty", "output_config"}) EXPECT_FALSE(body.contains(name)) << name;
}

TEST(OllamaWire, LeavesOutADemandForTools) {
  scripted_vendor vendor;
  auto const account = account_with(vendor, vendor_wire::ollama);
  auto request = question();
  request.tools = json::parse(R"([{"type":"function","function":{"name":"look"}}])").as_array();
  request.choice = tool_choice(tool_choice::kind::required);
  request.parallel_tool_calls = false;
  request.extra["tool_choice"] = {{"type", "allowed_tools"}};
  request.on_unsupported = unsupported_policy::drop;

  auto const answer = sync_wait(account->complete(request)).value();

  EXPECT_EQ(paths(answer.warnings), (std::vector<std::string>{"choice", "parallel_tool_calls", "tool_choice"}));
  auto const body = json::parse(vendor.requests().at(0).body).as_object();
  EXPECT_TRUE(body.contains("tools"));
  EXPECT_FALSE(body.contains("tool_choice"));
}

// --- what a model says of itself ---

// A server with an embedding model and one that a table takes for another: this one sees and calls no tools.
vendor_script ollama_server_with_models(vendor_request const& request) {
  if (request.target == "/api/tags")
    return vendor_script::response(200, R"({"models":[
        {"model":"gpt-3.5-turbo:latest","modified_at":"2026-01-02T03:04:05Z"},
        {"model":"nomic-embed-text:latest","modified_at":"2026-01-02T03:04:05Z"}]})");
  if (request.target != "/api/show") return vendor_script::answer("seen", vendor_wire::ollama);
  if (request.body.find("nomic") != std::string::npos)
    return vendor_script::response(200, R"({"capabilities":["embedding"],"model_info":{}})");
  return vendor_script::response(200, R"({"capabilities":["completion","vision"],"model_info":{
      "general.architecture":"llama","llama.context_length":4096}})");
}

TEST(OllamaModels, AreBelievedAboutThemselves) {
  scripted_vendor vendor;
  vendor.otherwise(ollama_server_with_models);
  auto const account = account_with(vendor, vendor_wire::ollama);
  auto const builtin = account->capabilities("gpt-3.5-turbo");
  EXPECT_EQ(builtin.images, support::no);
  EXPECT_EQ(builtin.tools, support::yes);

  ASSERT_TRUE(sync_wait(account->models()));

  auto const said = account->capabilities("gpt-3.5-turbo");
  EXPECT_EQ(said.images, support::yes);
  EXPECT_EQ(said.tools, support::no);
  EXPECT_EQ(said.context_tokens, 4'096);
  EXPECT_EQ(said.json_schema, builtin.json_schema) << "of which the server says nothing";
  auto with_tools = question();
  with_tools.model = "gpt-3.5-turbo";
  with_tools.tools = json::parse(R"([{"type":"function","function":{"name":"look"}}])").as_array();
  EXPECT_EQ(sync_wait(account->complete(with_tools)).error().code, errc::unsupported);
  auto chat = question();
  chat.model = "nomic-embed-text";
  EXPECT_EQ(sync_wait(account->complete(chat)).error().code, errc::unsupported);
  EXPECT_EQ(account->capabilities("nomic-embed-text").embeddings, support::yes);
}

TEST(OllamaModels, AreAskedOnceAboutThemselves) {
  scripted_vendor vendor;
  vendor.otherwise(ollama_server_with_models);
  auto const account = account_with(vendor, vendor_wire::ollama);

  for (int i = 0; i < 3; ++i) ASSERT_EQ(sync_wait(account->models())->size(), 2U);

  EXPECT_EQ(vendor.requests().size(), 3U + 2U);
}

TEST(OllamaModels, AreListedByAServerThatSaysNothingMore) {
  scripted_vendor vendor;
  vendor.otherwise([](vendor_request const& request) {
    if (request.target == "/api/show") return vendor_script::refusal(404, "no", vendor_wire::ollama);
    return ollama_server_with_models(request);
  });
  auto const account = account_with(vendor, vendor_wire::ollama);

  EXPECT_EQ(sync_wait(account->models())->size(), 2U);
  EXPECT_EQ(account->capabilities("nomic-embed-text"), known_models().of("nomic-embed-text"));
}

// --- from the environment ---

TEST(UpstreamConnections, AreAsManyAsTheEnvironmentAllows) {
  scripted_vendor vendor;
  testing::gate hold;
  auto held = vendor_script::stream();
  vendor.push(held.text("one").wait(hold).finish().done());
  auto const providers = providers_from([&](std::string const& name) -> std::optional<std::string> {
                           if (name == "OPENAI_BASE_URL") return vendor.base_url();
                           if (name == "SAMBUNG_UPSTREAM_CONNECTIONS") return "1";
                           return std::nullopt;
                         }).value();
  auto const account = providers.find("openai").value();

  auto first = std::async(std::launch::async, [&] { return text_of_stream(*account); });
  ASSERT_TRUE(vendor.requests_within(10s));
  auto second = std::async(std::launch::async, [&] { return text_of_stream(*account); });

  EXPECT_FALSE(vendor.requests_within(200ms, 2));
  hold.open();
  EXPECT_EQ(first.get(), "one");
  EXPECT_EQ(second.get(), "ok");
  EXPECT_EQ(vendor.connections(), 1U);
}

// --- keys ---

TEST(VendorKeys, AreAskedForBeforeAnythingIsSentWhereTheyAreRequired) {
  scripted_vendor vendor;
  openai_options open(vendor.base_url());
  open.key = key_need::required;
  anthropic_options closed("", vendor.origin());
  closed.key = key_need::required;
  for (auto const& account : {openai_provider(open).value(), anthropic_provider(closed).value()}) {
    auto with = question();
    with.credential = std::make_shared<provider_credential const>(secret_string("sk-mine"), account->key_host());

    EXPECT_EQ(sync_wait(account->complete(question())).error().code, errc::unauthenticated);
    EXPECT_EQ(sync_wait(account->stream(question())).error().code, errc::unauthenticated);
    EXPECT_EQ(sync_wait(account->models()).error().code, errc::unauthenticated);
    EXPECT_TRUE(sync_wait(account->complete(with)));
  }
  EXPECT_EQ(vendor.requests().size(), 2U);
}

// --- Anthropic ---

TEST(AnthropicProvider, RefusesATemperatureThatTheVendorWould) {
  scripted_vendor vendor;
  auto const account = account_with(vendor, vendor_wire::anthropic);
  auto request = question();
  request.temperature = 1.5;

  auto const refused = sync_wait(account->complete(request));

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::unsupported);
  EXPECT_EQ(refused.error().issues.front().path, "temperature");
  EXPECT_TRUE(vendor.requests().empty());
}

TEST(AnthropicProvider, SaysWhichVersionItSpeaksAndHowMuchItWants) {
  scripted_vendor vendor;
  auto const account = account_with(vendor, vendor_wire::anthropic);
  auto request = question();
  request.model = "claude-3-haiku-20240307";
  EXPECT_TRUE(sync_wait(account->complete(request)));

  auto const sent = vendor.requests().front();
  EXPECT_EQ(sent.target, "/v1/messages");
  EXPECT_EQ(sent.header("anthropic-version"), "2023-06-01");
  EXPECT_EQ(sent.header("authorization"), "");
  EXPECT_EQ(json::parse(sent.body).at("max_tokens"), 4'096);
}

TEST(AnthropicProvider, SaysThatReasoningMayBeLeftOutWhereItWouldBeRefused) {
  scripted_vendor vendor;
  auto const account = account_with(vendor, vendor_wire::anthropic);
  std::vector<part> said;
  said.push_back(
      reasoning_part{"ab", json::parse(R"({"anthropic_thinking":[{"bytes":2,"signature":"s"}]})").as_object()});
  said.push_back(text_part{"hi", {}});
  auto request = question();
  request.messages.emplace_back(role::assistant, std::move(said));
  request.messages.emplace_back(role::user, "again");
  for (auto const* model : {"claude-opus-5", "claude-opus-5-5"}) {
    request.model = model;
    EXPECT_TRUE(sync_wait(account->complete(request)));
  }

  EXPECT_EQ(vendor.requests().front().header("anthropic-beta"), "");
  EXPECT_EQ(vendor.requests().back().header("anthropic-beta"), "thinking-binding-controls-2026-08-01");
}

TEST(AnthropicProvider, ListsModelsPageByPage) {
  scripted_vendor vendor;
  auto const account = account_with(vendor, vendor_wire::anthropic);
  vendor.push(vendor_script::response(200, R"({"data":[{"id":"a"},{"id":"b&c"}],"has_more":true,"last_id":"b&c"})"));
  vendor.push(vendor_script::response(200, R"({"data":[{"id":"d"}],"has_more":false,"last_id":"d"})"));

  auto const models = sync_wait(account->models()).value();

  ASSERT_EQ(models.size(), 3U);
  EXPECT_EQ(models.back().id, "d");
  EXPECT_EQ(vendor.requests().back().target, "/v1/models?limit=1000&after_id=b%26c");
}

TEST(AnthropicProvider, GivesUpAListOfModelsWithoutEnd) {
  scripted_vendor vendor;
  auto const account = account_with(vendor, vendor_wire::anthropic);
  vendor.otherwise([](vendor_request const&) {
    return vendor_script::response(200, R"({"data":[{"id":"a"}],"has_more":true,"last_id":"a"})");
  });

  EXPECT_EQ(sync_wait(account->models()).error().code, errc::provider_error);
  EXPECT_EQ(vendor.requests().size(), 10U);
}

TEST(AnthropicProvider, SendsNothingThatItsApiHasNot) {
  scripted_vendor vendor;
  auto request = question();
  request.seed = 7;

  auto const why = sync_wait(account_with(vendor, vendor_wire::anthropic)->stream(request)).error();

  EXPECT_EQ(why.code, errc::unsupported);
  EXPECT_EQ(why.issues.at(0).path, "seed");
  EXPECT_TRUE(vendor.requests().empty());
}

TEST(AnthropicProvider, HasNoEmbeddings) {
  scripted_vendor vendor;

  EXPECT_EQ(sync_wait(account_with(vendor, vendor_wire::anthropic)->embed(texts({"a"}))).error().code,
            errc::unsupported);
}

// --- Ollama ---

TEST(OllamaProvider, KeepsAModelLoadedAsLongAsItIsTold) {
  scripted_vendor vendor;
  ollama_options options(vendor.origin());
  options.keep_alive = -1s;
  auto const account = ollama_provider(options).value();
  auto request = question();
  request.extra = json::parse(R"({"options":{"num_ctx":8192}})").as_object();
  EXPECT_TRUE(sync_wait(account->complete(request)));

  auto const sent = vendor.requests().front();
  auto const body = json::parse(sent.body);
  EXPECT_EQ(sent.target, "/api/chat");
  EXPECT_EQ(sent.header("authorization"), "");
  EXPECT_EQ(body.at("keep_alive"), -1);
  EXPECT_EQ(body.at("options").at("num_ctx"), 8'192);
}

TEST(OllamaProvider, DescribesAModel) {
  scripted_vendor vendor;
  auto const account = ollama_provider(ollama_options(vendor.origin())).value();
  vendor.push(vendor_script::response(
      200,
      R"({"capabilities":["completion","tools"],"model_info":{"general.architecture":"x","x.context_length":4096}})"));
  vendor.push(vendor_script::refusal(404, "model 'no' not found", vendor_wire::ollama));

  auto const model = sync_wait(account->describe("llama3.1:8b")).value();

  EXPECT_EQ(model.capabilities, (std::vector<std::string>{"completion", "tools"}));
  EXPECT_EQ(model.context_tokens, 4'096);
  EXPECT_EQ(vendor.requests().front().target, "/api/show");
  EXPECT_EQ(sync_wait(account->describe("no")).error().code, errc::not_found);
}

TEST(OllamaProvider, ListsModelsByTheirTags) {
  scripted_vendor vendor;
  vendor.push(vendor_script::response(200, R"({"models":[{"name":"llama3.1:8b"},{"model":"u/x:1"}]})"));

  auto const models = sync_wait(account_with(vendor, vendor_wire::ollama)->models()).value();

  ASSERT_EQ(models.size(), 2U);
  EXPECT_EQ(models.back().owned_by, "u");
  EXPECT_EQ(vendor.requests().front().target, "/api/tags");
}

// --- embeddings ---

TEST(Embeddings, ComeInTheOrderOfTheTextsFromOpenai) {
  scripted_vendor vendor;
  vendor.push(vendor_script::response(200, R"({"object":"list","model":"e-1","data":[
      {"index":1,"embedding":[0.5,1]},{"index":0,"embedding":[1,0]}],"usage":{"prompt_tokens":4,"total_tokens":4}})"));
  auto request = texts({"a", "b"});
  request.dimensions = 2;

  auto const batch = sync_wait(account_with(vendor, vendor_wire::openai)->embed(request)).value();

  EXPECT_EQ(batch.vectors, (std::vector<std::vector<float>>{{1, 0}, {0.5, 1}}));
  EXPECT_EQ(batch.model, "e-1");
  EXPECT_EQ(batch.usage->input_tokens, 4);
  auto const sent = vendor.requests().front();
  EXPECT_EQ(sent.target, "/v1/embeddings");
  EXPECT_EQ(json::parse(sent.body).at("dimensions"), 2);
}

TEST(Embeddings, ComeFromOllamaToo) {
  scripted_vendor vendor;
  vendor.push(vendor_script::response(200, R"({"model":"e","embeddings":[[1,2]],"prompt_eval_count":3})"));

  auto const batch = sync_wait(account_with(vendor, vendor_wire::ollama)->embed(texts({"a"}))).value();

  EXPECT_EQ(batch.vectors, (std::vector<std::vector<float>>{{1, 2}}));
  EXPECT_EQ(batch.usage->input_tokens, 3);
  EXPECT_EQ(vendor.requests().front().target, "/api/embed");
}

TEST(Embeddings, AreRefusedBeforeAnythingIsSentWhenTheRequestIsNone) {
  scripted_vendor vendor;
  auto const account = account_with(vendor, vendor_wire::openai);
  auto no_size = texts({"a"});
  no_size.dimensions = 0;
  auto stolen = texts({"a"});
  stolen.credential = std::make_shared<provider_credential const>(secret_string("sk-mine"), "elsewhere.example");

  EXPECT_EQ(sync_wait(account->embed(texts({}))).error().issues.at(0).path, "texts");
  EXPECT_EQ(sync_wait(account->embed(texts({"a", ""}))).error().issues.at(0).path, "texts[1]");
  EXPECT_EQ(sync_wait(account->embed(embedding_request("", {"a"}))).error().issues.at(0).path, "model");
  EXPECT_EQ(sync_wait(account->embed(no_size)).error().code, errc::invalid_argument);
  EXPECT_EQ(sync_wait(account->embed(stolen)).error().code, errc::permission_denied);
  EXPECT_TRUE(vendor.requests().empty());
}

TEST(Embeddings, ThatAreNotOnePerTextAreAnError) {
  scripted_vendor vendor;
  for (auto const* data :
       {"[]", R"([{"index":0,"embedding":[1]}])", R"([{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}])",
        R"([{"index":0,"embedding":[1]},{"index":1,"embedding":[1,2]}])",
        R"([{"index":0,"embedding":[1]},{"index":1,"embedding":["x"]}])"})
    vendor.push(vendor_script::response(200, std::string(R"({"data":)") + data + '}'));

  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(sync_wait(account_with(vendor, vendor_wire::openai)->embed(texts({"a", "b"}))).error().code,
              errc::provider_error)
        << i;
}

}  // namespace
}  // namespace sambung::vendor_adapters_test
