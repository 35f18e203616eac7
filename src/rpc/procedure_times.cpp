#include "rpc/procedure_times.hpp"

#include "core/enum_name.hpp"

namespace sambung {

// The bounds that OpenTelemetry advises for requests: most procedures are one.
procedure_times::procedure_times(std::shared_ptr<metrics> in)
    : in_(std::move(in)),
      family_(in_->histograms({"sambung_procedure_duration_seconds",
                               "Procedures, to their answer; streams to their first event.",
                               {"procedure", "carrier", "errc"},
                               {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}})) {}

void procedure_times::add(procedure const& one) { made_.emplace(&one, std::make_unique<of_procedure>()); }

void procedure_times::observe(procedure const& which, procedure_carrier over, std::optional<errc> how,
                              std::chrono::steady_clock::duration took) {
  auto const found = made_.find(&which);
  if (found == made_.end()) return;
  auto& all = (*found->second)[static_cast<std::size_t>(over)];
  auto& made = how ? all[static_cast<std::size_t>(*how)] : all.back();
  auto series = made.load(std::memory_order_acquire);
  if (!series) {
    series = family_.at({which.name, name_of(over), how ? to_string(*how) : "ok"});
    made.store(series, std::memory_order_release);
  }
  series.observe(std::chrono::duration<double>(took).count());
}

}  // namespace sambung
