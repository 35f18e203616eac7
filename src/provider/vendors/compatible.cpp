#include <sambung/provider/vendors/compatible.hpp>

#include <algorithm>
#include <array>

namespace sambung {
namespace {

using enum key_need;

openai_dialect limited_by(limit_name name) {
  openai_dialect dialect;
  dialect.limit = name;
  return dialect;
}

// OpenAI's Chat Completions API refuses these models with tools and any effort but "none", which is not their default;
// gpt-5.4 does as well, but has that default, and gpt-6-astra and gpt-6.1-sol have no such effort.
openai_dialect of_openai() {
  auto dialect = limited_by(limit_name::max_completion_tokens);
  dialect.developer = developer_role::known;
  dialect.tools_without_reasoning = {"gpt-5.5", "gpt-5.6", "gpt-6-sol", "gpt-6-luna", "gpt-6.1-terra"};
  return dialect;
}

openai_dialect of_gemini() {
  openai_dialect dialect;
  dialect.model_prefix = "models/";
  return dialect;
}

// Refuses members it does not know, also in messages.
openai_dialect of_mistral() {
  openai_dialect dialect;
  dialect.usage = stream_usage::always;
  dialect.seed = "random_seed";
  dialect.replay = replayed_reasoning::refused;
  return dialect;
}

// Refuses a conversation in which a thinking model called tools and its reasoning is missing.
openai_dialect of_deepseek() {
  openai_dialect dialect;
  dialect.reasoning_member = "reasoning_content";
  return dialect;
}

// Read in November 2026 from the vendors' own documentation:
//   https://openrouter.ai/docs/api/reference/overview, https://ai.google.dev/gemini-api/docs/openai,
//   https://console.groq.com/docs/openai, https://docs.mistral.ai/api, https://api-docs.deepseek.com,
//   https://docs.vllm.ai, https://github.com/ggml-org/llama.cpp/tree/master/tools/server,
//   https://lmstudio.ai/docs/developer
std::array<compatible_vendor, 9> const& vendors() {
  static std::array<compatible_vendor, 9> const all{{
      {"openai", "https://api.openai.com/v1", "OPENAI_API_KEY", "OPENAI_BASE_URL", required, of_openai()},
      {"openrouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY", "OPENROUTER_BASE_URL", required, {}},
      {"gemini", "https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY", "GEMINI_BASE_URL",
       required, of_gemini()},
      {"groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY", "GROQ_BASE_URL", required,
       limited_by(limit_name::max_completion_tokens)},
      {"mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY", "MISTRAL_BASE_URL", required, of_mistral()},
      {"deepseek", "https://api.deepseek.com", "DEEPSEEK_API_KEY", "DEEPSEEK_BASE_URL", required, of_deepseek()},
      {"vllm", "http://127.0.0.1:8000/v1", "VLLM_API_KEY", "VLLM_BASE_URL", optional, {}},
      {"llamacpp", "http://127.0.0.1:8080/v1", "LLAMA_API_KEY", "LLAMACPP_BASE_URL", optional, {}},
      {"lmstudio", "http://127.0.0.1:1234/v1", "LM_API_TOKEN", "LMSTUDIO_BASE_URL", optional, {}},
  }};
  return all;
}

}  // namespace

std::span<compatible_vendor const> compatible_vendors() { return vendors(); }

result<compatible_vendor> find_compatible_vendor(std::string_view name) {
  auto const found = std::ranges::find(vendors(), name, &compatible_vendor::name);
  if (found != vendors().end()) return *found;
  std::string known;
  for (auto const& each : vendors()) (known += known.empty() ? "" : ", ") += each.name;
  return failure(errc::not_found, "no such vendor; there are: " + known);
}

result<openai_options> compatible_options(std::string_view name, std::string api_key) {
  auto const vendor = find_compatible_vendor(name);
  if (!vendor) return vendor.error();
  openai_options options{std::string(vendor->base_url), std::move(api_key)};
  options.key = vendor->key;
  options.dialect = vendor->dialect;
  return options;
}

result<std::shared_ptr<provider>> compatible_provider(std::string_view name, std::string api_key) {
  auto options = compatible_options(name, std::move(api_key));
  if (!options) return options.error();
  return openai_provider(std::move(*options));
}

}  // namespace sambung
