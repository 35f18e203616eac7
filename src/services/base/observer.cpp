#include <sambung/services/base/observer.hpp>

namespace sambung {

void observer::failed(failed_part const&) {}
void observer::turn_ended(ended_turn const&) {}
void observer::storage_away(storage_side, failure const&) {}
void observer::storage_back(storage_side) {}
void observer::damaged(damaged_row const&) {}
void observer::swept(sweep_outcome const&) {}
void observer::refused(engine_queue, failure const&) {}
void observer::slow(slow_query const&) {}

}  // namespace sambung
