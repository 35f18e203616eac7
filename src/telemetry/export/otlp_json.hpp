// otlp_json: ended spans as the body of a request to a collector. Source: OTLP 1.x, JSON Protobuf Encoding.
#pragma once

#include <sambung/telemetry/export/otlp.hpp>

#include <string>
#include <string_view>

namespace sambung::otlp {

// One request, span by span. Its bytes are UTF-8 whatever the spans hold.
class json_batch {
 public:
  explicit json_batch(otlp_resource const& resource);

  void add(ended_span const& span);
  std::string finish() &&;

 private:
  std::string body_;
  bool empty_ = true;
};

// How many spans a collector that took the request would not have; 0 for what is no such answer.
std::uint64_t rejected_spans(std::string_view answer);

}  // namespace sambung::otlp
