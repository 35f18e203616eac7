#include "services/events/decoded_payloads.hpp"

#include <sambung/core/json_codec.hpp>

#include <algorithm>

namespace sambung {

std::shared_ptr<desk_event const> decoded_payloads::event_of(payload const& bytes) {
  {
    std::lock_guard lock(mutex_);
    if (auto found = kept_event(bytes)) return found;
  }
  auto event = parse_json_as<desk_event>(*bytes);
  if (!event) return nullptr;
  auto made = std::make_shared<desk_event const>(std::move(*event));
  std::lock_guard lock(mutex_);
  entries_[next_++ % kept] = entry{bytes, made};
  return made;
}

std::shared_ptr<desk_event const> decoded_payloads::kept_event(payload const& bytes) const {
  auto const found = std::ranges::find(entries_, bytes, &entry::bytes);
  return found == entries_.end() ? nullptr : found->event;
}

}  // namespace sambung
