#include <sambung/server/log_observer.hpp>

#include "core/enum_name.hpp"

namespace sambung {
namespace {

// Not what a vendor said: that may be an answer, or the question again. Of a database the first line: the next ones may
// hold what stands in a row.
std::string told(failure const& why) {
  auto text = std::string(to_string(why.code)) + ": " + why.message;
  if (why.status != 0 || why.code == errc::provider_error || why.sensitive.empty()) return text;
  return text + " (" + why.sensitive.substr(0, why.sensitive.find('\n')) + ')';
}

template <class Id>
std::string named(std::string_view what, std::optional<Id> const& id) {
  return id ? ", " + std::string(what) + ' ' + to_string(*id) : std::string();
}

log_level level_of(std::string_view event) {
  if (event == "storage_back" || event == "turns_swept") return log_level::info;
  if (event == "procedure_failed" || event == "storage_away" || event == "row_damaged") return log_level::error;
  return log_level::warn;
}

}  // namespace

log_observer::log_observer(log_writer& log)
    : tell_([&log](std::string_view event, std::string_view message, std::string_view request_id) {
        log.event(event, message, request_id, level_of(event));
      }) {}

log_observer::log_observer(sink to) : tell_(std::move(to)) {
  if (!tell_) throw error(errc::invalid_argument, "a log_observer needs somewhere to write to");
}

void log_observer::failed(failed_part const& what) {
  auto const whose = named("tenant", what.tenant_id) + named("user", what.user_id) + named("chat", what.chat_id) +
                     named("message", what.message_id);
  tell_(name_of(what.part) + "_failed", what.name + whose + ": " + told(what.why), what.request_id);
}

void log_observer::turn_ended(ended_turn const& turn) {
  if (turn.how.state != message_state::failed && turn.how.state != message_state::incomplete && turn.stored) return;
  auto text = turn.model + ": " + name_of(turn.how.state);
  if (turn.how.reason) text += ", " + name_of(*turn.how.reason);
  if (turn.why) text += ", " + told(*turn.why);
  if (!turn.stored) text += ", not stored";
  tell_("turn_ended", text + ", tenant " + to_string(turn.tenant_id) + ", message " + to_string(turn.message_id), {});
}

void log_observer::storage_away(storage_side side, failure const& why) {
  tell_("storage_away", name_of(side) + ": " + told(why), {});
}

void log_observer::storage_back(storage_side side) { tell_("storage_back", name_of(side), {}); }

void log_observer::damaged(damaged_row const& row) {
  tell_("row_damaged", row.table + ' ' + row.key + (row.tenant ? " of tenant " + to_string(*row.tenant) : ""), {});
}

void log_observer::swept(sweep_outcome const& outcome) {
  auto text = std::to_string(outcome.settled) + " settled, " + std::to_string(outcome.failed) + " failed";
  if (outcome.why) text += ": " + told(*outcome.why);
  tell_("turns_swept", text, {});
}

void log_observer::refused(engine_queue queue, failure const& why) {
  tell_("queue_full", name_of(queue) + ": " + told(why), {});
}

void log_observer::slow(slow_query const& what) {
  auto text = what.operation + ' ' + what.table + ' ' + std::to_string(what.time.count()) + " ms, " +
              std::to_string(what.rows) + " rows, " + what.backend;
  if (!what.shape.empty()) text += ": " + what.shape;
  if (what.left_out > 0) text += "; " + std::to_string(what.left_out) + " before it are left out";
  tell_("slow_query", text, what.request_id);
}

}  // namespace sambung
