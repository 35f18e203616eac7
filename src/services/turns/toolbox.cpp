#include <sambung/services/turns/toolbox.hpp>

#include "provider/openai_words.hpp"

#include <algorithm>

namespace sambung {
namespace {

namespace json = boost::json;

constexpr std::chrono::hours longest_time{366 * 24};

bool valid_name(std::string_view name) {
  auto const allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  if (openai_words::choice_of(name)) return false;
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), allowed);
}

bool is_of_object(json::object const& schema) {
  auto const* type = schema.if_contains("type");
  return type && *type == json::value("object");
}

failure invalid(std::vector<issue> issues) {
  auto message = "invalid arguments: " + issues.front().path + ": " + issues.front().message;
  return failure(errc::invalid_argument, std::move(message), std::move(issues));
}

tool::preparer checked_by(json::object schema, tool::function f) {
  return [schema = std::move(schema), f = std::move(f)](json::value const& arguments) -> result<tool::invocation> {
    auto issues = check_json(arguments, schema);
    if (!issues.empty()) return invalid(std::move(issues));
    return tool::invocation([f, given = arguments.as_object()](tool_call call) { return f(std::move(call), given); });
  };
}

}  // namespace

record_description describe_record(record_of<tool_limits>) { return record<tool_limits>().all_optional(); }

result<tool::invocation> tool::prepare(json::value const& arguments) const { return prepare_(arguments); }

tool::tool(std::string name, std::string description, json::object schema, function f)
    : tool(std::move(name), std::move(description), schema, checked_by(schema, std::move(f))) {}

tool::tool(std::string name, std::string description, json::object schema, preparer prepare)
    : name_(std::move(name)),
      description_(std::move(description)),
      schema_(std::move(schema)),
      prepare_(std::move(prepare)) {}

tool& tool::within(std::chrono::milliseconds time) {
  if (time < std::chrono::milliseconds(0) || time > longest_time)
    throw error(errc::invalid_argument, "a tool takes from nothing to 366 days");
  time_ = time;
  return *this;
}

tool& tool::policy(tool_policy how) {
  policy_ = how;
  return *this;
}

tool& tool::describe(std::string const& parameter, std::string text) {
  auto* properties = schema_.if_contains("properties");
  auto* known = properties && properties->is_object() ? properties->get_object().if_contains(parameter) : nullptr;
  if (!known || !known->is_object())
    throw error(errc::invalid_argument, "the tool \"" + name_ + "\" has no parameter \"" + parameter + "\"");
  known->get_object()["description"] = std::move(text);
  return *this;
}

toolbox& toolbox::add(tool one) {
  if (!valid_name(one.name()))
    throw error(errc::invalid_argument, "a tool's name is made of up to 64 letters, digits, '-' and '_'");
  if (!is_of_object(one.schema()))
    throw error(errc::invalid_argument, "the parameters of the tool \"" + one.name() + "\" are not an object");
  if (find(one.name())) throw error(errc::already_exists, "there is a tool \"" + one.name() + "\" already");
  tools_.push_back(std::make_shared<tool const>(std::move(one)));
  return *this;
}

toolbox& toolbox::ask(tool_approver approver) {
  approver_ = std::move(approver);
  return *this;
}

std::shared_ptr<tool const> toolbox::find(std::string_view name) const {
  auto const found = std::find_if(tools_.begin(), tools_.end(), [&](auto const& each) { return each->name() == name; });
  return found == tools_.end() ? nullptr : *found;
}

}  // namespace sambung
