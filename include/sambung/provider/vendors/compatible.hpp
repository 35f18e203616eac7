// Vendors and local servers that speak OpenAI's protocol, as data: one row each, no class.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/provider/vendors/openai.hpp>

#include <span>
#include <string_view>

namespace sambung {

struct compatible_vendor {
  std::string_view name;          // "groq", as in "groq/llama-3.3-70b-versatile"
  std::string_view base_url;      // where it is; of a local server: where it listens unless told otherwise
  std::string_view key_variable;  // of the environment, as the vendor calls it
  std::string_view url_variable;
  key_need key = key_need::required;  // optional: a local server, which takes whatever it is given
  openai_dialect dialect;
};

// openai, openrouter, gemini, groq, mistral, deepseek, vllm, llamacpp, lmstudio.
SAMBUNG_API std::span<compatible_vendor const> compatible_vendors();

// errc::not_found names those there are.
SAMBUNG_API result<compatible_vendor> find_compatible_vendor(std::string_view name);

// An account there. With an empty key calls bring their own, see completion_request::credential; where the vendor takes
// none without a key, one that brings none is errc::unauthenticated and not sent. Change what you like before
// openai_provider() gets it:
//   auto options = compatible_options("openrouter", key).value();
//   options.headers.emplace_back("X-OpenRouter-Title", "Notes");
SAMBUNG_API result<openai_options> compatible_options(std::string_view name, std::string api_key = {});

// errc::not_found for an unknown name; errors as for openai_provider().
SAMBUNG_API result<std::shared_ptr<provider>> compatible_provider(std::string_view name, std::string api_key = {});

}  // namespace sambung
