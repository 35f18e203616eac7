#include <sambung/provider/compatible.hpp>

#include <algorithm>
#include <array>

namespace sambung {
namespace {

using enum key_need;
using enum limit_name;
using enum replayed_reasoning;
using enum stream_usage;

// Mistral refuses members it does not know, also in messages: usage comes unasked, the seed has a name of its own, and
// what the model said comes back without its reasoning.
constexpr std::array<compatible_vendor, 9> vendors{{
    {"openai", "https://api.openai.com/v1", "OPENAI_API_KEY", "OPENAI_BASE_URL", required, max_completion_tokens},
    {"openrouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY", "OPENROUTER_BASE_URL"},
    {"gemini", "https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY", "GEMINI_BASE_URL", required,
     max_tokens, on_request, "seed", "models/"},
    {"groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY", "GROQ_BASE_URL", required, max_completion_tokens},
    {"mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY", "MISTRAL_BASE_URL", required, max_tokens, always,
     "random_seed", "", refused},
    {"deepseek", "https://api.deepseek.com/v1", "DEEPSEEK_API_KEY", "DEEPSEEK_BASE_URL"},
    {"vllm", "http://127.0.0.1:8000/v1", "VLLM_API_KEY", "VLLM_BASE_URL", optional},
    {"llamacpp", "http://127.0.0.1:8080/v1", "LLAMA_API_KEY", "LLAMACPP_BASE_URL", optional},
    {"lmstudio", "http://127.0.0.1:1234/v1", "LMSTUDIO_API_KEY", "LMSTUDIO_BASE_URL", optional},
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
  dialect.reasoning = vendor->reasoning;
  return options;
}

result<std::shared_ptr<provider>> compatible_provider(std::string_view name, std::string api_key) {
  auto options = compatible_options(name, std::move(api_key));
  if (!options) return options.error();
  return openai_provider(std::move(*options));
}

}  // namespace sambung
