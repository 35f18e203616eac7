#include "services/turns/stored_deltas.hpp"

namespace sambung {

std::vector<turn_event> stored_deltas(engine_core const& core, scope const& who, turn_chunk const& chunk) {
  auto read = decode_deltas(chunk.events);
  if (read) return std::move(*read);
  core.damage->listener()(damaged_row_of(who, description_of<turn_chunk>().table, chunk.id.value));
  return {};
}

}  // namespace sambung
