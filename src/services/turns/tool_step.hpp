// tool_step: makes the calls that a model wrote in one step of a turn, and gives each its result.
#pragma once

#include <sambung/core/clock.hpp>
#include <sambung/services/base/observer.hpp>
#include <sambung/services/turns/turns.hpp>
#include <sambung/telemetry/tracer.hpp>

#include "services/turns/tool_selection.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>

namespace sambung {

// What calls are made with.
struct tool_environment {
  boost::asio::any_io_executor executor;  // which the application's functions run on
  std::shared_ptr<sambung::clock> clock;
  tool_approver approver;
  // Asks the user: empty when they agree, otherwise why the call may not be made.
  std::function<task<std::optional<failure>>(tool_call const&, tool const&)> ask_user;
  tool_limits limits;
  sambung::observer* observer;                // of what the application's functions fail with; outlives the calls
  sambung::tracer const* tracer = nullptr;    // may be null; outlives the calls
  std::optional<trace_context> part_of = {};  // what the spans of the calls are children of
  bool trace_content = false;                 // whether they have arguments and results
};

// A result that says why a call was not made.
tool_result refused_call(tool_call_part const& call, std::string_view why);

// Thread safety: none; run() is awaited on a strand, on which `tell` is called.
class tool_step {
 public:
  using listener = std::function<void(tool_result)>;

  // `whose` is every call's but for its id, name and arguments. Lifetime: `with` and `offered` outlive it.
  tool_step(tool_environment const& with, tool_selection const& offered, tool_call whose, listener tell)
      : with_(with), offered_(offered), whose_(std::move(whose)), tell_(std::move(tell)) {}

  // Every call gets its one result, in the order in which they end. Cancelling it cancels the calls that run; they get
  // none.
  task<void> run(std::vector<tool_call_part> calls);

 private:
  task<void> work(std::size_t workers);
  task<void> work_alone();
  task<tool_result> answer(tool_call_part const& call);
  task<result<std::string>> attempt(tool_call_part const& call);
  task<std::optional<failure>> agree(tool_call const& call, tool const& by);
  task<result<tool_verdict>> ask_approver(tool_call call);
  void tell_observer(engine_part part, tool_call const& call, failure const& why) const;
  task<result<std::string>> make(tool_call call, tool const& by, tool::invocation ready);
  task<result<std::string>> run_bounded(tool_call call, tool const& by, tool::invocation ready);

  tool_environment const& with_;
  tool_selection const& offered_;
  tool_call whose_;
  listener tell_;
  std::vector<tool_call_part> calls_;
  std::size_t next_ = 0;  // the first of calls_ that nobody has begun
};

}  // namespace sambung
