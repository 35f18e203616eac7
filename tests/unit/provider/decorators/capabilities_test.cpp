#include <sambung/provider/decorators/fallback.hpp>
#include <sambung/provider/decorators/rate_limit.hpp>
#include <sambung/provider/decorators/retry.hpp>
#include <sambung/provider/decorators/with_capabilities.hpp>
#include <sambung/testing/scripted_provider.hpp>

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace sambung::capabilities_test {
namespace {

using testing::answer_script;
using testing::scripted_provider;

completion_request question(std::string model = "m") {
  std::vector<prompt_message> messages;
  messages.emplace_back(role::user, "Apa khabar?");
  return completion_request(std::move(model), std::move(messages));
}

// A request that asks for everything there is.
completion_request everything(std::string model = "m") {
  auto request = question(std::move(model));
  std::vector<part> parts;
  parts.push_back(text_part{"look", {}});
  parts.push_back(image_part{"https://a.example/x.png", {}});
  parts.push_back(file_part{"a.pdf", "application/pdf", "https://a.example/a.pdf", {}});
  request.messages.emplace_back(role::user, std::move(parts));
  std::vector<part> only_image(1, image_part{"https://a.example/y.png", {}});
  request.messages.emplace_back(role::user, std::move(only_image));
  boost::json::object tool;
  tool["type"] = "function";
  request.tools.push_back(tool);
  request.choice = tool_choice(tool_choice::kind::required);
  request.parallel_tool_calls = false;
  request.format = output_format();
  request.effort = reasoning_effort::low;
  request.temperature = 0.5;
  request.top_p = 0.5;
  request.seed = 1;
  request.presence_penalty = 1;
  request.frequency_penalty = 1;
  request.stop = {"a", "b", "c"};
  request.max_tokens = 1'000;
  return request;
}

model_capabilities nothing_much() {
  model_capabilities known;
  known.images = known.files = known.tools = known.parallel_tool_calls = known.json_object = known.json_schema =
      known.reasoning_effort = known.sampling = known.seed = known.penalties = support::no;
  known.max_stop = 2;
  known.max_output_tokens = 100;
  return known;
}

std::string paths(std::vector<issue> const& issues) {
  std::string all;
  for (auto const& one : issues) all += (all.empty() ? "" : " ") + one.path;
  return all;
}

std::string const too_much =
    "tools parallel_tool_calls format effort temperature top_p seed presence_penalty frequency_penalty stop max_tokens "
    "messages[1].parts[1] messages[1].parts[2] messages[2].parts[0]";

std::shared_ptr<provider> modest(std::shared_ptr<provider> inner) {
  capability_table table;
  table.add("m*", nothing_much());
  return with_capabilities(std::move(inner), std::move(table));
}

TEST(Capabilities, KnowHowHighATemperatureMayBe) {
  model_capabilities cool;
  cool.max_temperature = 1;
  auto request = question();
  request.temperature = 1;
  EXPECT_TRUE(excess_of(request, cool).empty());
  request.temperature = 1.5;

  auto const told = excess_of(request, cool);

  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told.front().path, "temperature");
  EXPECT_EQ(told.front().message, "this model takes a temperature of at most 1");
  drop_excess(request, cool);
  EXPECT_EQ(request.temperature, 1);
}

TEST(Capabilities, WhatIsUnknownIsAllowed) { EXPECT_TRUE(excess_of(everything(), model_capabilities()).empty()); }

TEST(Capabilities, EveryMemberThatIsTooMuchIsNamed) {
  EXPECT_EQ(paths(excess_of(everything(), nothing_much())), too_much);
  EXPECT_TRUE(excess_of(question(), nothing_much()).empty());
}

TEST(Capabilities, DroppingLeavesWhatTheModelCanDo) {
  auto request = everything();

  EXPECT_EQ(paths(drop_excess(request, nothing_much())), too_much);
  EXPECT_TRUE(excess_of(request, nothing_much()).empty());
  EXPECT_EQ(request.stop.size(), 2u);
  EXPECT_EQ(request.max_tokens, 100);
  EXPECT_FALSE(request.choice);
  ASSERT_EQ(request.messages.size(), 2u);
  EXPECT_EQ(request.messages[1].parts.size(), 1u);
}

TEST(Capabilities, TableMatchesPatternsAndLaterRowsSayMore) {
  model_capabilities first;
  first.images = support::no;
  first.tools = support::no;
  model_capabilities second;
  second.images = support::yes;
  capability_table table;
  table.add("*", first).add("a*b*c", second);

  EXPECT_EQ(table.of("x").images, support::no);
  EXPECT_EQ(table.of("abc").images, support::yes);
  EXPECT_EQ(table.of("axbbyc").images, support::yes);
  EXPECT_EQ(table.of("abc").tools, support::no);
  EXPECT_EQ(table.of("abcd").images, support::no);
  EXPECT_EQ(capability_table().of("x"), model_capabilities());
}

TEST(Capabilities, KnowsWhatVendorsPublish) {
  auto const& known = known_models();
  EXPECT_EQ(known.of("gpt-3.5-turbo").images, support::no);
  EXPECT_EQ(known.of("openai/gpt-4o-mini").images, support::yes);
  EXPECT_EQ(known.of("gpt-4o").max_output_tokens, 16'384);
  EXPECT_EQ(known.of("text-embedding-3-small").chat, support::no);
  EXPECT_EQ(known.of("gpt-3.5-turbo-instruct").chat, support::no);
  EXPECT_EQ(known.of("claude-opus-5-5").context_tokens, 1'000'000);
  EXPECT_EQ(known.of("google/gemini-3.8-flash").max_output_tokens, 65'536);
  EXPECT_EQ(known.of("mistral-embed").chat, support::no);
  EXPECT_EQ(known.of("nomic-embed-text:latest").chat, support::no);
  EXPECT_EQ(known.of("deepseek-v4-pro").images, support::no);
  for (auto const* unknown : {"", "vicuna:7b", "my-gpt-4o", "scripted", "demo", "gpt-5-chat-latest", "gpt-17"})
    EXPECT_EQ(known.of(unknown), model_capabilities()) << unknown;
}

TEST(Capabilities, KnowsWhoTakesNoTemperature) {
  auto const& known = known_models();
  for (auto const* own : {"o1", "o3-mini", "o4-mini-2025-04-16", "openai/gpt-5", "gpt-5-nano-2025-08-07", "gpt-6-astra",
                          "gpt-6.1-sol", "claude-opus-4-7", "claude-sonnet-5-5", "claude-fable-5-1"}) {
    auto request = question(own);
    request.temperature = 0.5;
    EXPECT_EQ(paths(excess_of(request, known.of(own))), "temperature") << own;
  }
  // Without effort these sample as others do.
  for (auto const* free : {"gpt-4.1", "gpt-5.1", "gpt-5.4-mini", "gpt-6-sol", "claude-opus-4-6", "gemini-2.5-pro"}) {
    auto request = question(free);
    request.temperature = 0.5;
    EXPECT_TRUE(excess_of(request, known.of(free)).empty()) << free;
  }
}

TEST(Capabilities, KnowsASnapshotApartFromItsFamily) {
  auto const& known = known_models();
  EXPECT_EQ(known.of("gpt-4o-2024-08-06").json_schema, support::yes);
  EXPECT_EQ(known.of("gpt-4o-2024-05-13").json_schema, support::no);
  EXPECT_EQ(known.of("gpt-4o-2024-05-13").max_output_tokens, 4'096);
  EXPECT_EQ(known.of("gpt-4o-2024-05-13").images, support::yes);
  EXPECT_EQ(known.of("gpt-4o-audio-preview"), model_capabilities());
}

TEST(Capabilities, KnowsWhereAResellerCanDoMore) {
  EXPECT_EQ(known_models().of("deepseek-flash").json_schema, support::no);
  EXPECT_EQ(known_models().of("deepseek/deepseek-flash").json_schema, support::unknown);
}

TEST(Capabilities, AreRefusedBeforeAnythingIsSent) {
  auto const vendor = std::make_shared<scripted_provider>();
  auto const p = modest(vendor);

  auto const whole = sync_wait(p->complete(everything()));
  EXPECT_EQ(whole.error().code, errc::unsupported);
  EXPECT_EQ(paths(whole.error().issues), too_much);
  EXPECT_EQ(sync_wait(p->stream(everything())).error().code, errc::unsupported);
  auto const embedding = sync_wait(std::make_shared<scripted_provider>()->complete(question("text-embedding-3-small")));
  EXPECT_EQ(paths(embedding.error().issues), "model");
  EXPECT_TRUE(vendor->requests().empty());
}

TEST(Capabilities, AreDroppedAndReportedIfTheCallerAllows) {
  auto const vendor = std::make_shared<scripted_provider>();
  vendor->push(answer_script().text("whole").finish()).push(answer_script().text("stream").finish());
  auto const p = modest(vendor);
  auto request = everything();
  request.on_unsupported = unsupported_policy::drop;

  auto const whole = sync_wait(p->complete(request));
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_EQ(paths(whole->warnings), too_much);
  auto const stream = sync_wait(p->stream(request));
  ASSERT_TRUE(stream);
  EXPECT_EQ(paths((*stream)->warnings()), too_much);
  for (auto const& sent : vendor->requests()) EXPECT_TRUE(excess_of(sent, nothing_much()).empty());
}

TEST(Capabilities, WarningsComeThroughDecorators) {
  auto const vendor = std::make_shared<scripted_provider>();
  vendor->push(answer_script().text("stream").finish()).push(answer_script().text("whole").finish());
  std::vector<fallback_candidate> candidates;
  candidates.emplace_back(modest(vendor), "");
  auto const p = retrying(fallback(std::move(candidates)));
  auto request = everything();
  request.on_unsupported = unsupported_policy::drop;

  auto const stream = sync_wait(p->stream(request));
  ASSERT_TRUE(stream);
  EXPECT_EQ(paths((*stream)->warnings()), too_much);
  auto const whole = sync_wait(p->complete(request));
  ASSERT_TRUE(whole);
  EXPECT_EQ(paths(whole->warnings), too_much);
}

TEST(Capabilities, WhoKnowsBetterIsBelieved) {
  auto const vendor = std::make_shared<scripted_provider>();
  vendor->push(answer_script().text("{}").finish()).push(answer_script().text("{}").finish());
  auto request = everything();
  request.capabilities = std::make_shared<model_capabilities const>();
  EXPECT_TRUE(sync_wait(modest(vendor)->complete(request)));

  model_capabilities able;
  able.images = support::yes;
  able.files = support::yes;
  capability_table table;
  table.add("gpt-3.5-turbo", able);
  auto old = question("gpt-3.5-turbo");
  old.messages[0].parts.push_back(image_part{"https://a.example/x.png", {}});
  EXPECT_EQ(sync_wait(vendor->complete(old)).error().code, errc::unsupported);
  EXPECT_TRUE(sync_wait(with_capabilities(vendor, table)->complete(old)));
}

// Counts what reaches it.
class embedding_model final : public provider {
 public:
  int asked = 0;

 private:
  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request) override {
    co_return failure(errc::unsupported, "embeddings only");
  }
  task<result<embedding_batch>> do_embed(embedding_request request) override {
    ++asked;
    embedding_batch batch;
    batch.vectors.assign(request.texts.size(), std::vector<float>(2, 0.5F));
    co_return batch;
  }
  task<result<std::vector<model_info>>> do_models() override { co_return std::vector<model_info>(); }
};

TEST(Capabilities, AreHeldAgainstEmbeddingsToo) {
  auto const vendor = std::make_shared<embedding_model>();
  std::vector<std::string> const texts{"a"};

  auto const chat_model = sync_wait(vendor->embed(embedding_request("gpt-4o", texts)));

  EXPECT_EQ(chat_model.error().code, errc::unsupported);
  EXPECT_EQ(paths(chat_model.error().issues), "model");
  EXPECT_EQ(vendor->asked, 0);
  for (auto const* model : {"text-embedding-3-small", "mine"})
    EXPECT_TRUE(sync_wait(vendor->embed(embedding_request(model, texts)))) << model;
  model_capabilities able;
  able.embeddings = support::yes;
  capability_table table;
  table.add("gpt-4o", able);
  EXPECT_TRUE(sync_wait(retrying(with_capabilities(vendor, table))->embed(embedding_request("gpt-4o", texts))));
}

TEST(StructuredOutput, IsCheckedOnArrival) {
  auto const answer = [](output_format format, std::string text, finish_reason reason = finish_reason::stop) {
    scripted_provider vendor;
    vendor.push(answer_script().text(std::move(text)).finish(reason));
    auto request = question();
    request.format = std::move(format);
    return sync_wait(vendor.complete(std::move(request)));
  };
  auto const schema = output_format::schema_of("s", {});

  EXPECT_TRUE(answer(output_format(), " {\"a\": [1]} "));
  EXPECT_TRUE(answer(schema, "[1]"));
  for (auto const* text : {"[1]", "1", "{", "```json\n{}\n```", "I cannot", "{} {}"})
    EXPECT_EQ(answer(output_format(), text).error().code, errc::provider_error) << text;
  EXPECT_EQ(answer(schema, "I cannot").error().code, errc::provider_error);
  EXPECT_EQ(answer(schema, std::string(200, '[') + std::string(200, ']')).error().code, errc::provider_error);
  auto const of_members = output_format::schema_of(
      "s",
      boost::json::parse(R"({"type":"object","required":["a"],"properties":{"a":{"type":"integer"}}})").as_object());
  EXPECT_TRUE(answer(of_members, R"({"a": 1})"));
  auto const wrong = answer(of_members, R"({"a": "x"})").error();
  EXPECT_EQ(wrong.code, errc::provider_error);
  ASSERT_EQ(wrong.issues.size(), 1U);
  EXPECT_EQ(wrong.issues[0].path, "a");
  EXPECT_TRUE(answer(output_format(), "{\"a\": ", finish_reason::length));
  EXPECT_TRUE(answer(output_format(), "no", finish_reason::content_filter));
}

}  // namespace
}  // namespace sambung::capabilities_test
