#include "services/turns/tool_selection.hpp"

#include "provider/openai_words.hpp"

#include <algorithm>

namespace sambung {
namespace {

namespace json = boost::json;

[[noreturn]] void refuse(std::string path, std::string message) {
  throw error(failure(errc::invalid_argument, message, {{std::move(path), message}}));
}

tool_choice choice_of(tool_selection const& selection, std::string const& wanted) {
  auto const how = openai_words::choice_of(wanted);
  if (how && *how != tool_choice::kind::required) return tool_choice(*how);
  if (selection.tools.empty()) refuse("toolChoice", "no tools are offered");
  if (how) return tool_choice(*how);
  if (!selection.find(wanted)) refuse("toolChoice", "no such tool is offered");
  return tool_choice::of(wanted);
}

json::value definition_of(tool const& one) {
  json::object function;
  function.emplace("name", one.name());
  function.emplace("description", one.description());
  function.emplace("parameters", one.schema());
  json::object made;
  made.emplace("type", "function");
  made.emplace("function", std::move(function));
  return made;
}

}  // namespace

bool tool_selection::may_be_called() const {
  return !tools.empty() && !(choice && choice->how == tool_choice::kind::none);
}

tool const* tool_selection::find(std::string_view name) const {
  auto const found = std::find_if(tools.begin(), tools.end(), [&](auto const& each) { return each->name() == name; });
  return found == tools.end() ? nullptr : found->get();
}

tool_selection select_tools(toolbox const& from, tool_limits const& limits, send_options const& how) {
  tool_selection made;
  if (!how.tools) {
    for (auto const& one : from.all())
      if (one->policy() != tool_policy::deny) made.tools.push_back(one);
  } else {
    for (std::size_t i = 0; i < how.tools->size(); ++i) {
      auto one = from.find((*how.tools)[i]);
      if (!one || one->policy() == tool_policy::deny)
        refuse("tools[" + std::to_string(i) + "]", "there is no such tool");
      if (!made.find(one->name())) made.tools.push_back(std::move(one));
    }
  }
  if (how.tool_choice) made.choice = choice_of(made, *how.tool_choice);
  auto const wanted = static_cast<std::size_t>(how.max_steps.value_or(static_cast<std::int64_t>(limits.max_steps)));
  made.max_steps = std::max<std::size_t>(1, std::min(wanted, limits.max_steps));
  return made;
}

void offer(tool_selection const& selection, completion_request& request) {
  if (selection.tools.empty()) return;
  request.tools.reserve(selection.tools.size());
  for (auto const& one : selection.tools) request.tools.push_back(definition_of(*one));
  request.choice = selection.choice;
}

}  // namespace sambung
