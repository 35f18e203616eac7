// procedure: one remotely callable operation: its name, the permission it needs, its described input and output, and a
// handler. A thin typed template in front (registry.hpp), one erased function behind.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/json_codec.hpp>
#include <sambung/core/task.hpp>
#include <sambung/rpc/call_context.hpp>
#include <sambung/rpc/schema_names.hpp>
#include <sambung/security/permissions.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace sambung {

// The input or output of a procedure that has none.
struct nothing {};
SAMBUNG_DESCRIBE_STRUCT(nothing, (), ())

// One event of a stream with its number. Numbers increase within a stream; a client resumes behind one.
template <class Event>
struct numbered_event {
  numbered_event(std::int64_t number_, Event event_) : number(number_), event(std::move(event_)) {}

  std::int64_t number;
  Event event;
};

// Where a stream procedure's events come from.
// Thread safety: one next() at a time. Destroying it only stops reading.
template <class Event>
class SAMBUNG_API event_source {
 public:
  virtual ~event_source() = default;

  // The next event as soon as it is there; empty at the end. Throws sambung::error: the stream ends with it.
  virtual task<std::optional<numbered_event<Event>>> next() = 0;

  // For sources that are quiet most of the time, so that a server need not hold a coroutine for each; by default they
  // are not. From now on `told` is called, from any thread, whenever next_now() may have something: it neither waits
  // nor throws, and is not called once this has gone. Asked once.
  virtual void notify(std::function<void()>) {}
  // The next event if it is there already. Empty: rests() says whether nothing is to be done until `told` is called, or
  // next() is to be waited for. What it throws is thrown again by next().
  virtual std::optional<numbered_event<Event>> next_now() { return std::nullopt; }
  virtual bool rests() const { return false; }
};

// A value on its way to a client: its JSON and where the timestamps in it are (json_writer::timestamps).
struct encoded_value {
  encoded_value() = default;
  encoded_value(std::string json_, boost::json::array timestamps_)
      : json(std::move(json_)), timestamps(std::move(timestamps_)) {}

  std::string json;
  boost::json::array timestamps;
};

using encoded_event_source = event_source<encoded_value>;

// What brought a call: HTTP, a WebSocket, or the application itself.
enum class procedure_carrier { process, rpc, ws };
SAMBUNG_DESCRIBE_ENUM(procedure_carrier, process, rpc, ws)

// What a caller asks of a procedure. Lifetime: the context outlives the call.
struct procedure_input {
  procedure_input(call_context& from_, boost::json::value value_,
                  std::optional<std::int64_t> last_event_ = std::nullopt)
      : from(&from_), value(std::move(value_)), last_event(last_event_) {}

  call_context* from;
  boost::json::value value;
  std::optional<std::int64_t> last_event;  // a stream goes on behind this event: the client has seen it
  procedure_carrier over = procedure_carrier::process;
};

// What a call costs the server: each class is limited by itself. A `read` may also be asked for by GET.
enum class request_class { read, write, model, credentials };
SAMBUNG_DESCRIBE_ENUM(request_class, read, write, model, credentials)

// What a procedure demands of its caller.
struct SAMBUNG_API procedure_demand {
  procedure_demand(permission needs_) : needs(needs_), as(usual_class(needs_)) {}  // NOLINT: so that one word will do
  procedure_demand(permission needs_, request_class as_) : needs(needs_), as(as_) {}

  // read for the permissions that only read, write for the others.
  static request_class usual_class(permission needs);

  permission needs;
  request_class as;
};

enum class procedure_kind {
  call,    // one output
  stream,  // a sequence of events
};

// A procedure with its types erased. The handlers decode, run and encode; they do not look at permissions: see
// procedure_registry::call and open.
struct procedure {
  using call_handler = std::function<task<encoded_value>(procedure_input)>;
  using stream_handler = std::function<task<std::unique_ptr<encoded_event_source>>(procedure_input)>;

  procedure(std::string name_, procedure_demand demand, std::string description_)
      : name(std::move(name_)), needs(demand.needs), as(demand.as), description(std::move(description_)) {}

  std::string name;  // "chat.getAll"
  permission needs;
  std::string needs_name;  // "chat_read"; once registered
  request_class as;
  std::string description;  // one sentence
  procedure_kind kind = procedure_kind::call;
  record_description const* input = nullptr;   // never null once registered
  record_description const* output = nullptr;  // null when it is a variant: the events of a stream
  schema_source input_schema = nullptr;        // neither is null once registered
  schema_source output_schema = nullptr;       // of a stream: that of an event
  call_handler call;                           // of a call
  stream_handler open;                         // of a stream
};

}  // namespace sambung
