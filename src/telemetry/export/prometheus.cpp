#include <sambung/telemetry/export/prometheus.hpp>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace sambung {
namespace {

prometheus::MetricType prometheus_type(metric_kind kind) {
  switch (kind) {
    case metric_kind::counter:
      return prometheus::MetricType::Counter;
    case metric_kind::gauge:
      return prometheus::MetricType::Gauge;
    case metric_kind::histogram:
      break;
  }
  return prometheus::MetricType::Histogram;
}

prometheus::ClientMetric::Histogram prometheus_histogram(metric_description const& what, metric_sample const& sample) {
  prometheus::ClientMetric::Histogram out;
  out.sample_count = sample.count;
  out.sample_sum = sample.sum;
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < what.bounds.size(); ++i) {
    so_far += sample.buckets[i];
    out.bucket.push_back({so_far, what.bounds[i]});
  }
  return out;
}

prometheus::ClientMetric client_metric(metric_snapshot const& of, metric_sample const& sample) {
  prometheus::ClientMetric out;
  for (std::size_t i = 0; i < sample.labels.size(); ++i) out.label.push_back({of.what.labels[i], sample.labels[i]});
  if (of.kind == metric_kind::counter) out.counter.value = sample.value;
  else if (of.kind == metric_kind::gauge) out.gauge.value = sample.value;
  else out.histogram = prometheus_histogram(of.what, sample);
  return out;
}

class collected_metrics final : public prometheus::Collectable {
 public:
  explicit collected_metrics(metrics const& from) : from_(from) {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    std::vector<prometheus::MetricFamily> families;
    for (auto const& one : from_.snapshot()) {
      prometheus::MetricFamily family;
      family.name = one.what.name;
      family.help = one.what.help;
      family.type = prometheus_type(one.kind);
      for (auto const& sample : one.samples) family.metric.push_back(client_metric(one, sample));
      families.push_back(std::move(family));
    }
    return families;
  }

 private:
  metrics const& from_;
};

}  // namespace

std::string prometheus_text(metrics const& from) {
  collected_metrics const all(from);
  return prometheus::TextSerializer().Serialize(all.Collect());
}

}  // namespace sambung
