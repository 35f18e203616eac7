// turn_pump: brings what a turn's model says, and what its tools give, into the turn's log, step by step, and makes the
// answer's parts of it.
#pragma once

#include "core/rising_level.hpp"
#include "services/base/engine_core.hpp"
#include "services/turns/tool_questions.hpp"
#include "services/turns/tool_step.hpp"
#include "services/turns/turn_log.hpp"
#include "services/turns/turn_outcome.hpp"
#include "services/turns/turn_plan.hpp"
#include "services/turns/turn_steps.hpp"
#include "services/turns/turn_watch.hpp"

#include <atomic>

namespace sambung {

class counted_prompt;
class model_call;

// Thread safety: none; used on the turn's strand, but for close() and questions().look_again(). Lifetime: what it is
// given outlives it.
class turn_pump {
 public:
  // It ends early once there is an `interruption`.
  turn_pump(engine_core& core, turn_plan& plan, turn_log& log, turn_watch& watch,
            std::atomic<turn_interruption> const& interruption);
  turn_pump(turn_pump const&) = delete;
  turn_pump& operator=(turn_pump const&) = delete;

  // The model is called, then the tools that it called, until it calls none. To be called once.
  task<result<void>> run();
  // Nothing more comes.
  void close() { arrived_.raise_to(rising_level::top); }

  // Bytes of deltas that came; the top once closed.
  rising_level const& arrived() const { return arrived_; }
  // Completes once it is closed.
  task<void> closed() const { return arrived_.above(rising_level::top - 1); }

  std::vector<part> const& parts() const { return steps_.parts(); }
  // Whether the model has said its last word, and which.
  bool has_ended() const { return steps_.ended().has_value(); }
  std::optional<std::string> finish_word() const;
  // What the model was not asked for.
  std::vector<issue> const& warnings() const { return warnings_; }
  tool_questions& questions() { return questions_; }
  tool_questions const& questions() const { return questions_; }

 private:
  void say_again();
  task<completion_request> assemble_patiently();
  task<result<void>> call_model(completion_request request);
  task<result<void>> hear_model(completion_request request, counted_prompt const& prompt, model_call& call);
  task<void> run_tools(std::vector<tool_call_part> calls);
  void note(std::vector<issue> left_out);
  void take(completion_event event, model_call& call);
  result<void> take_what_is_there(completion_stream& from, completion_event first, model_call& call);
  void add(turn_event const& delta);
  void tell_of_provider(failure const& why) const;

  engine_core& core_;
  turn_plan& plan_;
  turn_log& log_;
  turn_watch& watch_;
  std::atomic<turn_interruption> const& interruption_;
  rising_level arrived_;
  turn_steps steps_;
  tool_questions questions_;
  bool full_ = false;          // nothing more can be stored with it
  bool out_of_steps_ = false;  // the model would have gone on
  std::vector<issue> warnings_;
  std::optional<token_usage> reported_;  // by the vendor, of the present call
};

}  // namespace sambung
