// tool: a function of the application's that a model may call while it answers.
//
//   struct weather_question {
//     std::string city;
//     std::optional<std::int64_t> days;
//   };
//   BOOST_DESCRIBE_STRUCT(weather_question, (), (city, days))
//
//   sambung::task<std::string> tell_weather(sambung::tool_call call, weather_question asked);
//
//   auto weather = sambung::make_tool<weather_question>("weather", "The weather in a city.", tell_weather);
//   weather.describe(&weather_question::city, "City and country, such as \"Ipoh, Malaysia\".");
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/json_schema.hpp>
#include <sambung/core/task.hpp>
#include <sambung/records/membership.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace sambung {

class workspace;

// One call that a model makes, and on whose behalf.
struct tool_call {
  sambung::tenant_id tenant_id;
  sambung::user_id user_id;                       // who asked
  member_role role = member_role::member;         // what they were in the tenant when they asked
  std::optional<sambung::chat_id> chat_id;        // none outside a chat, as for completions
  std::optional<sambung::message_id> message_id;  // the answer that it is a part of
  std::string id;                                 // unique within that answer; keep it to do a thing once only
  std::string name;                               // of the tool
  std::string arguments;                          // JSON, as the model wrote it; checked already
  // What they may do, for functions that read or change what is stored: an engine's tools are made before the engine.
  // None in a call that no turn makes. Lifetime: as any workspace.
  std::shared_ptr<sambung::workspace const> workspace;
};
SAMBUNG_DESCRIBE_STRUCT(tool_call, (), (tenant_id, user_id, role, chat_id, message_id, id, name, arguments))

// Whether a tool may be called. allow: as the model likes. ask: the user who asked must agree, see tool_approval. deny:
// not at all, it is offered to no model.
enum class tool_policy { allow, ask, deny };
SAMBUNG_DESCRIBE_ENUM(tool_policy, allow, ask, deny)

// What a model is told of a function, and how to run it.
//
// A function gets its arguments checked and gives the text that the model reads next. What it throws becomes a result
// that the model sees: the message of a sambung::error, "the tool failed" for everything else. Each call runs on a
// strand of its own of the engine's executor: calls run beside each other, and one that blocks its thread holds up what
// else that executor has to do. A call is cancelled in Asio's way when its time is over or its turn ends; one that does
// not heed that runs on with nobody waiting for it, until when whatever it refers to must be there.
//
// What the model wrote is not trusted: neither are the arguments of a call, which may be another person's words out of
// a document. A function may do what tool_call::user_id may do, no more: tool_call::workspace keeps to that.
class SAMBUNG_API tool {
 public:
  using invocation = std::function<task<std::string>(tool_call)>;
  // Checks the arguments: errc::invalid_argument with every issue, or the call ready to be made.
  using preparer = std::function<result<invocation>(boost::json::value const& arguments)>;
  using function = std::function<task<std::string>(tool_call, boost::json::object arguments)>;

  // `schema` is the JSON Schema of an object; check_json() says what of it is checked.
  tool(std::string name, std::string description, boost::json::object schema, function f);
  tool(std::string name, std::string description, boost::json::object schema, preparer prepare);

  // How long a call may take, instead of tool_limits::time. Throws errc::invalid_argument beyond 0 ms to 366 days.
  tool& within(std::chrono::milliseconds time);

  // Whether it may be called; tool_policy::allow unless this says otherwise.
  tool& policy(tool_policy how);
  // The same as policy(tool_policy::ask).
  tool& needs_approval() { return policy(tool_policy::ask); }

  // Tells the model what a parameter is for. Throws error(errc::invalid_argument) if there is none of that name.
  tool& describe(std::string const& parameter, std::string text);
  template <class P, class M>
  tool& describe(M P::* parameter, std::string text) {
    return describe(camel_case(member_name(parameter)), std::move(text));
  }

  std::string const& name() const { return name_; }
  std::string const& description() const { return description_; }
  boost::json::object const& schema() const { return schema_; }
  std::optional<std::chrono::milliseconds> time() const { return time_; }
  tool_policy policy() const { return policy_; }
  result<invocation> prepare(boost::json::value const& arguments) const;

 private:
  std::string name_;
  std::string description_;
  boost::json::object schema_;
  preparer prepare_;
  std::optional<std::chrono::milliseconds> time_;
  tool_policy policy_ = tool_policy::allow;
};

// A tool whose parameters are a described struct, in camelCase as everywhere in JSON; `f` is
// task<std::string>(tool_call, Parameters) and copyable.
template <class Parameters, class F>
tool make_tool(std::string name, std::string description, F f) {
  auto prepare = [f = std::move(f)](boost::json::value const& arguments) -> result<tool::invocation> {
    auto read = from_json<Parameters>(arguments);
    if (!read) return read.error();
    return tool::invocation(
        [f, read = std::move(*read)](tool_call call) -> task<std::string> { return f(std::move(call), read); });
  };
  return tool(std::move(name), std::move(description), json_schema_of<Parameters>(),
              tool::preparer(std::move(prepare)));
}

}  // namespace sambung
