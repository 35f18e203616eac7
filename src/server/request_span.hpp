// request_span: the span of one request over HTTP, and how what is done for it knows which call that is.
// Source: OpenTelemetry's semantic conventions for HTTP server spans.
#pragma once

#include "http/server/http_message.hpp"

#include <sambung/telemetry/tracer.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace sambung::serving {

// It ends with its answer, or when it goes. Thread safety: none.
class request_span {
 public:
  request_span() = default;
  // From the route's name ("/rpc/message/stream", "none"), never from the path. Without a tracer there is no span, and
  // the trace is the caller's.
  request_span(tracer const* by, request_head const& head, std::string_view route, std::string_view request_id);

  // Null of an empty one.
  std::shared_ptr<call_origin const> const& call() const { return call_; }
  // Empty when the request is a part of no trace.
  std::string trace_id() const;

  // Once it is sent.
  void answered(answer_outcome const& with);

 private:
  span span_;
  std::shared_ptr<call_origin const> call_;
};

}  // namespace sambung::serving
