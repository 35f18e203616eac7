// log_observer: an engine's observer that writes a line for each thing that somebody should look at: as JSON to a
// log_writer, or to a log of the application's own.
//
//   sambung::log_writer log(STDERR_FILENO);
//   engine_options.observer = std::make_shared<sambung::log_observer>(log);
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/server/log_writer.hpp>
#include <sambung/services/base/observer.hpp>

#include <functional>
#include <string_view>

namespace sambung {

// {"time", "level", "event", "message"}, of a procedure also "requestId": "tool_failed", "provider_failed" and so on
// for each engine_part, "turn_ended" for an answer that failed or is incomplete, "storage_away", "storage_back",
// "row_damaged", "turns_swept", "queue_full", "slow_query". Nothing of what vendors or people wrote. Thread safety:
// safe to use from any thread. Lifetime: the log outlives it.
class SAMBUNG_API log_observer final : public observer {
 public:
  // Where the lines go: as log_writer::event(). Called by several threads at once; it must not block.
  using sink = std::function<void(std::string_view event, std::string_view message, std::string_view request_id)>;

  explicit log_observer(log_writer& log);
  // Throws error(errc::invalid_argument) for none.
  explicit log_observer(sink to);

  void failed(failed_part const& what) override;
  void turn_ended(ended_turn const& turn) override;
  void storage_away(storage_side side, failure const& why) override;
  void storage_back(storage_side side) override;
  void damaged(damaged_row const& row) override;
  void swept(sweep_outcome const& outcome) override;
  void refused(engine_queue queue, failure const& why) override;
  void slow(slow_query const& what) override;

 private:
  sink tell_;
};

}  // namespace sambung
