// tool_selection: the tools that one turn offers its model.
#pragma once

#include <sambung/services/turns/send_options.hpp>
#include <sambung/services/turns/toolbox.hpp>

namespace sambung {

struct tool_selection {
  std::vector<std::shared_ptr<tool const>> tools;
  std::optional<sambung::tool_choice> choice;
  std::size_t max_steps = 1;

  // Whether there are any, and the caller wants them called.
  bool may_be_called() const;
  // Null when it is not offered.
  tool const* find(std::string_view name) const;
};

// Throws error(errc::invalid_argument) for names that nobody registered, and for a choice that is not offered.
tool_selection select_tools(toolbox const& from, tool_limits const& limits, send_options const& how);

// Puts the tools into a request.
void offer(tool_selection const& selection, completion_request& request);

}  // namespace sambung
