// Ollama's own API: what its OpenAI surface cannot say, such as how much context to load and how long to keep a model.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/provider/ollama_model.hpp>
#include <sambung/provider/transport.hpp>
#include <sambung/provider/vendors/vendor_options.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace sambung {

struct ollama_options : vendor_options {
  explicit ollama_options(std::string base_url_ = "http://127.0.0.1:11434", std::string api_key_ = {})
      : vendor_options(std::move(base_url_), std::move(api_key_)) {}

  // The base URL is without "/v1" and "/api". Ollama itself takes no key; a proxy in front of it gets it as a bearer
  // token.
  std::optional<std::chrono::seconds> keep_alive;  // how long a model stays loaded; negative: for ever; empty: as there
};
SAMBUNG_DESCRIBE_STRUCT(ollama_options, (vendor_options), (keep_alive))
SAMBUNG_API record_description describe_record(record_of<ollama_options>);

// A provider that can also be asked what a model can do, and asks that itself about the models that models() lists for
// the first time, up to 32 with each list: what the server says then counts more than what known_models() do. Sampling
// options that only Ollama has go into the object `options` of completion_request::extra: {"options":{"num_ctx":8192}}.
class SAMBUNG_API ollama_server : public provider {
 public:
  // errc::not_found for a model that is not there.
  virtual task<result<ollama_model>> describe(std::string model) = 0;
};

// What the API has not, such as images by URL, is errc::unsupported before anything is sent. A tool that must be called
// is offered alone, with a warning. Errors of configuration as for openai_provider().
SAMBUNG_API result<std::shared_ptr<ollama_server>> ollama_provider(ollama_options options);

// The same through a transport of yours; max_connections and ca_file are then its own affair.
SAMBUNG_API result<std::shared_ptr<ollama_server>> ollama_provider(ollama_options options,
                                                                   std::shared_ptr<transport> transport,
                                                                   std::shared_ptr<clock> clock = system_clock());

}  // namespace sambung
