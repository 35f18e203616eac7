#include "server/admin_status.hpp"

#include <utility>
#include "core/json_writer.hpp"

namespace sambung::serving {
namespace {

void append_endpoint(std::string& out, endpoint_name const& which, endpoint_totals const& all,
                     endpoint_totals const& recent) {
  object_writer one(out);
  one.text("route", which.first);
  one.text("method", which.second);
  one.integer("requests", static_cast<std::int64_t>(all.requests));
  one.integer("failed", static_cast<std::int64_t>(all.failed));
  one.integer("recentRequests", static_cast<std::int64_t>(recent.requests));
  constexpr std::pair<std::string_view, double> shares[] = {{"p50Ms", 0.5}, {"p95Ms", 0.95}, {"p99Ms", 0.99}};
  for (auto const& [name, share] : shares) one.number(name, quantile(recent.fine, share).value_or(0) * 1'000);
  one.end();
}

void append_endpoints(std::string& out, metrics const& measured, recent_requests const& recent) {
  array_writer all(out);
  for (auto const& [which, totals] : endpoints_of(measured))
    append_endpoint(all.next(), which, *totals, recent.recent(which, *totals));
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

std::string encode_status(admin_facts const& facts, metrics const* measured, recent_requests const& recent) {
  std::string json;
  object_writer out(json);
  out.text("version", facts.version);
  out.text("instance", to_string(facts.instance));
  out.integer("uptimeSeconds", facts.uptime.count());
  out.raw("draining", facts.draining ? "true" : "false");
  out.integer("connections", static_cast<std::int64_t>(facts.connections));
  if (measured) {
    auto const recently = std::chrono::duration_cast<std::chrono::seconds>(facts.now - recent.since());
    out.integer("recentSeconds", recently.count());
    append_endpoints(out.key("endpoints"), *measured, recent);
    append_gauges(out.key("gauges"), *measured);
  } else {
    out.raw("recentSeconds", "0");
    out.raw("endpoints", "[]");
    out.raw("gauges", "{}");
  }
  out.end();
  return json;
}

}  // namespace sambung::serving
