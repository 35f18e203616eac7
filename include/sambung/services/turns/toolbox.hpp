// toolbox: the tools of an engine, who must agree to a call, and what calls may cost.
//
//   sambung::engine_options options;
//   options.tools.add(std::move(weather));
//
// A turn offers its model every tool, or those that send_options names. As long as the model answers with calls, they
// are made, and the model reads the results in its next step; all of it becomes one answer.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/services/turns/tool.hpp>

#include <memory>
#include <string_view>
#include <vector>

namespace sambung {

// Whether a call may be made.
class tool_verdict {
 public:
  // As far as the application is concerned: a tool whose policy it is still asks the user.
  static tool_verdict allow() { return tool_verdict(std::nullopt, false); }
  // If the user agrees, as if the tool's policy were tool_policy::ask.
  static tool_verdict ask() { return tool_verdict(std::nullopt, true); }
  // The model reads the reason.
  static tool_verdict deny(std::string reason) { return tool_verdict(std::move(reason), false); }

  std::optional<std::string> const& denied() const { return reason_; }
  bool asks() const { return asks_; }

 private:
  tool_verdict(std::optional<std::string> reason, bool asks) : reason_(std::move(reason)), asks_(asks) {}

  std::optional<std::string> reason_;
  bool asks_;
};

// A function of the application's, asked before each call whose arguments are in order. What it throws denies the call.
using tool_approver = std::function<task<tool_verdict>(tool_call)>;

// What the tools of one turn may cost.
struct tool_limits {
  tool_limits() = default;

  std::size_t max_steps = 8;    // calls of the model in one turn; the tools of the last one are not run any more
  std::size_t parallelism = 4;  // calls of tools at once, in one turn; from 1 to 64
  std::size_t max_calls = 32;   // calls of tools in one step: the ones beyond are not run
  std::chrono::milliseconds time{60'000};       // each call, unless its tool says otherwise
  std::chrono::milliseconds approval{600'000};  // how long an approver, and then a person, may take; then it is denied
  std::size_t max_result_bytes = 65'536;        // a longer result is cut, and says so
};
SAMBUNG_DESCRIBE_STRUCT(tool_limits, (), (max_steps, parallelism, max_calls, time, approval, max_result_bytes))
SAMBUNG_API record_description describe_record(record_of<tool_limits>);

// Thread safety: filled by one thread, then safe to read from any.
class SAMBUNG_API toolbox {
 public:
  // Throws error(errc::invalid_argument) for a name that is not 1 to 64 letters, digits, '-' and '_', or is "auto",
  // "none" or "required", and for a schema that is not one of an object; error(errc::already_exists).
  toolbox& add(tool one);

  // Every call asks `approver` first, before any person.
  toolbox& ask(tool_approver approver);

  bool empty() const { return tools_.empty(); }
  // Null when there is none.
  std::shared_ptr<tool const> find(std::string_view name) const;
  // In the order in which they were added.
  std::vector<std::shared_ptr<tool const>> const& all() const { return tools_; }
  tool_approver const& approver() const { return approver_; }

 private:
  std::vector<std::shared_ptr<tool const>> tools_;
  tool_approver approver_;
};

}  // namespace sambung
