// turn: one exchange in flight. It belongs to the engine, not to its readers: any number of them read its events, from
// any event on, and leave without changing it.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/core/task.hpp>
#include <sambung/provider/completion.hpp>
#include <sambung/records/message.hpp>
#include <sambung/records/tool_decision.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>

namespace sambung {

// The first event: both messages are stored.
struct turn_started {
  static constexpr std::string_view type_name = "started";
  sambung::chat_id chat_id;
  std::optional<sambung::message_id> user_message_id;  // none when nothing new was asked (regenerate)
  sambung::message_id message_id;                      // of the answer
  std::string model;                                   // "provider/model"
};
SAMBUNG_DESCRIBE_STRUCT(turn_started, (), (chat_id, user_message_id, message_id, model))

// A call that the user must agree to: chats::decide_tool() takes what they say. Until then the turn waits; its other
// calls go on. Each reader is told what was said by a tool_decided; what comes of the call is a tool_result, as of any.
struct tool_approval {
  static constexpr std::string_view type_name = "toolApproval";
  std::string call_id;
  std::string tool;       // its name
  std::string arguments;  // JSON, as the model wrote it
  bool is_cut = false;    // these are the first max_shown_arguments of it; the tool_call_deltas have it whole
  timestamp until;        // when the call is denied, if nobody has decided
  friend bool operator==(tool_approval const&, tool_approval const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(tool_approval, (), (call_id, tool, arguments, is_cut, until))

// The user has said whether that call may be made, by whatever reader or engine: nobody needs to show the question any
// longer. It is told before the call is made. A question that nobody answers in time has none.
struct tool_decided {
  static constexpr std::string_view type_name = "toolDecided";
  std::string call_id;
  approval_verdict verdict = approval_verdict::deny;
  friend bool operator==(tool_decided const&, tool_decided const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(tool_decided, (), (call_id, verdict))

// A tool that the model called is done with; the text is what the model reads next. See toolbox.hpp.
struct tool_result {
  static constexpr std::string_view type_name = "toolResult";
  std::string call_id;
  std::string name;
  std::string text;
  bool is_error = false;  // it failed, or was not run; the text says why
  friend bool operator==(tool_result const&, tool_result const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(tool_result, (), (call_id, name, text, is_error))

// Stands for everything before it: the events themselves are no longer kept. A reader replaces what it has by `parts`.
// What of a long answer is not in them follows as deltas, which all have the number of the snapshot but for the last.
struct turn_snapshot {
  static constexpr std::string_view type_name = "snapshot";
  sambung::message_id message_id;
  std::vector<part> parts;
};
SAMBUNG_DESCRIBE_STRUCT(turn_snapshot, (), (message_id, parts))

// The last event: the answer is stored as it is told here.
struct turn_finished : answer_end {
  static constexpr std::string_view type_name = "finished";
  sambung::message_id message_id;
  std::optional<std::string> error;  // for failed: what may be shown
  // What was left out of the request, as send_options::on_unsupported allowed. Not stored: a reader that comes when
  // the engine has let the turn's events go, or to another engine, sees none.
  std::vector<issue> warnings;
};
SAMBUNG_DESCRIBE_STRUCT(turn_finished, (answer_end), (message_id, error, warnings))

// What clients are sent as well, "type" saying which. Events have numbers: 1 is turn_started, each further one counts
// one up, turn_finished is the last. A long delta of a provider is told in several. The index of a tool_call_delta
// counts the calls of the whole turn.
using turn_event = std::variant<turn_started, text_delta, reasoning_delta, tool_call_delta, tool_approval, tool_decided,
                                tool_result, turn_snapshot, turn_finished>;

// How far a turn has come.
struct turn_tail {
  turn_tail() = default;
  turn_tail(std::int64_t last_event_, bool ended_) : last_event(last_event_), ended(ended_) {}

  std::int64_t last_event = 0;  // the number of its last event so far
  bool ended = false;           // no event will follow that one
};

// How turns behave; part of engine_options.
struct turn_options {
  turn_options() = default;

  // Both double after each 1,000 flushes of one turn, which for these values is after four minutes at the earliest.
  std::chrono::milliseconds flush_interval{250};       // text reaches storage at the latest so long after it came
  std::size_t flush_bytes = 4'096;                     // or when so much has come
  std::chrono::milliseconds lease{15'000};             // a turn whose lease is not renewed for so long is given up
  std::chrono::milliseconds storage_patience{30'000};  // how long to retry when storage is away, before giving up
  std::chrono::milliseconds retention{60'000};         // a finished turn's events are kept in memory so long
  std::size_t retained_bytes = 64 * 1'048'576;         // and at most so many bytes of them
  // The newest messages of chats are kept in memory, up to so many bytes of all chats together, until nobody has sent
  // to their chat for a quarter of an hour; 0: none.
  std::size_t context_memory_bytes = 64 * 1'048'576;
  std::size_t max_per_user = 8;       // turns in flight: one more is errc::rate_limited
  std::size_t max_in_flight = 4'096;  // in the engine: one more is errc::unavailable
};
SAMBUNG_DESCRIBE_STRUCT(turn_options, (),
                        (flush_interval, flush_bytes, lease, storage_patience, retention, retained_bytes,
                         context_memory_bytes, max_per_user, max_in_flight))
SAMBUNG_API record_description describe_record(record_of<turn_options>);

// A reader of one turn. Thread safety: one call at a time on one turn object, errc::invalid_argument beside another;
// several readers of the same turn may be on different threads. Lifetime: an operation does not need it. Destroying it
// only stops reading; when the engine has gone, a turn that had not ended is errc::unavailable.
class SAMBUNG_API turn {
 public:
  class source;
  // Reads nothing: only to be assigned to, as what Asio gives to handlers has to be. Whatever else is asked of it, or
  // of one that was moved from, throws error(errc::invalid_argument).
  turn() noexcept;
  explicit turn(std::shared_ptr<source> from);
  turn(turn&&) noexcept;
  turn& operator=(turn&&) noexcept;
  ~turn();

  // Of the answer.
  sambung::message_id message_id() const;

  // The next event, as soon as it is there; empty behind turn_finished. Throws error(errc::unavailable) when the turn
  // runs on another engine that cannot be followed any longer: ask again with chats().resume(); and, after some
  // seconds, when no thread runs the engine's executor.
  task<std::optional<turn_event>> next();

  // The next event if it is here already, without waiting and without a coroutine; empty when next() must be awaited,
  // which then also tells the end and failures. Who reads many turns takes what is there by this, then awaits. Not
  // beside a next(): errc::invalid_argument.
  std::optional<turn_event> ready();

  // The number of the event that next() gave last: from where chats().resume() goes on.
  std::int64_t last_event() const;

  // How far the turn has come, wherever this reader is: waits for no event and reads none. A turn of another engine has
  // come as far as is stored, which may be less than its other readers know. Not beside a next():
  // errc::invalid_argument. Throws error(errc::unavailable) as storage does.
  task<turn_tail> tail() const;

  // Reads on to the end and returns the stored answer.
  task<message> answer();

 private:
  std::shared_ptr<source> const& demanded() const;

  std::shared_ptr<source> from_;
};

}  // namespace sambung
