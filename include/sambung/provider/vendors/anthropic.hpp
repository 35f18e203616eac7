// Anthropic's Messages API (version 2023-06-01).
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/provider/anthropic_model.hpp>
#include <sambung/provider/transport.hpp>
#include <sambung/provider/vendors/vendor_options.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sambung {

struct anthropic_options : vendor_options {
  explicit anthropic_options(std::string api_key_ = {}, std::string base_url_ = "https://api.anthropic.com")
      : vendor_options(std::move(base_url_), std::move(api_key_)) {}

  // The base URL is without "/v1", as in Anthropic's own clients; the key goes as x-api-key.
  // By the beginning of their names, before what is known about Anthropic's own; the longest one that fits counts.
  std::vector<std::pair<std::string, anthropic_model>> models;
};
SAMBUNG_DESCRIBE_STRUCT(anthropic_options, (vendor_options), (models))
SAMBUNG_API record_description describe_record(record_of<anthropic_options>);

// What the API has not, such as seeds, penalties and JSON without a schema, is errc::unsupported before anything is
// sent. Errors of configuration as for openai_provider().
SAMBUNG_API result<std::shared_ptr<provider>> anthropic_provider(anthropic_options options);

// The same through a transport of yours; max_connections and ca_file are then its own affair.
SAMBUNG_API result<std::shared_ptr<provider>> anthropic_provider(anthropic_options options,
                                                                 std::shared_ptr<transport> transport,
                                                                 std::shared_ptr<clock> clock = system_clock());

}  // namespace sambung
