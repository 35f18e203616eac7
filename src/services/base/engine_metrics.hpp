// engine_metrics: the instruments of what services do, under the names that a dashboard knows them by.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/telemetry/metrics.hpp>

#include <memory>
#include <vector>

namespace sambung {

class provider_registry;

// Every value of a label is from a closed set: registry, schema, an enum, or the models that model_labels knows.
// Without metrics every instrument is an empty one. Thread safety: safe to use from any thread.
struct SAMBUNG_API engine_metrics {
  explicit engine_metrics(std::shared_ptr<metrics> in = nullptr);

  explicit operator bool() const { return in != nullptr; }

  // A gauge of each of them, asked when somebody looks.
  void watch(provider_registry const& providers);

  std::shared_ptr<metrics> in;

  metric_series<histogram> storage_calls;  // backend, operation, collection

  metric_series<histogram> model_calls;         // gen_ai_operation_name, …_provider_name, …_request_model, error_type
  metric_series<histogram> model_first_chunks;  // gen_ai_operation_name, …_provider_name, …_request_model
  metric_series<histogram> model_tokens;        // the same and gen_ai_token_type
  metric_series<counter> provider_retries;      // provider
  metric_series<counter> costs;                 // provider, model

  gauge turns_in_flight;
  gauge turn_followers;
  metric_series<counter> turns;               // state, provider
  metric_series<histogram> turn_durations;    // state, provider
  metric_series<histogram> turn_first_texts;  // provider

  metric_series<counter> sign_ins;  // outcome

  counter events_out;                   // to the broker
  counter events_in;                    // to who follows
  metric_series<counter> event_resets;  // reason

 private:
  std::vector<std::shared_ptr<void>> watched_;
};

}  // namespace sambung
