#include "server/setup/telemetry_variables.hpp"

#include "core/percent.hpp"
#include "core/text.hpp"

#include <boost/url/parse.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace sambung::setup {
namespace {

using pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::uint64_t max_ms = 3'600'000;
constexpr std::size_t max_pairs = 64;

bool is_collector(std::string_view text) {
  auto const url = boost::urls::parse_uri(text);
  return url && (url->scheme() == "https" || url->scheme() == "http") && !url->host().empty() && !url->has_userinfo() &&
         !url->has_query() && !url->has_fragment();
}

bool is_text(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.';
  });
}

// "name=value,name=value", percent-encoded values.
std::optional<pairs> pairs_of(std::string_view list) {
  pairs all;
  for (auto const& item : opening::items_of(list)) {
    std::string_view const text(item);
    auto const sign = text.find('=');
    if (sign == text.npos || all.size() == max_pairs) return std::nullopt;
    auto const name = trim(text.substr(0, sign));
    auto value = percent_decode(trim(text.substr(sign + 1)));
    if (!is_name(name) || !value || !is_text(*value)) return std::nullopt;
    all.emplace_back(name, std::move(*value));
  }
  return all;
}

// Into a list of names and values.
auto into_pairs(pairs tracing_settings::* which) {
  return [which](draft& into, std::string const& value) {
    auto read = pairs_of(value);
    if (read) into.tracing.*which = std::move(*read);
    return read.has_value();
  };
}

bool take_disabled(draft& into, std::string const& value) {
  into.tracing_disabled = lower_case(value) == "true";
  return into.tracing_disabled || lower_case(value) == "false";
}

bool take_ratio(draft& into, std::string const& value) {
  auto const [end, fault] = std::from_chars(value.data(), value.data() + value.size(), into.sampled_ratio);
  return fault == std::errc() && end == value.data() + value.size() && into.sampled_ratio >= 0 &&
         into.sampled_ratio <= 1;
}

// Milliseconds, up to an hour.
bool take_time(std::chrono::milliseconds& into, std::uint64_t least, std::string const& value) {
  auto const read = opening::whole_number(value);
  if (!read || *read < least || *read > max_ms) return false;
  into = std::chrono::milliseconds(*read);
  return true;
}

bool take_slow(draft& into, std::string const& value) { return take_time(into.slow_request, 0, value); }
bool take_interval(draft& into, std::string const& value) { return take_time(into.tracing.interval, 10, value); }

bool follows_parent(trace_sampler by) { return by >= trace_sampler::parentbased_always_on; }

double ratio_of(draft const& read) {
  switch (read.sampler) {
    case trace_sampler::always_on:
    case trace_sampler::parentbased_always_on:
      break;
    case trace_sampler::always_off:
    case trace_sampler::parentbased_always_off:
      return 0;
    case trace_sampler::traceidratio:
    case trace_sampler::parentbased_traceidratio:
      return read.sampled_ratio;
  }
  return 1;
}

std::string traces_under(std::string base) {
  while (base.ends_with('/')) base.pop_back();
  return base + "/v1/traces";
}

void add_logs(variable_table& table) {
  table.choice("SAMBUNG_LOG_LEVEL", "which lines are written: those of this level and of the ones before it",
               &draft::least_level);
  table
      .taken_by("SAMBUNG_SLOW_REQUEST_MS", "milliseconds, 0 to 3600000",
                "after which a request whose answer is not ready has a line `slow_request` in the log; 0: none has",
                take_slow)
      .or_else("5000");
}

}  // namespace

void add_telemetry(variable_table& table) {
  add_logs(table);
  table
      .text("OTEL_EXPORTER_OTLP_ENDPOINT", "a URL, such as http://127.0.0.1:4318",
            "where a collector of OpenTelemetry's takes OTLP over HTTP; traces go to `/v1/traces` under it",
            &draft::collector, is_collector)
      .or_else("none: nothing is traced");
  table
      .text(
          "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "a URL, such as http://127.0.0.1:4318/v1/traces",
          "where traces go, as it stands", [](draft& into) -> auto& { return into.tracing.endpoint; }, is_collector)
      .or_else("`/v1/traces` under `OTEL_EXPORTER_OTLP_ENDPOINT`");
  table
      .taken_by("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "headers, such as name=value,name=value",
                "what traces are sent with; values are percent-encoded", into_pairs(&tracing_settings::headers))
      .named_also("OTEL_EXPORTER_OTLP_HEADERS")
      .secret();
  table.text(
      "OTEL_SERVICE_NAME", "text", "what this service is called in traces",
      [](draft& into) -> auto& { return into.tracing.service; }, is_text);
  table.taken_by("OTEL_RESOURCE_ATTRIBUTES", "attributes, such as deployment.environment.name=test",
                 "what else is said of this process in traces, separated by commas; values are percent-encoded",
                 into_pairs(&tracing_settings::resource));
  table
      .taken_by("OTEL_BSP_SCHEDULE_DELAY", "milliseconds, 10 to 3600000",
                "after which spans are sent that are too few for a batch", take_interval)
      .or_else("5000");
  table.choice("OTEL_TRACES_SAMPLER",
               "which traces are kept; with `parentbased` whoever calls decides of its own. What fails is always kept",
               &draft::sampler);
  table.taken_by("OTEL_TRACES_SAMPLER_ARG", "a number from 0 to 1", "how many of them, with `traceidratio`", take_ratio)
      .or_else("1");
  table.taken_by("OTEL_SDK_DISABLED", "true or false", "whether nothing is traced, whatever else is set", take_disabled)
      .or_else("`false`");
  table.choice("SAMBUNG_TRACE_UPSTREAM", "whether vendors of models are told which trace their call belongs to",
               [](draft& into) -> auto& { return into.tracing.upstream; });
  table.choice("SAMBUNG_TRACE_CONTENT", "whether traces have what people, models and tools wrote",
               [](draft& into) -> auto& { return into.tracing.content; });
}

void join_tracing(draft& read) {
  auto& traces = read.tracing;
  if (traces.endpoint.empty() && !read.collector.empty()) traces.endpoint = traces_under(read.collector);
  if (read.tracing_disabled) traces.endpoint.clear();
  traces.ratio = ratio_of(read);
  traces.decision = follows_parent(read.sampler) ? sampling_decision::of_caller : sampling_decision::of_ratio;
}

}  // namespace sambung::setup
