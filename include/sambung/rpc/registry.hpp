// procedure_registry: every remotely callable operation, in one place. Each carrier and each guard works from
// it, and tests iterate over it.
//
//   registry.call<note_input, note>("note.create", permission::chat_write, "Creates a note.",
//                                   [](workspace desk, note_input in) -> task<note> { ... });
//   registry.stream<tail_input, tail_event>("note.tail", permission::chat_read, "Follows the notes.",
//       [](workspace desk, tail_input in, std::optional<std::int64_t> last_event)
//           -> task<std::unique_ptr<event_source<tail_event>>> { ... });
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/given.hpp>
#include <sambung/rpc/procedure.hpp>

#include <map>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sambung {

class metrics;
class procedure_times;

// Thread safety: adding is for one thread before the first dispatch; everything const is safe from any thread.
// Lifetime: outlives every call and stream dispatched through it.
class SAMBUNG_API procedure_registry {
 public:
  // Procedures may need what `own` names of the application's permissions: engine::permissions().
  explicit procedure_registry(permission_table own = permission_table()) : own_(std::move(own)) {}

  // A procedure that answers once. `handler(workspace, Input) -> task<Output>` for what happens in a tenant;
  // `handler(account, Input)` for permission::account; `handler(Input)` for permission::none; and
  // `handler(call_context&, Input)` for what looks at where the call comes from or changes the session. Throws
  // error(errc::already_exists) for a name that is taken and error(errc::invalid_argument) for one that is not words of
  // letters, digits and '_' joined by dots, when a handler wants a workspace or an account and its permission does not
  // provide one, or for a permission that has no name. errc::conflict once it is sealed.
  template <class Input, class Output, class Handler>
  void call(std::string name, procedure_demand demand, std::string description, Handler handler);

  // A procedure that answers with events.
  // `handler(workspace, Input, std::optional<std::int64_t> last_event) -> task<std::unique_ptr<event_source<Event>>>`;
  // or -> task<std::unique_ptr<encoded_event_source>>, whose events are the JSON of an Event already: for what many
  // hear alike.
  template <class Input, class Event, class Handler>
  void stream(std::string name, procedure_demand demand, std::string description, Handler handler);

  // From now on nothing is added: who adds is told, instead of racing with calls. server::listen() does it.
  void seal();

  // Calls of what is added from now on are measured in `into`, which is not null: sambung_procedure_duration_seconds,
  // by procedure, carrier and errc ("ok": none).
  void measure(std::shared_ptr<metrics> into);

  // Null when there is none of that exact name.
  procedure const* find(std::string_view name) const;

  // Every procedure, by name.
  std::map<std::string, procedure, std::less<>> const& all() const { return procedures_; }

  // Runs a procedure of kind call. Throws error: errc::unauthenticated without a caller where one is needed,
  // errc::permission_denied when the caller's role may not, errc::invalid_argument with every issue of the input, and
  // what the handler throws.
  task<encoded_value> call(procedure const& which, procedure_input in) const;

  // Runs a procedure of kind stream up to its first event. Throws as call.
  task<std::unique_ptr<encoded_event_source>> open(procedure const& which, procedure_input in) const;

 private:
  // What of the context the handler dereferences.
  enum class takes { desk, self, context };
  void add(procedure made, takes what);

  permission_table own_;
  std::shared_ptr<procedure_times> times_;  // null: nobody measures
  bool sealed_ = false;                     // touched by seal() and add() alone
  std::map<std::string, procedure, std::less<>> procedures_;
};

// Throws unless the caller may use `which`. The one place where a role meets a permission.
SAMBUNG_API void authorize(procedure const& which, call_context const& from);

// `text` (a last-event-id) as the number of an event: decimal digits only. Throws error(errc::invalid_argument).
SAMBUNG_API std::int64_t parse_event_number(std::string_view text);

namespace detail {

template <class Output>
encoded_value encode(Output const& out) {
  json_writer writer;
  std::string json;
  append_json(json, out, writer);
  return encoded_value(std::move(json), writer.timestamps());
}

template <class Event>
class encoding_source final : public encoded_event_source {
 public:
  explicit encoding_source(std::unique_ptr<event_source<Event>> from) : from_(std::move(from)) {}

  task<std::optional<numbered_event<encoded_value>>> next() override {
    auto reading = given(from_->next());
    auto event = co_await std::move(reading);
    if (!event) co_return std::nullopt;
    co_return numbered_event<encoded_value>(event->number, encode(event->event));
  }

 private:
  std::unique_ptr<event_source<Event>> from_;
};

// An output that may be null is described as what it is otherwise.
template <class T>
record_description const* description_if_described() {
  if constexpr (is_optional<T>::value) return description_if_described<typename T::value_type>();
  else if constexpr (described<T>) return &description_of<T>();
  else return nullptr;
}

}  // namespace detail

template <class Input, class Output, class Handler>
void procedure_registry::call(std::string name, procedure_demand demand, std::string description, Handler handler) {
  procedure made(std::move(name), demand, std::move(description));
  made.input = &description_of<Input>();
  made.output = detail::description_if_described<Output>();
  made.input_schema = &detail::schema_in<Input>;
  made.output_schema = &detail::schema_in<Output>;
  constexpr bool of_desk = std::is_invocable_v<Handler const&, workspace, Input>;
  constexpr bool of_self = std::is_invocable_v<Handler const&, account, Input>;
  constexpr bool of_context = std::is_invocable_v<Handler const&, call_context&, Input>;
  made.call = [handler = std::move(handler)](procedure_input in) -> task<encoded_value> {
    auto input = from_json<Input>(in.value).value();
    if constexpr (of_desk) {
      workspace desk = *in.from->desk();
      auto running = detail::given(handler(std::move(desk), std::move(input)));
      auto const output = co_await std::move(running);
      co_return detail::encode(output);
    } else if constexpr (of_self) {
      account self = *in.from->self();
      auto running = detail::given(handler(std::move(self), std::move(input)));
      auto const output = co_await std::move(running);
      co_return detail::encode(output);
    } else if constexpr (of_context) {
      auto running = detail::given(handler(*in.from, std::move(input)));
      auto const output = co_await std::move(running);
      co_return detail::encode(output);
    } else {
      auto running = detail::given(handler(std::move(input)));
      auto const output = co_await std::move(running);
      co_return detail::encode(output);
    }
  };
  add(std::move(made), of_desk ? takes::desk : of_self ? takes::self : takes::context);
}

template <class Input, class Event, class Handler>
void procedure_registry::stream(std::string name, procedure_demand demand, std::string description, Handler handler) {
  procedure made(std::move(name), demand, std::move(description));
  made.kind = procedure_kind::stream;
  made.input = &description_of<Input>();
  made.output = detail::description_if_described<Event>();
  made.input_schema = &detail::schema_in<Input>;
  made.output_schema = &detail::schema_in<Event>;
  made.open = [handler = std::move(handler)](procedure_input in) -> task<std::unique_ptr<encoded_event_source>> {
    auto input = from_json<Input>(in.value).value();
    workspace desk = *in.from->desk();
    auto opening = detail::given(handler(std::move(desk), std::move(input), in.last_event));
    auto source = co_await std::move(opening);
    if (!source) throw error(errc::internal, "the procedure gave no source of events");
    if constexpr (std::is_same_v<decltype(source), std::unique_ptr<encoded_event_source>>) co_return source;
    else co_return std::make_unique<detail::encoding_source<Event>>(std::move(source));
  };
  add(std::move(made), takes::desk);
}

}  // namespace sambung
