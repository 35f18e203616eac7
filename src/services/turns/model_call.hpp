// model_call: what is measured and traced of one call of a model.
#pragma once

#include <sambung/provider/completion.hpp>
#include <sambung/provider/embedding.hpp>
#include <sambung/storage/scope.hpp>
#include <sambung/telemetry/tracer.hpp>

#include "services/accounting/call_meter.hpp"
#include "services/base/engine_core.hpp"

#include <chrono>
#include <string>

namespace sambung {

enum class model_operation { chat, embeddings };

// From the call to the end of the answer. One that goes before its end was left by whoever asked. An engine without
// metrics and tracer keeps nothing. Thread safety: none. Lifetime: the core outlives it.
class model_call {
 public:
  // `model` is "provider/model"; the call is a part of what `made_for` says.
  model_call(engine_core& core, scope const& made_for, std::string_view model, model_operation what);
  ~model_call();
  model_call(model_call const&) = delete;
  model_call& operator=(model_call const&) = delete;

  // Before it is made: its retries count, and the vendor may be told of the trace.
  void follow(completion_request& request);

  // What arrives.
  void take(completion_event const& event);
  void take(completion const& whole);
  void take(embedding_batch const& batch);

  // The first that is said counts.
  void succeeded() { end({}); }
  void failed(failure const& why) { end(to_string(why.code)); }
  template <class T>
  void ended(result<T> const& outcome) {
    if (outcome) succeeded();
    else failed(outcome.error());
  }

 private:
  void take(token_usage const& used);
  void first_chunk();
  void hear(std::string_view text);
  void ended_by(std::string_view reason);
  void end(std::string_view error);
  double seconds() const;

  engine_core* core_ = nullptr;  // null: nobody looks, or it has ended
  std::string_view operation_;
  std::string provider_;
  std::string model_;
  std::chrono::steady_clock::time_point begun_;
  std::optional<token_usage> used_;
  bool streamed_ = false;  // a piece of the answer was seen
  std::string answer_;     // its text so far, where that is traced; no more than is
  span span_;
};

// Counts what a turn, or a call without a chat, cost.
void measure_cost(engine_core& core, bill const& used);

}  // namespace sambung
