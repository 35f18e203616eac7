#include "options.hpp"

#include <sambung/provider/decorators/circuit_breaker.hpp>
#include <sambung/provider/decorators/fallback.hpp>
#include <sambung/provider/decorators/rate_limit.hpp>
#include <sambung/provider/decorators/response_cache.hpp>
#include <sambung/provider/decorators/retry.hpp>
#include <sambung/provider/demo.hpp>
#include <sambung/provider/vendors/anthropic.hpp>
#include <sambung/provider/vendors/ollama.hpp>
#include <sambung/provider/vendors/openai.hpp>
#include <sambung/server/options.hpp>

namespace sambung::python {

std::vector<shape const*> option_shapes() {
  return {&shape_of<settings_input>(),          &shape_of<openai_options>(), &shape_of<anthropic_options>(),
          &shape_of<ollama_options>(),          &shape_of<demo_options>(),   &shape_of<retry_options>(),
          &shape_of<fallback_options>(),        &shape_of<cached_options>(), &shape_of<rate_limited_options>(),
          &shape_of<circuit_breaker_options>(), &shape_of<server_options>()};
}

}  // namespace sambung::python
