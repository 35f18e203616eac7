#include "server/request_span.hpp"

#include "server/route_name.hpp"

namespace sambung::serving {
namespace {

constexpr std::string_view no_route = "none";

// The caller's word; one that came twice is nobody's.
std::optional<trace_context> caller_of(request_head const& head) {
  std::string_view found;
  for (auto const& field : head.fields) {
    if (!equals_ignoring_case(field.name, "traceparent")) continue;
    if (!found.empty()) return std::nullopt;
    found = field.value;
  }
  return parse_traceparent(found);
}

std::string name_of_span(std::string_view method, std::string_view route) {
  auto name = std::string(method == "other" ? "HTTP" : method);
  if (route != no_route) name.append(" ").append(route);
  return name;
}

// Past 500 it is the server's fault; so is a stream that broke off.
bool is_at_fault(answer_outcome const& with) {
  return with.status >= 500 || (with.status < 400 && !with.fault.empty());
}

}  // namespace

request_span::request_span(tracer const* by, request_head const& head, std::string_view route,
                           std::string_view request_id) {
  auto origin = std::make_shared<call_origin>();
  origin->request_id = request_id;
  origin->span = caller_of(head);
  if (by) {
    auto const method = method_name(head.method);
    span_ = by->start(name_of_span(method, route), span_kind::server, origin->span);
    span_.set("http.request.method", method == "other" ? std::string_view("_OTHER") : method);
    if (route != no_route) span_.set("http.route", route);
    span_.set("sambung.request_id", request_id);
    origin->span = span_.context();
  }
  call_ = std::move(origin);
}

std::string request_span::trace_id() const {
  return call_ && call_->span ? trace_id_text(*call_->span) : std::string();
}

void request_span::answered(answer_outcome const& with) {
  if (!span_) return;
  span_.set("http.response.status_code", std::int64_t(with.status));
  if (is_at_fault(with)) span_.fail(with.fault.empty() ? std::to_string(with.status) : std::string(with.fault));
  span_.end();
}

}  // namespace sambung::serving
