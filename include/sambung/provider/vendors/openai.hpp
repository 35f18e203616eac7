// Providers that speak OpenAI's protocol: OpenAI itself, llama.cpp, vLLM, OpenRouter, LM Studio, ... For vendors whose
// address and habits are known see compatible.hpp.
#pragma once

#include <sambung/provider/transport.hpp>
#include <sambung/provider/vendors/vendor_options.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sambung {

// What the limit on the answer is called: OpenAI's newer models refuse the first name, most others know only that one.
enum class limit_name { max_tokens, max_completion_tokens };

// Whether a streamed answer reports usage only when stream_options asks for it, or always, and then refuses the
// question.
enum class stream_usage { on_request, always };

// Whether an answer of the model may be sent back with its reasoning (reasoning_content, reasoning, reasoning_details),
// or is refused with it.
enum class replayed_reasoning { accepted, refused };

// What those who speak OpenAI's protocol do not agree on.
struct openai_dialect {
  openai_dialect() = default;

  limit_name limit = limit_name::max_tokens;
  stream_usage usage = stream_usage::on_request;
  std::string seed = "seed";     // what the member is called
  std::string model_prefix;      // of every id in the list of models, left out of it: "models/"
  std::string reasoning_member;  // the member in which what led to calls of tools must come back; empty: it is left out
  replayed_reasoning replay = replayed_reasoning::accepted;

  // Models, by how their names begin, that call tools only when the request says that they shall not reason. Where it
  // offers tools and says nothing of an effort, this is said for it.
  std::vector<std::string> tools_without_reasoning;
};

struct openai_options : vendor_options {
  explicit openai_options(std::string base_url_ = "https://api.openai.com/v1", std::string api_key_ = {})
      : vendor_options(std::move(base_url_), std::move(api_key_)) {}

  // The base URL goes up to and including "/v1", the key as a bearer token.
  std::optional<openai_dialect> dialect;  // empty: OpenAI's own for api.openai.com, everybody else's for other hosts
};

// Errors: errc::invalid_argument for a base URL that is not http: or https:, for a key that no header can hold, and for
// a ca_file that cannot be read.
result<std::shared_ptr<provider>> openai_provider(openai_options options);

// The same through a transport of yours; max_connections and ca_file are then its own affair.
result<std::shared_ptr<provider>> openai_provider(openai_options options, std::shared_ptr<transport> transport,
                                                  std::shared_ptr<clock> clock = system_clock());

}  // namespace sambung
