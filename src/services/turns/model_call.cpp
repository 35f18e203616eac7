#include "services/turns/model_call.hpp"

#include "core/enum_name.hpp"
#include "core/text.hpp"
#include "services/base/engine_metrics.hpp"
#include "services/turns/traced_content.hpp"
#include "services/turns/turns_state.hpp"

#include <algorithm>

namespace sambung {
namespace {

std::string_view name_of_operation(model_operation what) {
  return what == model_operation::chat ? "chat" : "embeddings";
}

std::string provider_of_model(std::string_view full_name) {
  return std::string(full_name.substr(0, full_name.find('/')));
}

}  // namespace

model_call::model_call(engine_core& core, scope const& made_for, std::string_view model, model_operation what) {
  if (!core.metrics && !core.tracer) return;
  core_ = &core;
  operation_ = name_of_operation(what);
  provider_ = provider_of_model(model);
  model_ = core.turns->labels.of(core, model);
  begun_ = std::chrono::steady_clock::now();
  if (!core.tracer) return;
  span_ = core.tracer->start(std::string(operation_) + ' ' + provider_ + '/' + model_, span_kind::client,
                             made_for.call().span());
  span_.set("gen_ai.operation.name", operation_);
  span_.set("gen_ai.provider.name", std::string_view(provider_));
  span_.set("gen_ai.request.model", std::string_view(model_));
}

model_call::~model_call() { end(to_string(errc::cancelled)); }

void model_call::follow(completion_request& request) {
  if (!core_) return;
  if (core_->trace_content && span_) span_.set_content("gen_ai.input.messages", traced_input(request.messages));
  if (core_->trace_upstream) request.trace = span_.context();
  request.repeated = [of = core_->measured, provider = provider_](failure const&) {
    of->provider_retries.at({provider}).add();
  };
}

void model_call::take(completion_event const& event) {
  if (!core_) return;
  if (auto const* report = std::get_if<usage_report>(&event)) return take(report->usage);
  if (auto const* end = std::get_if<completion_finished>(&event)) return ended_by(name_of(end->reason));
  if (auto const* text = std::get_if<text_delta>(&event); text && core_->trace_content) hear(text->text);
  if (!std::exchange(streamed_, true)) first_chunk();
}

void model_call::take(completion const& whole) {
  if (!core_) return;
  if (whole.usage) take(*whole.usage);
  if (core_->trace_content) hear(text_of(whole.parts));
  ended_by(name_of(whole.reason));
}

void model_call::hear(std::string_view text) {
  auto const left = max_traced_bytes - std::min(max_traced_bytes, answer_.size());
  answer_ += text.substr(0, whole_characters(text, left));
}

void model_call::ended_by(std::string_view reason) {
  span_.set("gen_ai.response.finish_reasons", reason);
  if (core_->trace_content && span_) span_.set_content("gen_ai.output.messages", traced_output(answer_, reason));
}

void model_call::take(embedding_batch const& batch) {
  if (core_ && batch.usage) take(*batch.usage);
}

// Vendors report more than once, the later ones with all that the earlier had.
void model_call::take(token_usage const& used) { used_ = used; }

void model_call::first_chunk() {
  auto const after = seconds();
  core_->measured->model_first_chunks.at({operation_, provider_, model_}).observe(after);
  span_.set("gen_ai.response.time_to_first_chunk", after);
}

void model_call::end(std::string_view error) {
  if (!core_) return;
  auto const& measured = *std::exchange(core_, nullptr)->measured;
  measured.model_calls.at({operation_, provider_, model_, error}).observe(seconds());
  if (used_ && !used_->replayed) {
    auto const count = [&](std::string_view type, std::int64_t tokens) {
      measured.model_tokens.at({operation_, provider_, model_, type}).observe(static_cast<double>(tokens));
    };
    count("input", used_->input_tokens);
    count("output", used_->output_tokens);
  }
  if (used_) {
    span_.set("gen_ai.usage.input_tokens", used_->input_tokens);
    span_.set("gen_ai.usage.output_tokens", used_->output_tokens);
    span_.set("gen_ai.usage.cache_read.input_tokens", used_->cached_input_tokens);
    span_.set("gen_ai.usage.cache_creation.input_tokens", used_->cache_write_tokens);
    span_.set("gen_ai.usage.reasoning.output_tokens", used_->reasoning_tokens);
  }
  if (!error.empty()) span_.fail(error);
  span_.end();
}

double model_call::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
}

void measure_cost(engine_core& core, bill const& used) {
  if (!core.metrics) return;
  for (auto const& one : used.counters)
    if (one.cost_microusd > 0)
      core.measured->costs.at({provider_of_model(one.model), core.turns->labels.of(core, one.model)})
          .add(static_cast<std::uint64_t>(one.cost_microusd));
}

}  // namespace sambung
