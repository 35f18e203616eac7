// Providers that speak OpenAI's chat completions: OpenAI itself, Ollama, llama.cpp, vLLM, OpenRouter, LM Studio, ...
#pragma once

#include <sambung/provider/provider.hpp>
#include <sambung/provider/transport.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sambung {

struct openai_options {
  explicit openai_options(std::string base_url_ = "https://api.openai.com/v1", std::string api_key_ = {})
      : base_url(std::move(base_url_)), api_key(std::move(api_key_)) {}

  std::string base_url;  // up to and including "/v1"; http: or https:
  std::string api_key;   // sent as a bearer token to that host only; empty: none is sent
  std::vector<std::pair<std::string, std::string>> headers;  // further ones for every request
  provider_deadlines deadlines;
  std::size_t max_connections = 512;       // at once, to this host; a call waits for one within its connect deadline
  std::string ca_file;                     // PEM to verify the host with; empty: the system's
  std::size_t max_line_bytes = 1'048'576;  // one line of the event stream
};

// Errors: errc::invalid_argument for a base URL that is not http: or https:, for a key that no header can hold, and for
// a ca_file that cannot be read.
result<std::shared_ptr<provider>> openai_provider(openai_options options);

// The same through a transport of yours; max_connections and ca_file are then its own affair.
result<std::shared_ptr<provider>> openai_provider(openai_options options, std::shared_ptr<transport> transport,
                                                  std::shared_ptr<clock> clock = system_clock());

}  // namespace sambung
