// What vendors have published about their models, read in November 2026 from their pages on models, on deprecations and
// on what reasoning models refuse:
//   https://developers.openai.com/api/docs/models, https://platform.claude.com/docs/en/about-claude/models,
//   https://ai.google.dev/gemini-api/docs/models, https://console.groq.com/docs/models, https://docs.mistral.ai/models,
//   https://api-docs.deepseek.com/quick_start/pricing, https://ollama.com/search
// A row says what holds wherever a model goes by this name. What depends on the effort that a request asks for, as
// sampling does in OpenAI's models from gpt-5.1 on, is not said.
#include <sambung/provider/capabilities.hpp>

#include <initializer_list>

namespace sambung {
namespace {

using enum support;
using names = std::initializer_list<char const*>;

// Rows under the names that the vendor gives, and as resellers give them: "vendor/name".
class vendor_rows {
 public:
  vendor_rows(capability_table& table, std::string vendor) : table_(table), vendor_(std::move(vendor)) {}

  vendor_rows& add(names patterns, model_capabilities const& known) {
    for (auto const* pattern : patterns) {
      table_.add(pattern, known);
      table_.add(vendor_ + '/' + pattern, known);
    }
    return *this;
  }

 private:
  capability_table& table_;
  std::string vendor_;
};

model_capabilities sized(model_capabilities known, std::int64_t context, std::int64_t output) {
  known.context_tokens = context;
  known.max_output_tokens = output;
  return known;
}

model_capabilities within(model_capabilities known, std::int64_t context) {
  known.context_tokens = context;
  return known;
}

model_capabilities blind(model_capabilities known) {
  known.images = no;
  return known;
}

model_capabilities unstoppable(model_capabilities known) {
  known.stop = no;
  known.max_stop.reset();
  return known;
}

model_capabilities without_schemas(model_capabilities known) {
  known.json_schema = no;
  return known;
}

model_capabilities chat_model() {
  model_capabilities known;
  known.chat = yes;
  known.embeddings = no;
  known.tools = yes;
  return known;
}

model_capabilities embedding_model() {
  model_capabilities known;
  known.chat = no;
  known.embeddings = yes;
  return known;
}

model_capabilities openai_text_only() {
  auto known = chat_model();
  known.images = no;
  known.files = no;
  known.json_object = yes;
  known.json_schema = no;
  known.reasoning_effort = no;
  known.seed = yes;
  known.max_stop = 4;
  return known;
}

model_capabilities openai_before_json() {
  auto known = openai_text_only();
  known.json_object = no;
  return known;
}

model_capabilities openai_multimodal() {
  auto known = openai_text_only();
  known.images = yes;
  known.files = yes;
  known.json_schema = yes;
  return known;
}

model_capabilities openai_turbo() {
  auto known = without_schemas(openai_multimodal());
  known.files = unknown;
  return known;
}

// Those that can also be told not to reason, and then sample as others do.
model_capabilities openai_reasoning() {
  auto known = chat_model();
  known.images = yes;
  known.files = yes;
  known.json_object = yes;
  known.json_schema = yes;
  known.reasoning_effort = yes;
  return known;
}

model_capabilities openai_always_reasoning() {
  auto known = openai_reasoning();
  known.sampling = no;
  known.penalties = no;
  return known;
}

model_capabilities openai_o() {
  auto known = openai_always_reasoning();
  known.parallel_tool_calls = no;
  return known;
}

model_capabilities claude() {
  auto known = chat_model();
  known.images = yes;
  return known;
}

model_capabilities claude_thinking() {
  auto known = claude();
  known.files = yes;
  known.json_schema = yes;
  known.reasoning_effort = yes;
  return known;
}

model_capabilities claude_adaptive() {
  auto known = claude_thinking();
  known.sampling = no;
  return known;
}

model_capabilities gemini() {
  auto known = chat_model();
  known.images = yes;
  known.json_object = yes;
  known.json_schema = yes;
  known.reasoning_effort = yes;
  known.penalties = no;
  return known;
}

model_capabilities mistral() {
  auto known = chat_model();
  known.images = yes;
  known.json_object = yes;
  known.json_schema = yes;
  known.seed = yes;
  known.penalties = yes;
  return known;
}

model_capabilities deepseek() {
  auto known = chat_model();
  known.images = yes;
  known.json_object = yes;
  known.reasoning_effort = yes;
  return known;
}

model_capabilities open_text_model() {
  auto known = chat_model();
  known.images = no;
  return known;
}

model_capabilities open_thinking_model() {
  auto known = open_text_model();
  known.reasoning_effort = yes;
  return known;
}

void add_openai(capability_table& table) {
  model_capabilities text_completions;
  text_completions.chat = no;
  vendor_rows(table, "openai")
      .add({"gpt-3.5-turbo*"}, sized(openai_text_only(), 16'385, 4'096))
      .add({"gpt-3.5-turbo-instruct*"}, text_completions)
      .add({"gpt-4", "gpt-4-0613"}, sized(openai_before_json(), 8'192, 8'192))
      .add({"gpt-4-turbo", "gpt-4-turbo-2024-04-09"}, sized(openai_turbo(), 128'000, 4'096))
      .add({"gpt-4o", "gpt-4o-20*", "gpt-4o-mini", "gpt-4o-mini-20*"}, sized(openai_multimodal(), 128'000, 16'384))
      .add({"gpt-4o-2024-05-13"}, sized(without_schemas(openai_multimodal()), 128'000, 4'096))
      .add({"gpt-4.1*"}, sized(openai_multimodal(), 1'047'576, 32'768))
      .add({"o1", "o1-20*"}, sized(openai_o(), 200'000, 100'000))
      .add({"o3-mini", "o3-mini-20*"}, sized(blind(openai_o()), 200'000, 100'000))
      .add({"o3", "o3-20*", "o4-mini", "o4-mini-20*"}, sized(unstoppable(openai_o()), 200'000, 100'000))
      .add({"gpt-5", "gpt-5-20*", "gpt-5-mini*", "gpt-5-nano*"},
           sized(unstoppable(openai_always_reasoning()), 400'000, 128'000))
      .add({"gpt-5.1", "gpt-5.1-20*", "gpt-5.2", "gpt-5.2-20*", "gpt-5.4-mini*", "gpt-5.4-nano*"},
           sized(openai_reasoning(), 400'000, 128'000))
      .add({"gpt-5.4", "gpt-5.4-20*", "gpt-5.5", "gpt-5.5-20*", "gpt-5.6", "gpt-5.6-sol*", "gpt-5.6-terra*",
            "gpt-5.6-luna*", "gpt-6-sol*", "gpt-6-luna*", "gpt-6.1-terra*"},
           sized(openai_reasoning(), 1'050'000, 128'000))
      .add({"gpt-6-astra"}, sized(unstoppable(openai_always_reasoning()), 1'050'000, 128'000))
      .add({"gpt-6.1-sol*"}, sized(openai_always_reasoning(), 1'050'000, 128'000))
      .add({"text-embedding-*"}, embedding_model());
}

void add_anthropic(capability_table& table) {
  vendor_rows(table, "anthropic")
      .add({"claude-3*"}, within(claude(), 200'000))
      .add({"claude-haiku-4-5*", "claude-sonnet-4-5*", "claude-opus-4-5*"}, sized(claude_thinking(), 200'000, 64'000))
      .add({"claude-sonnet-4-6*", "claude-opus-4-6*"}, sized(claude_thinking(), 1'000'000, 128'000))
      .add({"claude-opus-4-7*", "claude-opus-4-8*", "claude-opus-5*", "claude-sonnet-5*", "claude-haiku-5-5*",
            "claude-fable-5*", "claude-mythos-5*"},
           sized(claude_adaptive(), 1'000'000, 128'000));
}

void add_google(capability_table& table) {
  vendor_rows(table, "google")
      .add({"gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.5-flash-lite", "gemini-3-flash-preview",
            "gemini-3.1-pro-preview*", "gemini-3.1-flash-lite", "gemini-3.5-flash", "gemini-3.5-flash-lite",
            "gemini-3.6-flash", "gemini-3.7-flash", "gemini-3.8-flash"},
           sized(gemini(), 1'048'576, 65'536))
      .add({"gemini-4-argon"}, within(gemini(), 1'048'576))
      .add({"gemini-embedding-*"}, embedding_model());
}

void add_mistral(capability_table& table) {
  auto thinking = mistral();
  thinking.reasoning_effort = yes;
  vendor_rows(table, "mistralai")
      .add({"mistral-large-2512"}, within(mistral(), 262'144))
      .add({"mistral-medium-2604", "mistral-medium-3-5", "mistral-small-2603"}, within(thinking, 262'144))
      .add({"ministral-3b-2512", "ministral-8b-2512", "ministral-14b-2512"}, mistral())
      .add({"codestral-2508"}, blind(mistral()))
      .add({"mistral-embed*", "codestral-embed*"}, embedding_model());
}

void add_deepseek(capability_table& table) {
  auto const flash = sized(deepseek(), 1'000'000, 393'216);
  vendor_rows(table, "deepseek")
      .add({"deepseek-flash", "deepseek-v4-flash*"}, flash)
      .add({"deepseek-v4-pro"}, blind(flash));
  // Where they have these names, that is at DeepSeek's own API; resellers that serve the weights have schemas.
  for (auto const* own : {"deepseek-flash", "deepseek-v4-flash*", "deepseek-v4-pro"})
    table.add(own, without_schemas({}));
}

// Under the names that Groq and OpenRouter give, and Ollama.
void add_open_models(capability_table& table) {
  auto const gpt_oss = within(open_thinking_model(), 131'072);
  for (auto const* name : {"openai/gpt-oss-120b", "openai/gpt-oss-20b", "gpt-oss", "gpt-oss:*"})
    table.add(name, gpt_oss);
  auto qwen = open_thinking_model();
  qwen.images = yes;
  table.add("qwen/qwen3.8-27b", qwen);
  for (auto const* name : {"llama3.1", "llama3.1:*"}) table.add(name, open_text_model());
  for (auto const* name : {"nomic-embed-text*", "mxbai-embed-large*", "all-minilm*", "embeddinggemma*",
                           "qwen3-embedding*", "snowflake-arctic-embed*", "granite-embedding*"})
    table.add(name, embedding_model());
}

capability_table published() {
  capability_table table;
  add_openai(table);
  add_anthropic(table);
  add_google(table);
  add_mistral(table);
  add_deepseek(table);
  add_open_models(table);
  return table;
}

}  // namespace

capability_table const& known_models() {
  static auto const table = published();
  return table;
}

}  // namespace sambung
