#include "telemetry/export/otlp_json.hpp"

#include "core/json_text.hpp"
#include "core/storable.hpp"
#include "core/text.hpp"

#include <boost/json/parse.hpp>

#include <charconv>

namespace sambung::otlp {
namespace {

namespace json = boost::json;

constexpr int status_error = 2;

int number_of(span_kind kind) {
  switch (kind) {
    case span_kind::internal:
      break;
    case span_kind::server:
      return 2;
    case span_kind::client:
      return 3;
  }
  return 1;
}

void append_text(std::string& out, std::string_view text) {
  if (is_storable(text)) return append_json_string(out, text);
  std::string mended(text);
  make_storable(mended);
  append_json_string(out, mended);
}

// Numbers of 64 bits are texts in this encoding.
void append_member(std::string& out, std::string_view name, std::int64_t value) {
  ((out += ",\"") += name) += "\":\"";
  (out += std::to_string(value)) += '"';
}

struct value_writer {
  std::string& out;

  void operator()(std::string const& text) const {
    out += "\"stringValue\":";
    append_text(out, text);
  }
  void operator()(std::int64_t number) const { ((out += "\"intValue\":\"") += std::to_string(number)) += '"'; }
  void operator()(bool truth) const { out += truth ? "\"boolValue\":true" : "\"boolValue\":false"; }
  void operator()(double number) const {
    std::array<char, 32> digits;
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out += "\"doubleValue\":";
    out.append(digits.data(), end);
  }
};

void append_attribute(std::string& out, std::string_view name, span_value const& value) {
  if (out.back() == '}') out += ',';
  out += "{\"key\":";
  append_text(out, name);
  out += ",\"value\":{";
  std::visit(value_writer{out}, value);
  out += "}}";
}

void append_ids(std::string& out, trace_context const& where) {
  ((out += "\"traceId\":\"") += trace_id_text(where)) += "\",\"spanId\":\"";
  (out += span_id_text(where)) += '"';
}

void append_attributes(std::string& out, ended_span const& span) {
  out += ",\"attributes\":[";
  for (auto const& [name, value] : span.attributes) append_attribute(out, name, value);
  if (!span.error.empty()) append_attribute(out, "error.type", span.error);
  out += ']';
}

void append_links(std::string& out, ended_span const& span) {
  if (span.links.empty()) return;
  out += ",\"links\":[";
  for (auto const& link : span.links) {
    if (out.back() == '}') out += ',';
    out += '{';
    append_ids(out, link);
    out += '}';
  }
  out += ']';
}

}  // namespace

json_batch::json_batch(otlp_resource const& resource) {
  body_ = R"({"resourceSpans":[{"resource":{"attributes":[)";
  for (auto const& [name, value] : resource) append_attribute(body_, name, value);
  body_ += R"(]},"scopeSpans":[{"scope":{"name":"sambung"},"spans":[)";
}

void json_batch::add(ended_span const& span) {
  if (!empty_) body_ += ',';
  empty_ = false;
  body_ += '{';
  append_ids(body_, span.where);
  if (span.parent) ((body_ += ",\"parentSpanId\":\"") += span_id_text(*span.parent)) += '"';
  body_ += span.where.sampled ? ",\"flags\":1" : ",\"flags\":0";
  body_ += ",\"name\":";
  append_text(body_, span.name);
  body_ += ",\"kind\":" + std::to_string(number_of(span.kind));
  append_member(body_, "startTimeUnixNano", span.started_ns);
  append_member(body_, "endTimeUnixNano", span.ended_ns);
  append_attributes(body_, span);
  append_links(body_, span);
  if (!span.error.empty()) body_ += ",\"status\":{\"code\":" + std::to_string(status_error) + '}';
  body_ += '}';
}

std::string json_batch::finish() && {
  body_ += "]}]}]}";
  return std::move(body_);
}

std::uint64_t rejected_spans(std::string_view answer) {
  json::error_code fault;
  auto const parsed = json::parse(answer, fault);
  auto const* object = fault ? nullptr : parsed.if_object();
  auto const* partial = object ? object->if_contains("partialSuccess") : nullptr;
  auto const* members = partial ? partial->if_object() : nullptr;
  auto const* rejected = members ? members->if_contains("rejectedSpans") : nullptr;
  if (!rejected) return 0;
  if (auto const* text = rejected->if_string()) return whole_number<std::uint64_t>(std::string_view(*text)).value_or(0);
  auto const* number = rejected->if_int64();
  return number && *number > 0 ? static_cast<std::uint64_t>(*number) : 0;
}

}  // namespace sambung::otlp
