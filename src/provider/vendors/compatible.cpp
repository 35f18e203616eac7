#include <sambung/provider/vendors/compatible.hpp>

#include <algorithm>
#include <array>

namespace sambung {
namespace {

using enum key_need;
using enum limit_name;
using enum replayed_reasoning;
using enum stream_usage;

// OpenAI's Chat Completions API refuses these with tools and any effort but "none", which is not their default; gpt-5.4
// does as well, but has that default, and gpt-6-astra and gpt-6.1-sol have no such effort.
constexpr std::array<std::string_view, 5> openai_tools_without_reasoning{"gpt-5.5", "gpt-5.6", "gpt-6-sol",
                                                                         "gpt-6-luna", "gpt-6.1-terra"};

// Read in November 2026 from the vendors' own documentation:
//   https://openrouter.ai/docs/api/reference/overview, https://ai.google.dev/gemini-api/docs/openai,
//   https://console.groq.com/docs/openai, https://docs.mistral.ai/api, https://api-docs.deepseek.com,
//   https://docs.vllm.ai, https://github.com/ggml-org/llama.cpp/tree/master/tools/server,
//   https://lmstudio.ai/docs/developer
// Mistral refuses members it does not know, also in messages: usage comes unasked, the seed has a name of its own, and
// what the model said comes back without its reasoning. DeepSeek refuses a conversation in which a thinking model
// called tools and its reasoning is missing.
constexpr std::array<compatible_vendor, 9> vendors{{
    {"openai", "https://api.openai.com/v1", "OPENAI_API_KEY", "OPENAI_BASE_URL", required, max_completion_tokens,
     on_request, "seed", "", "", openai_tools_without_reasoning},
    {"openrouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY", "OPENROUTER_BASE_URL"},
    {"gemini", "https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY", "GEMINI_BASE_URL", required,
     max_tokens, on_request, "seed", "models/"},
    {"groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY", "GROQ_BASE_URL", required, max_completion_tokens},
    {"mistral",
     "https://api.mistral.ai/v1",
     "MISTRAL_API_KEY",
     "MISTRAL_BASE_URL",
     required,
     max_tokens,
     always,
     "random_seed",
     "",
     "",
     {},
     refused},
    {"deepseek", "https://api.deepseek.com", "DEEPSEEK_API_KEY", "DEEPSEEK_BASE_URL", required, max_tokens, on_request,
     "seed", "", "reasoning_content"},
    {"vllm", "http://127.0.0.1:8000/v1", "VLLM_API_KEY", "VLLM_BASE_URL", optional},
    {"llamacpp", "http://127.0.0.1:8080/v1", "LLAMA_API_KEY", "LLAMACPP_BASE_URL", optional},
    {"lmstudio", "http://127.0.0.1:1234/v1", "LM_API_TOKEN", "LMSTUDIO_BASE_URL", optional},
}};

}  // namespace

std::span<compatible_vendor const> compatible_vendors() { return vendors; }

result<compatible_vendor> find_compatible_vendor(std::string_view name) {
  auto const found = std::ranges::find(vendors, name, &compatible_vendor::name);
  if (found != vendors.end()) return *found;
  std::string known;
  for (auto const& each : vendors) (known += known.empty() ? "" : ", ") += each.name;
  return failure(errc::not_found, "no such vendor; there are: " + known);
}

result<openai_options> compatible_options(std::string_view name, std::string api_key) {
  auto const vendor = find_compatible_vendor(name);
  if (!vendor) return vendor.error();
  openai_options options{std::string(vendor->base_url), std::move(api_key)};
  options.key = vendor->key;
  auto& dialect = options.dialect.emplace();
  dialect.limit = vendor->limit;
  dialect.usage = vendor->usage;
  dialect.seed = vendor->seed;
  dialect.model_prefix = vendor->model_prefix;
  dialect.reasoning_member = vendor->reasoning_member;
  dialect.tools_without_reasoning.assign(vendor->tools_without_reasoning.begin(),
                                         vendor->tools_without_reasoning.end());
  dialect.replay = vendor->replay;
  return options;
}

result<std::shared_ptr<provider>> compatible_provider(std::string_view name, std::string api_key) {
  auto options = compatible_options(name, std::move(api_key));
  if (!options) return options.error();
  return openai_provider(std::move(*options));
}

}  // namespace sambung
