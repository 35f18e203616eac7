// Prompts: how a stored answer with calls and results is told to vendors, down to their wires.
#include "services/turns/prompt.hpp"
#include "provider/wires/anthropic_wire.hpp"
#include "provider/wires/ollama_wire.hpp"
#include "provider/wires/openai_stream.hpp"
#include "support/desk.hpp"
#include "support/transcripts.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace sambung::prompt_test {
namespace {

namespace json = boost::json;

// Parts in short: "t:text", "c:id", "r:id", "e" for an error.
std::vector<part> parts_of(std::vector<std::string> const& words) {
  std::vector<part> parts;
  for (auto const& word : words) {
    auto rest = word.size() > 2 ? word.substr(2) : "";
    if (word[0] == 't') parts.push_back(text_part{rest, {}});
    if (word[0] == 'c') parts.push_back(tool_call_part{rest, "f", "{}", {}});
    if (word[0] == 'r') parts.push_back(tool_result_part{rest, "done", {}});
    if (word[0] == 'e') parts.push_back(error_part{"unavailable", "gone", {}});
  }
  return parts;
}

std::string line_of(prompt_message const& message) {
  std::string line = message.who == role::tool ? "tool" : "assistant";
  for (auto const& p : message.parts) {
    if (auto const* text = std::get_if<text_part>(&p)) line += " t:" + text->text;
    if (auto const* call = std::get_if<tool_call_part>(&p)) line += " c:" + call->id;
    if (auto const* result = std::get_if<tool_result_part>(&p)) {
      line += result->is_error ? " x:" : " r:";
      line += result->call_id;
    }
  }
  return line;
}

std::vector<std::string> prompt(std::vector<std::string> const& words) {
  std::vector<std::string> lines;
  for (auto const& message : prompt_of(parts_of(words))) lines.push_back(line_of(message));
  return lines;
}

using lines = std::vector<std::string>;

TEST(Prompt, PartsAnAnswerIntoItsSteps) {
  EXPECT_EQ(prompt({"t:a", "c:1", "c:2", "r:2", "r:1", "t:b", "c:3", "r:3", "t:c"}),
            (lines{"assistant t:a c:1 c:2", "tool r:2 r:1", "assistant t:b c:3", "tool r:3", "assistant t:c"}));
}

TEST(Prompt, GivesEveryOpenCallAResult) {
  EXPECT_EQ(prompt({"t:a", "c:1", "c:2", "r:2"}), (lines{"assistant t:a c:1 c:2", "tool r:2 x:1"}));
  EXPECT_EQ(prompt({"c:1", "e"}), (lines{"assistant c:1", "tool x:1"}));
  EXPECT_EQ(prompt({"c:1", "c:2", "r:1", "t:b"}), (lines{"assistant c:1 c:2", "tool r:1 x:2", "assistant t:b"}));
}

TEST(Prompt, LeavesOutResultsWithoutACallAndErrors) {
  EXPECT_EQ(prompt({"r:9", "t:a", "e"}), (lines{"assistant t:a"}));
  EXPECT_EQ(prompt({"e"}), lines());
  EXPECT_EQ(prompt({"c:1", "r:1", "r:1", "t:b"}), (lines{"assistant c:1", "tool r:1", "assistant t:b"}));
}

TEST(Prompt, JoinsNeighboursOfOneSide) {
  std::vector<prompt_message> messages;
  messages.emplace_back(role::system, "s");
  for (auto const* text : {"a", "b"}) messages.emplace_back(role::user, text);
  messages.emplace_back(role::assistant, parts_of({"t:c"}));
  messages.emplace_back(role::assistant, parts_of({"t:d", "c:1"}));
  messages.emplace_back(role::tool, parts_of({"r:1"}));
  messages.emplace_back(role::assistant, parts_of({"t:e"}));

  auto const joined = in_turns(std::move(messages));

  ASSERT_EQ(joined.size(), 5u);
  EXPECT_EQ(text_of(joined.at(1).parts), "a\n\nb");
  EXPECT_EQ(line_of(joined.at(2)), "assistant t:c\n\nd c:1");
  EXPECT_EQ(line_of(joined.at(4)), "assistant t:e");
}

TEST(Prompt, GivesCallsIdsOfTheirOwn) {
  std::vector<prompt_message> messages;
  for (int i = 0; i < 3; ++i) {
    messages.emplace_back(role::user, "hi");
    for (auto& each : prompt_of(parts_of({"c:call_0", "c:call_1", "r:call_1", "r:call_0", "t:ok"})))
      messages.push_back(std::move(each));
  }

  separate_call_ids(messages);
  auto const once = messages.size();
  separate_call_ids(messages);

  EXPECT_EQ(once, messages.size());
  EXPECT_EQ(line_of(messages[1]), "assistant c:call_0 c:call_1");
  EXPECT_EQ(line_of(messages[5]), "assistant c:call_0_2 c:call_1_2");
  EXPECT_EQ(line_of(messages[6]), "tool r:call_1_2 r:call_0_2");
  EXPECT_EQ(line_of(messages[9]), "assistant c:call_0_3 c:call_1_3");
}

// --- from a vendor's stream through a turn to the vendor's next request
// -----------------------------------------------

testing::answer_script script_of(stream_decoder& decoder, std::string const& file) {
  testing::answer_script script;
  auto const bytes = transcripts::read_file(transcripts::path_of(file));
  decoder.push(bytes);
  while (auto event = decoder.next()) script.event(std::move(*event));
  return script;
}

// The request of the second step, after the tools of the transcript's answer have run.
completion_request second_request(testing::answer_script script) {
  tests::desk_options options;
  auto const object = json::parse(R"({"type":"object"})").as_object();
  auto const known = [](tool_call, json::object) -> task<std::string> { co_return "known"; };
  auto const broken = [](tool_call, json::object) -> task<std::string> {
    throw error(errc::unavailable, "broken");
    co_return "";
  };
  options.tools.add(tool("weather", "", object, known));
  options.tools.add(tool("now", "", object, broken)).add(tool("time", "", object, broken));
  options.tool_limits.parallelism = 1;
  tests::desk d(options);
  d.model->push(std::move(script)).push(tests::say("ok"));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));
  EXPECT_EQ(sync_wait(turn.answer()).state, message_state::complete);
  return d.model->requests().at(1);
}

TEST(Prompt, GoesRoundOnAnthropicsWire) {
  anthropic_stream_decoder decoder(secret_string("secret"), 1'048'576);
  auto const request = second_request(script_of(decoder, "anthropic_tools.sse"));

  auto const body =
      json::parse(encode_anthropic_request(request, answer_mode::streamed, anthropic_model()).value().body);

  EXPECT_EQ(body.at("messages"), json::parse(R"([
      {"role":"user","content":[{"type":"text","text":"hi"}]},
      {"role":"assistant","content":[{"type":"text","text":"Looking."},
        {"type":"tool_use","id":"toolu_1","name":"weather","input":{"city":"Melaka"}},
        {"type":"tool_use","id":"toolu_2","name":"now","input":{}}]},
      {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"known"},
        {"type":"tool_result","tool_use_id":"toolu_2","content":"Error: broken","is_error":true}]}])"));
  EXPECT_EQ(body.at("tools").as_array().size(), 3U);
}

TEST(Prompt, GoesRoundOnOpenaisWire) {
  openai_stream_decoder decoder(secret_string("secret"), 1'048'576);
  auto const request = second_request(script_of(decoder, "tools_openai.sse"));

  auto const body = json::parse(encode_openai_request(request, answer_mode::streamed));

  EXPECT_EQ(body.at("messages"), json::parse(R"([
      {"role":"user","content":"hi"},
      {"role":"assistant","content":null,"tool_calls":[
        {"id":"call_a","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Melaka\"}"}},
        {"id":"call_b","type":"function","function":{"name":"time","arguments":"{}"}}]},
      {"role":"tool","tool_call_id":"call_a","content":"known"},
      {"role":"tool","tool_call_id":"call_b","content":"Error: broken"}])"));
}

TEST(Prompt, ReturnsGeminisSignatureWithTheCall) {
  openai_stream_decoder decoder(secret_string("secret"), 1'048'576);
  auto const request = second_request(script_of(decoder, "tools_gemini.sse"));

  auto const body = json::parse(encode_openai_request(request, answer_mode::streamed));

  auto const& messages = body.at("messages").as_array();
  EXPECT_TRUE(
      messages.at(1).at("tool_calls").at(0).at("extra_content").at("google").as_object().contains("thought_signature"));
  EXPECT_EQ(messages.at(2).at("role"), "tool");
}

TEST(Prompt, GoesRoundOnOllamasWire) {
  ollama_stream_decoder decoder(secret_string("secret"), 1'048'576);
  auto const request = second_request(script_of(decoder, "ollama_tools_without_ids.ndjson"));

  auto const body = json::parse(encode_ollama_request(request, answer_mode::streamed).value().body);

  auto const& messages = body.at("messages").as_array();
  auto const& calls = messages.at(1).at("tool_calls").as_array();
  ASSERT_EQ(messages.size(), 2 + calls.size());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    EXPECT_EQ(messages.at(2 + i).at("tool_call_id"), calls[i].at("id"));
    EXPECT_EQ(messages.at(2 + i).at("tool_name"), calls[i].at("function").at("name"));
  }
}

}  // namespace
}  // namespace sambung::prompt_test
