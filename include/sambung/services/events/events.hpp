// events: what has changed, for whoever wants to hear of it: reached by workspace::events().
//
//   auto heard = co_await desk.events().follow();
//   while (auto event = co_await heard.next())
//     if (auto* changed = std::get_if<record_changed>(&*event)) refresh(changed->table, changed->id);
//
// They are hints with ids and revisions, never content: whoever misses one is not wrong, only late. A user is told of
// what is theirs in the tenant, and of what is everybody's there, whatever device or process changed it. What a record
// says (record::announced_to) decides, an application's own records among them. Of Sambung's own tables nobody hears
// whose role or token would not let them read such rows.
#pragma once

#include <sambung/broker/broker.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/core/task.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/services/base/core_ref.hpp>

#include <boost/json/value.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sambung {

// The first event of somebody who was nowhere before: whatever is read from now on is followed up by events.
struct events_ready {
  static constexpr std::string_view type_name = "ready";
  std::int64_t position = 0;
};
SAMBUNG_DESCRIBE_STRUCT(events_ready, (), (position))

// Something may have been missed: lists that are shown are to be read again. Of what had happened by the time that it
// is heard only event_told are told, before it or behind it as they came.
struct events_reset {
  static constexpr std::string_view type_name = "reset";
  std::int64_t position = 0;
  feed_loss reason = feed_loss::expired;
};
SAMBUNG_DESCRIBE_STRUCT(events_reset, (), (position, reason))

enum class row_change { created, updated, removed };
SAMBUNG_DESCRIBE_ENUM(row_change, created, updated, removed)

// A row was written. Of many rows that were written at once there is one events_reset instead.
struct record_changed {
  static constexpr std::string_view type_name = "changed";
  std::string table;                     // "chats", or one of an application's own
  std::string id;                        // its key as text
  std::optional<std::int64_t> revision;  // the new one, if the record has any
  row_change change = row_change::updated;
  std::optional<sambung::chat_id> chat_id;  // that it is, or belongs to, as far as the change says
  friend bool operator==(record_changed const&, record_changed const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(record_changed, (), (table, id, revision, change, chat_id))

enum class turn_progress { started, finished };
SAMBUNG_DESCRIBE_ENUM(turn_progress, started, finished)

// An answer begins, which any device follows with chats::resume(), or has ended.
struct turn_changed {
  static constexpr std::string_view type_name = "turn";
  std::optional<sambung::chat_id> chat_id;
  sambung::message_id message_id;  // of the answer
  turn_progress state = turn_progress::started;
  friend bool operator==(turn_changed const&, turn_changed const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(turn_changed, (), (chat_id, message_id, state))

// The most bytes of event_told::body, as JSON.
inline constexpr std::size_t max_told_bytes = 4'096;

// What an application said by events::tell().
struct event_told {
  static constexpr std::string_view type_name = "told";
  std::string name;  // 1 to 100 bytes
  boost::json::value body;
  friend bool operator==(event_told const&, event_told const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(event_told, (), (name, body))
SAMBUNG_API record_description describe_record(record_of<event_told>);

// What clients are sent as well, "type" saying which. Events are numbered by their position, which rises.
using desk_event = std::variant<events_ready, events_reset, record_changed, turn_changed, event_told>;

enum class event_kind { changed, turn, told };
SAMBUNG_DESCRIBE_ENUM(event_kind, changed, turn, told)

// What somebody wants to hear of; ready and reset come always.
struct follow_options {
  follow_options() = default;

  std::vector<sambung::chat_id> chat_ids;  // only what belongs to these chats, 50 at most; empty: everything
  std::vector<event_kind> kinds;           // empty: all of them
};
SAMBUNG_DESCRIBE_STRUCT(follow_options, (), (chat_ids, kinds))
SAMBUNG_API record_description describe_record(record_of<follow_options>);

// One follower. Thread safety: one next() or next_json() at a time. Lifetime: an operation does not need it; destroying
// it only stops listening.
class SAMBUNG_API event_reader {
 public:
  class source;
  // Follows nothing: only to be assigned to, as what Asio gives to handlers has to be. Whatever else is asked of it, or
  // of one that was moved from, throws error(errc::invalid_argument).
  event_reader() noexcept;
  explicit event_reader(std::shared_ptr<source> from);
  event_reader(event_reader&&) noexcept;
  event_reader& operator=(event_reader&&) noexcept;
  ~event_reader();

  // The next event, as soon as it is there; never empty. Throws error: errc::unavailable when the engine shuts down,
  // errc::permission_denied once the user, their tenant or their place in it is suspended.
  task<std::optional<desk_event>> next();

  // The same as JSON, as clients are sent it; never null, and shared by all who hear of it: nothing is encoded anew.
  task<std::shared_ptr<std::string const>> next_json();

  // For servers, which hold thousands of readers and no coroutine for each. From now on `told` is called, from any
  // thread, whenever something may have come; it must neither wait nor throw. Asked once.
  void notify(std::function<void()> told);

  // What next_json() would give at once, and null when that is nothing; then rests() says whether nothing is to be done
  // until `told` is called, or next_json() is to be waited for.
  std::shared_ptr<std::string const> json_now();
  bool rests() const;

  // The number of the event that was given last: from where follow() goes on.
  std::int64_t position() const;

 private:
  std::shared_ptr<source> const& demanded() const;

  std::shared_ptr<source> from_;
};

// Thread safety: cheap value; safe to use from any thread. Lifetime: as for chats. Throws sambung::error.
class SAMBUNG_API events {
 public:
  // From now on, or behind an event that was heard before: everything since, or events_reset when that is not kept any
  // more (two minutes, 256 events, 64 KiB). errc::permission_denied without chat_read; errc::not_found for a chat that
  // is not the caller's; errc::rate_limited over 64 followers of one user, errc::unavailable when the engine has too
  // many.
  task<event_reader> follow(follow_options what = follow_options(),
                            std::optional<std::int64_t> behind = std::nullopt) const;

  // Tells a user in this tenant something of the application's own, if they listen now or did a moment ago: it is kept
  // nowhere else. No procedure does this for a client: who may tell whom what is the application's affair.
  // errc::invalid_argument for a name of no or over 100 bytes, and for a body over max_told_bytes.
  task<void> tell(user_id whom, std::string name, boost::json::value body) const;

 private:
  friend class workspace;
  events(std::shared_ptr<engine_core> core, principal who);

  detail::core_ref core_;
  principal who_;
};

}  // namespace sambung
