// Providers that speak OpenAI's protocol: OpenAI itself, llama.cpp, vLLM, OpenRouter, LM Studio, ... For vendors whose
// address and habits are known see compatible.hpp.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/provider/openai_dialect.hpp>
#include <sambung/provider/transport.hpp>
#include <sambung/provider/vendors/vendor_options.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace sambung {

struct openai_options : vendor_options {
  explicit openai_options(std::string base_url_ = "https://api.openai.com/v1", std::string api_key_ = {})
      : vendor_options(std::move(base_url_), std::move(api_key_)) {}

  // The base URL goes up to and including "/v1", the key as a bearer token.
  std::optional<openai_dialect> dialect;  // empty: OpenAI's own for api.openai.com, everybody else's for other hosts
};
SAMBUNG_DESCRIBE_STRUCT(openai_options, (vendor_options), (dialect))
SAMBUNG_API record_description describe_record(record_of<openai_options>);

// Errors: errc::invalid_argument for a base URL that is not http: or https:, for a key that no header can hold, and for
// a ca_file that cannot be read.
SAMBUNG_API result<std::shared_ptr<provider>> openai_provider(openai_options options);

// The same through a transport of yours; max_connections and ca_file are then its own affair.
SAMBUNG_API result<std::shared_ptr<provider>> openai_provider(openai_options options,
                                                              std::shared_ptr<transport> transport,
                                                              std::shared_ptr<clock> clock = system_clock());

}  // namespace sambung
