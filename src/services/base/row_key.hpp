// row_key: the id of a row that was read. What is damaged may have none.
#pragma once

#include <sambung/core/id.hpp>
#include <sambung/storage/query.hpp>

#include <optional>

namespace sambung {

// None where the stored key is no id.
inline std::optional<uuid> id_of_row(row const& one) {
  auto const* id = one.empty() ? nullptr : std::get_if<uuid>(&one.front());
  return id ? std::optional(*id) : std::nullopt;
}

// When it was made; none for an id that does not say: only version 7 does (RFC 9562, section 5.7).
inline std::optional<timestamp> time_of(uuid const& id) {
  if (id.bytes[6] >> 4 != 7) return std::nullopt;
  std::int64_t milliseconds = 0;
  for (std::size_t i = 0; i < 6; ++i) milliseconds = milliseconds << 8 | id.bytes[i];
  return timestamp(std::chrono::milliseconds(milliseconds));
}

// Where to go on: at the id up to which rows were looked at, else that of the last row that has one. Rows behind it are
// read again.
inline std::optional<uuid> last_id_of(rows const& found) {
  if (found.place)
    if (auto const* id = std::get_if<uuid>(&*found.place)) return *id;
  for (auto at = found.items.rbegin(); at != found.items.rend(); ++at)
    if (auto const id = id_of_row(*at)) return id;
  return std::nullopt;
}

}  // namespace sambung
