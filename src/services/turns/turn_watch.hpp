// turn_watch: what is measured and traced of one turn, from its start to its end.
#pragma once

#include <sambung/telemetry/tracer.hpp>

#include "services/base/engine_core.hpp"
#include "services/base/engine_metrics.hpp"
#include "services/turns/turn_plan.hpp"

#include <chrono>

namespace sambung {

// Thread safety: none. Lifetime: the core outlives it.
class turn_watch {
 public:
  // It begins. What the turn does from now on is part of its span: the rows of the plan say so.
  turn_watch(engine_core& core, turn_plan& plan);
  // One that nobody has ended runs no more.
  ~turn_watch();
  turn_watch(turn_watch const&) = delete;
  turn_watch& operator=(turn_watch const&) = delete;

  // The first is told, of any number.
  void text_came();
  // The first that is said counts.
  void ended(answer_end const& how, std::optional<failure> const& why);
  // Nobody knows how it is stored.
  void abandoned(failure const& why);

 private:
  double seconds() const;
  void end();

  engine_metrics const& measured_;
  std::string const provider_;
  std::chrono::steady_clock::time_point const begun_ = std::chrono::steady_clock::now();
  span span_;
  bool spoke_ = false;
  bool ended_ = false;
};

}  // namespace sambung
