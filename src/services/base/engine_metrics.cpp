#include "services/base/engine_metrics.hpp"

#include <sambung/provider/registry.hpp>

namespace sambung {
namespace {

using labels = std::vector<std::string>;

// Source of the first three: the semantic conventions of OpenTelemetry, which advise them.
std::vector<double> storage_bounds() { return {0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10}; }
std::vector<double> model_bounds() {
  return {0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92};
}
std::vector<double> token_bounds() {
  return {1, 4, 16, 64, 256, 1'024, 4'096, 16'384, 65'536, 262'144, 1'048'576, 4'194'304, 16'777'216, 67'108'864};
}
std::vector<double> turn_bounds() { return {0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600}; }

labels model_and(char const* more = nullptr) {
  labels names{"gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model"};
  if (more) names.emplace_back(more);
  return names;
}

gauge only(metric_series<gauge> const& of) { return of.at(std::initializer_list<std::string_view>()); }

metric_description circuits() {
  return {"sambung_provider_circuit_open", "Whether calls of the provider are refused for now: 1 or 0.", {"provider"}};
}

metric_sample sample_of(std::string const& name, provider const& one) {
  metric_sample made;
  made.labels.push_back(name);
  made.value = one.is_resting() ? 1 : 0;
  return made;
}

}  // namespace

engine_metrics::engine_metrics(std::shared_ptr<metrics> to) : in(std::move(to)) {
  if (!in) return;
  storage_calls = in->histograms({"db_client_operation_duration_seconds",
                                  "Calls of the storage, from the call to its outcome.",
                                  {"backend", "operation", "collection"},
                                  storage_bounds()});

  model_calls =
      in->histograms({"gen_ai_client_operation_duration_seconds", "Calls of models, to the end of their answer.",
                      model_and("error_type"), model_bounds()});
  model_first_chunks =
      in->histograms({"gen_ai_client_operation_time_to_first_chunk_seconds",
                      "Streamed calls of models, to the first piece of the answer.", model_and(), model_bounds()});
  model_tokens = in->histograms({"gen_ai_client_token_usage", "Tokens of one call, as the vendor told them.",
                                 model_and("gen_ai_token_type"), token_bounds()});
  provider_retries =
      in->counters({"sambung_provider_retries_total", "Calls of a vendor that were made again.", {"provider"}});
  costs = in->counters({"sambung_cost_microusd_total",
                        "What answers cost, in millionths of a US dollar, where a price is known.",
                        {"provider", "model"}});

  turns_in_flight = only(in->gauges({"sambung_turns_in_flight", "Turns that run on this engine."}));
  turn_followers = only(in->gauges({"sambung_turn_followers", "Readers of turns that this engine holds."}));
  turns = in->counters({"sambung_turns_total", "Turns that ended on this engine.", {"state", "provider"}});
  turn_durations = in->histograms({"sambung_turn_duration_seconds",
                                   "Turns, from their start until their end is stored.",
                                   {"state", "provider"},
                                   turn_bounds()});
  turn_first_texts = in->histograms(
      {"sambung_turn_first_text_seconds", "Turns, from their start to the first text.", {"provider"}, turn_bounds()});

  sign_ins = in->counters({"sambung_sign_ins_total", "Attempts to sign in by password.", {"outcome"}});

  auto const messages = in->counters({"sambung_broker_messages_total",
                                      "Events that the broker was given for a feed, and that followers were given.",
                                      {"direction"}});
  events_out = messages.at({"out"});
  events_in = messages.at({"in"});
  event_resets = in->counters(
      {"sambung_broker_resets_total", "Followers who were told that something may be missing.", {"reason"}});
}

void engine_metrics::watch(provider_registry const& providers) {
  if (!in) return;
  // A provider may keep requests, whose listeners hold this: it is not held in turn.
  std::vector<std::pair<std::string, std::weak_ptr<provider>>> all;
  for (auto const& [name, one] : providers.providers()) all.emplace_back(name, one);
  auto ask = [all = std::move(all)](std::vector<metric_sample>& out) {
    for (auto const& [name, weak] : all)
      if (auto const one = weak.lock()) out.push_back(sample_of(name, *one));
  };
  watched_.push_back(in->watch(metric_kind::gauge, circuits(), std::move(ask)));
}

}  // namespace sambung
