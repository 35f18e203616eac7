// The answer to whoever reads metrics.
#pragma once

#include "http/server/http_message.hpp"

#include <string>
#include <utility>

namespace sambung::serving {

// Of text as prometheus_text() writes it.
inline http_response metrics_response(std::string text) {
  http_response response(200, std::move(text));
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  return response;
}

}  // namespace sambung::serving
