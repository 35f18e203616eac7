// Prompts of every history keep to every vendor's rules: each kind of message beside each other kind, through each
// wire, judged by a checker that knows the vendor's rules and nothing of how prompts are made.
#include "provider/prompt_rules.hpp"

#include "provider/wires/anthropic_wire.hpp"
#include "provider/wires/ollama_wire.hpp"
#include "provider/wires/openai_wire.hpp"

#include <sambung/provider/vendors/compatible.hpp>

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <random>
#include <set>

namespace sambung::prompt_rules_test {
namespace {

namespace json = boost::json;

constexpr auto png = "data:image/png;base64,iVBORw==";

// --- every kind of message that a path may hold
// ---------------------------------------------------------------------

struct kind {
  char const* name;
  role who;
  std::function<std::vector<part>()> parts;
};

template <class... P>
std::function<std::vector<part>()> made_of(P... parts) {
  return [=] {
    std::vector<part> all;
    (all.push_back(parts), ...);
    return all;
  };
}

text_part text(char const* words) { return {words, {}}; }
tool_call_part call(char const* id, char const* name = "f", char const* arguments = "{}") {
  return {id, name, arguments, {}};
}
tool_result_part result_of(char const* id) { return {id, "done", {}}; }
error_part const fault{"unavailable", "gone", {}};
image_part const image{png, {}};
image_part const far_image{"https://x.example/a.png", {}};
file_part const pdf{"a.pdf", "application/pdf", "data:application/pdf;base64,QQ==", {}};
reasoning_part const thought{"hm", {}};

std::vector<kind> const& kinds() {
  static std::vector<kind> const all{
      {"question", role::user, made_of(text("q"))},
      {"question of several parts", role::user, made_of(text("q"), text(" "), text("r"))},
      {"picture", role::user, made_of(image)},
      {"picture by address", role::user, made_of(far_image)},
      {"file", role::user, made_of(pdf)},
      {"words and picture", role::user, made_of(text("look"), image)},
      {"blank question", role::user, made_of(text(" \n"))},
      {"damaged question", role::user, made_of()},
      {"question with a model's parts", role::user, made_of(call("u"), result_of("u"), thought, fault)},
      {"answer", role::assistant, made_of(text("a"))},
      {"answer with thoughts", role::assistant, made_of(thought, text("a"))},
      {"thoughts alone", role::assistant, made_of(thought)},
      {"empty answer", role::assistant, made_of()},
      {"blank answer", role::assistant, made_of(text("\n\n"))},
      {"failed answer", role::assistant, made_of(fault)},
      {"broken answer", role::assistant, made_of(text("a"), fault)},
      {"answer of a picture", role::assistant, made_of(image)},
      {"call and answer", role::assistant, made_of(call("c"), result_of("c"), text("a"))},
      {"blank, call and answer", role::assistant, made_of(text("\n"), call("c"), result_of("c"), text("a"))},
      {"calls and results out of order", role::assistant,
       made_of(text("a"), call("c"), call("d"), result_of("d"), result_of("c"))},
      {"call without a result", role::assistant, made_of(text("a"), call("c"))},
      {"call that broke off", role::assistant, made_of(call("c", "f", "{\"a\":"), fault)},
      {"result without a call", role::assistant, made_of(result_of("c"), text("a"))},
      {"result twice", role::assistant, made_of(call("c"), result_of("c"), result_of("c"))},
      {"two calls of one id", role::assistant, made_of(call("c"), call("c"), result_of("c"), result_of("c"))},
      {"calls in two steps of one id", role::assistant,
       made_of(call("c"), result_of("c"), call("c"), result_of("c"), text("a"))},
      {"ids that read alike", role::assistant, made_of(call("f.g:1"), call("f_g_1"), result_of("f.g:1"))},
      {"call without an id", role::assistant, made_of(call(""), result_of(""))},
      {"call of a garbled name", role::assistant, made_of(call("c", "f g{\""), call("d", ""), result_of("c"))},
      {"call, result and thoughts", role::assistant, made_of(call("c"), result_of("c"), thought)},
      {"result of nothing alone", role::assistant, made_of(result_of("c"))},
      {"imported instruction", role::system, made_of(text("obey"))},
      {"imported result", role::tool, made_of(result_of("c"), text("r"))},
  };
  return all;
}

// --- the vendors' rules
// ---------------------------------------------------------------------------------------------

std::string text_at(json::object const& of, char const* name) {
  auto const* value = of.if_contains(name);
  return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

bool blank(std::string const& words) { return words.find_first_not_of(" \t\r\n") == words.npos; }

// The letters that OpenAI and Anthropic take in names of functions.
bool is_name(std::string const& name) {
  return !name.empty() && name.size() <= 64 &&
         std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-'; });
}

// Each returns the first rule that is broken; empty for none.
using checker = std::function<std::string(json::object const&)>;

// Chat Completions, and what the templates behind compatible servers (Mistral's, Llama's, Gemma's) raise an exception
// for: wires.md, "Chat completions"; https://platform.openai.com/docs/api-reference/chat/create.
std::string openai_fault(json::object const& body) {
  std::set<std::string> ids, open;
  std::string before = "begin";
  auto const& messages = body.at("messages").as_array();
  for (auto const& each : messages) {
    auto const& message = each.as_object();
    auto const role = text_at(message, "role");
    if (role != "tool" && !open.empty()) return "a call has no result behind it";
    if (role == "system") {
      if (before != "begin") return "a system prompt stands in the middle";
    } else if (role == "user") {
      if (before == "user" || before == "tool") return "a question behind " + before;
      auto const& content = message.at("content");
      if (content.is_array() ? content.as_array().empty() : blank(text_at(message, "content")))
        return "a question says nothing";
    } else if (role == "assistant") {
      if (before != "user" && before != "tool") return "an answer behind " + before;
      auto const* calls = message.if_contains("tool_calls");
      if (!calls && blank(text_at(message, "content"))) return "an answer says nothing";
      if (calls && calls->as_array().empty()) return "an empty list of calls";
      for (auto const& one : calls ? calls->as_array() : json::array()) {
        auto const id = text_at(one.as_object(), "id");
        if (id.empty() || !ids.insert(id).second) return "an id of a call is none, or is not its own";
        if (!is_name(text_at(one.at("function").as_object(), "name"))) return "a name that is refused";
        open.insert(id);
      }
    } else if (role == "tool") {
      if (open.erase(text_at(message, "tool_call_id")) != 1) return "a result without a call before it";
    } else {
      return "a role that is none: " + role;
    }
    before = role == "system" ? before : role;
  }
  if (!open.empty()) return "the last call has no result";
  return before == "user" ? "" : "the last message is no question";
}

// https://docs.anthropic.com/en/api/messages and wires.md, "Anthropic".
std::string anthropic_fault(json::object const& body) {
  std::set<std::string> ids, open;
  std::string before;
  if (body.contains("system") && blank(text_at(body, "system"))) return "a blank system prompt";
  for (auto const& each : body.at("messages").as_array()) {
    auto const& message = each.as_object();
    auto const role = text_at(message, "role");
    if (before.empty() && role != "user") return "the user does not begin";
    if (role == before) return "two of one side in a row: " + role;
    auto const& content = message.at("content");
    if (content.is_string() ? blank(text_at(message, "content")) : content.as_array().empty())
      return "a message without content";
    bool said = false;
    for (auto const& one : content.is_array() ? content.as_array() : json::array()) {
      auto const& block = one.as_object();
      auto const type = text_at(block, "type");
      if (type == "text" && blank(text_at(block, "text"))) return "a blank text";
      if (type == "tool_result") {
        if (role != "user" || said) return "a result is not in front of what the user says";
        if (open.erase(text_at(block, "tool_use_id")) != 1) return "a result without a call before it";
      } else if (type == "tool_use") {
        auto const id = text_at(block, "id");
        if (role != "assistant") return "a call of the user's";
        if (!is_name(id) || !ids.insert(id).second) return "an id of a call is none, or is not its own";
        if (!is_name(text_at(block, "name"))) return "a name that is refused";
        if (!block.at("input").is_object()) return "a call without an object";
        open.insert(id);
      } else {
        said = true;
      }
    }
    if (role == "user" && !open.empty()) return "a call has no result behind it";
    before = role;
  }
  if (!open.empty()) return "the last call has no result";
  return before == "user" ? "" : "the last message is no question";
}

// /api/chat, whose templates are Llama's, Mistral's, Gemma's: wires.md, "Ollama".
std::string ollama_fault(json::object const& body) {
  std::string before = "begin";
  std::set<std::string> open;
  for (auto const& each : body.at("messages").as_array()) {
    auto const& message = each.as_object();
    auto const role = text_at(message, "role");
    if (role != "tool" && !open.empty()) return "a call has no result behind it";
    if (role == "system") {
      if (before != "begin") return "a system prompt stands in the middle";
      continue;
    }
    bool const says = !blank(text_at(message, "content")) || message.contains("images");
    if (role == "user" && (before == "user" || before == "tool")) return "a question behind " + before;
    if (role == "user" && !says) return "a question says nothing";
    if (role == "assistant") {
      if (before != "user" && before != "tool") return "an answer behind " + before;
      if (!says && !message.contains("tool_calls")) return "an answer says nothing";
      if (auto const* calls = message.if_contains("tool_calls"))
        for (auto const& one : calls->as_array()) {
          if (!one.at("function").at("arguments").is_object()) return "arguments that are no object";
          if (text_at(one.at("function").as_object(), "name").empty()) return "a call of nothing";
          open.insert(text_at(one.as_object(), "id"));
        }
    }
    if (role == "tool") {
      if (open.erase(text_at(message, "tool_call_id")) != 1) return "a result without a call before it";
      if (text_at(message, "tool_name").empty()) return "a result of no tool";
    }
    before = role;
  }
  if (!open.empty()) return "the last call has no result";
  return before == "user" ? "" : "the last message is no question";
}

// --- the wires
// ------------------------------------------------------------------------------------------------------

struct wire_under_test {
  std::string name;
  std::function<std::string(completion_request const&)> encode;
  checker fault;
};

// Empty when nothing was left that the vendor takes.
std::string body_of(result<encoded_request> made) { return made ? std::move(made->body) : std::string(); }

bool is_all_media(completion_request const& request) {
  return std::ranges::all_of(request.messages, [](prompt_message const& message) {
    return std::ranges::all_of(message.parts, [](part const& p) {
      return std::holds_alternative<image_part>(p) || std::holds_alternative<file_part>(p);
    });
  });
}

std::vector<wire_under_test> wires() {
  std::vector<wire_under_test> all;
  for (auto const& vendor : compatible_vendors()) {
    auto const encode = [dialect = vendor.dialect](completion_request const& request) {
      return encode_openai_request(request, answer_mode::streamed, dialect);
    };
    all.push_back({std::string(vendor.name), encode, openai_fault});
  }
  all.push_back({"anthropic",
                 [](completion_request const& request) {
                   return body_of(encode_anthropic_request(request, answer_mode::streamed, anthropic_model()));
                 },
                 anthropic_fault});
  all.push_back(
      {"ollama",
       [](completion_request const& request) { return body_of(encode_ollama_request(request, answer_mode::streamed)); },
       ollama_fault});
  return all;
}

std::string names_of(std::vector<kind const*> const& history) {
  std::string names;
  for (auto const* one : history) (names += names.empty() ? "" : " | ") += one->name;
  return names;
}

completion_request request_of(std::string_view system, std::vector<kind const*> const& history) {
  std::vector<prompt_message> messages;
  for (auto const* one : history) messages.emplace_back(one->who, one->parts());
  completion_request request("m", prompt_of_history(system, std::move(messages)));
  request.on_unsupported = unsupported_policy::drop;
  return request;
}

void expect_kept(std::vector<wire_under_test> const& all, std::string_view system,
                 std::vector<kind const*> const& history) {
  auto const request = request_of(system, history);
  for (auto const& wire : all) {
    auto const body = wire.encode(request);
    if (body.empty()) {
      EXPECT_TRUE(is_all_media(request)) << wire.name << " has nothing of: " << names_of(history);
      continue;
    }
    auto const fault = wire.fault(json::parse(body).as_object());
    EXPECT_EQ(fault, "") << wire.name << ": " << names_of(history) << '\n' << body;
  }
}

TEST(PromptRules, AreKeptByEveryPairOfNeighboursOnEveryWire) {
  auto const all = wires();
  kind const question{"last question", role::user, made_of(text("and?"))};
  for (auto const& first : kinds())
    for (auto const& second : kinds()) {
      expect_kept(all, "Be brief.", {&first, &second, &question});
      expect_kept(all, "", {&first, &second, &question});
    }
}

TEST(PromptRules, AreKeptWithEachKindAsTheOnlyOneAndAsTheLast) {
  auto const all = wires();
  for (auto const& last : kinds()) {
    expect_kept(all, "", {&last});
    for (auto const& before : kinds()) expect_kept(all, " ", {&before, &last});
  }
}

TEST(PromptRules, AreKeptByLongHistoriesAtRandom) {
  auto const all = wires();
  std::mt19937 random(20'260'729);
  std::uniform_int_distribution<std::size_t> any(0, kinds().size() - 1), length(3, 12);
  for (int i = 0; i < 300; ++i) {
    std::vector<kind const*> history;
    for (auto n = length(random); n > 0; --n) history.push_back(&kinds()[any(random)]);
    expect_kept(all, "Be brief.", history);
  }
}

// What is asked of the model next, in the middle of a turn.
TEST(PromptRules, AreKeptByEveryStepOfATurn) {
  auto const all = wires();
  kind const question{"last question", role::user, made_of(text("and?"))};
  for (auto const& before : kinds())
    for (auto const& step : kinds()) {
      auto const parts = step.parts();
      bool const calls =
          std::ranges::any_of(parts, [](part const& p) { return std::holds_alternative<tool_call_part>(p); });
      if (step.who != role::assistant || !calls) continue;
      auto request = request_of("", {&before, &question});
      for (auto& one : prompt_of(parts)) request.messages.push_back(std::move(one));
      separate_call_ids(request.messages);
      bool const ends_with_results = request.messages.back().who == role::tool;
      if (!ends_with_results) continue;
      for (auto const& wire : all) {
        auto const fault = wire.fault(json::parse(wire.encode(request)).as_object());
        auto const last = wire.name == "anthropic" ? "" : "the last message is no question";
        EXPECT_EQ(fault, last) << wire.name << ": " << before.name << " | " << step.name;
      }
    }
}

// --- what is told of it
// ---------------------------------------------------------------------------------------------

TEST(PromptRules, TellImportedInstructionsAsTheUsers) {
  kind const question{"last question", role::user, made_of(text("and?"))};
  kind const order{"instruction", role::system, made_of(text("obey"))};

  auto const request = request_of("Be brief.", {&order, &question});

  ASSERT_EQ(request.messages.size(), 2U);
  EXPECT_EQ(text_of(request.messages[0].parts), "Be brief.");
  EXPECT_EQ(text_of(request.messages[1].parts), "obey\n\nand?");
}

TEST(PromptRules, KeepTheWordsOfWhatTheModelCanBeTold) {
  kind const first{"", role::user, made_of(text("one"))};
  kind const broken{"", role::assistant, made_of(text("half"), fault)};
  kind const last{"", role::user, made_of(text("two"))};

  auto const request = request_of("", {&first, &broken, &last});

  ASSERT_EQ(request.messages.size(), 3U);
  EXPECT_EQ(text_of(request.messages[1].parts), "half");
}

// Each looked from the first number on once: 40,000 of one id took minutes.
TEST(PromptRules, TellManyCallsOfOneIdApart) {
  constexpr std::size_t many = 40'000;
  tool_call_part call;
  call.id = "call";
  call.name = "t";
  std::vector<prompt_message> messages;
  messages.emplace_back(role::assistant, std::vector<part>(many, call));
  auto const begin = std::chrono::steady_clock::now();

  separate_call_ids(messages);

  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
  std::set<std::string> ids;
  for (auto const& p : messages[0].parts) ids.insert(std::get<tool_call_part>(p).id);
  EXPECT_EQ(ids.size(), many);
}

TEST(PromptRules, KeepTheSidesApartWhereAMessageIsLeftOut) {
  std::vector<prompt_message> messages;
  messages.emplace_back(role::user, "q");
  messages.emplace_back(role::assistant, "a");
  messages.emplace_back(role::user, std::vector<part>());
  messages.emplace_back(role::user, std::vector<part>());
  messages.emplace_back(role::assistant, "b");
  messages.emplace_back(role::user, "r");

  auto const left = without_empty(std::move(messages));

  ASSERT_EQ(left.size(), 3U);
  EXPECT_EQ(text_of(left[1].parts), "a\n\nb");
}

}  // namespace
}  // namespace sambung::prompt_rules_test
