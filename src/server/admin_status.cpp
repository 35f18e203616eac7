#include "server/admin_status.hpp"

#include "core/json_writer.hpp"
#include "server/server_metrics.hpp"

#include <map>
#include <utility>

namespace sambung::serving {
namespace {

// What one route was asked by one method, whatever came of it.
struct endpoint_totals {
  std::uint64_t requests = 0;
  std::uint64_t failed = 0;  // 5xx
  std::vector<std::uint64_t> fine;

  void add(metric_sample const& sample) {
    requests += sample.count;
    if (sample.labels[2].starts_with('5')) failed += sample.count;
    fine.resize(std::max(fine.size(), sample.fine.size()));
    for (std::size_t i = 0; i < sample.fine.size(); ++i) fine[i] += sample.fine[i];
  }
};

// By route and method.
using endpoint_table = std::map<std::pair<std::string, std::string>, endpoint_totals>;

endpoint_table endpoints_of(metrics const& measured) {
  endpoint_table all;
  auto const requests = measured.find(request_duration);
  if (!requests) return all;
  for (auto const& sample : requests->samples) all[{sample.labels[0], sample.labels[1]}].add(sample);
  return all;
}

void append_endpoint(std::string& out, std::pair<std::string, std::string> const& which,
                     endpoint_totals const& totals) {
  object_writer one(out);
  one.text("route", which.first);
  one.text("method", which.second);
  one.integer("requests", static_cast<std::int64_t>(totals.requests));
  one.integer("failed", static_cast<std::int64_t>(totals.failed));
  constexpr std::pair<std::string_view, double> shares[] = {{"p50Ms", 0.5}, {"p95Ms", 0.95}, {"p99Ms", 0.99}};
  for (auto const& [name, share] : shares) one.number(name, quantile(totals.fine, share).value_or(0) * 1'000);
  one.end();
}

void append_endpoints(std::string& out, metrics const& measured) {
  array_writer all(out);
  for (auto const& [which, totals] : endpoints_of(measured)) append_endpoint(all.next(), which, totals);
  all.end();
}

// A number, or with labels one of each series.
void append_gauge(std::string& out, metric_snapshot const& gauge) {
  array_writer all(out);
  for (auto const& sample : gauge.samples) {
    object_writer one(all.next());
    for (std::size_t i = 0; i < sample.labels.size(); ++i) one.text(gauge.what.labels[i], sample.labels[i]);
    one.number("value", sample.value);
    one.end();
  }
  all.end();
}

void append_gauges(std::string& out, metrics const& measured) {
  object_writer all(out);
  for (auto const& one : measured.snapshot()) {
    if (one.kind != metric_kind::gauge) continue;
    if (one.what.labels.empty() && one.samples.size() == 1) all.number(one.what.name, one.samples.front().value);
    else append_gauge(all.key(one.what.name), one);
  }
  all.end();
}

}  // namespace

std::string encode_status(admin_facts const& facts, metrics const* measured) {
  std::string json;
  object_writer out(json);
  out.text("version", facts.version);
  out.text("instance", to_string(facts.instance));
  out.integer("uptimeSeconds", facts.uptime.count());
  out.raw("draining", facts.draining ? "true" : "false");
  out.integer("connections", static_cast<std::int64_t>(facts.connections));
  if (measured) {
    append_endpoints(out.key("endpoints"), *measured);
    append_gauges(out.key("gauges"), *measured);
  } else {
    out.raw("endpoints", "[]");
    out.raw("gauges", "{}");
  }
  out.end();
  return json;
}

}  // namespace sambung::serving
