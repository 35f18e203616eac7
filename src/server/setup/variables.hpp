// The variables of a server's own, each described once: variables.cpp is the one place to add another.
#pragma once

#include "open/variable_table.hpp"

#include <sambung/core/secret.hpp>
#include <sambung/server/setup/configuration.hpp>

namespace sambung::setup {

// As OpenTelemetry has them; parentbased: whoever calls decides of its own traces.
enum class trace_sampler {
  always_on,
  always_off,
  traceidratio,
  parentbased_always_on,
  parentbased_always_off,
  parentbased_traceidratio
};
SAMBUNG_DESCRIBE_ENUM(trace_sampler, always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off,
                      parentbased_traceidratio)

// A configuration while it is read, with what only makes sense together.
struct draft : configuration {
  std::optional<secret_string> secret;
  std::vector<secret_string> earlier_secrets;
  std::string certificate;
  std::string certificate_key;
  std::string collector;  // for all that OpenTelemetry sends
  trace_sampler sampler = trace_sampler::parentbased_always_on;
  double sampled_ratio = 1;
  bool tracing_disabled = false;
};

using variable_table = opening::variable_table<draft>;

variable_table database_table();
variable_table server_table();
}  // namespace sambung::setup
