#include "services/base/audit_log.hpp"

#include "services/base/engine_core.hpp"

namespace sambung {
namespace {

// What fits into the columns, cut between characters.
std::string cut(std::string text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  auto end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text;
}

std::size_t max_bytes(std::size_t column) { return description_of<audit_entry>().fields[column].max_bytes; }

audit_entry new_entry(engine_core const& core, audit_note note, authentication how, request_origin const* origin) {
  auto const& table = description_of<audit_entry>();
  audit_entry entry;
  entry.id = core.ids->next<audit_entry_id>();
  entry.action = std::move(note.action);
  entry.subject = cut(std::move(note.subject), max_bytes(*table.position("subject")));
  entry.detail = cut(std::move(note.detail), max_bytes(*table.position("detail")));
  entry.authenticated_by = boost::describe::enum_to_string(how, "");
  if (origin) entry.address = cut(origin->address, max_bytes(*table.position("address")));
  entry.created_at = core.clock->now();
  return entry;
}

}  // namespace

audit_entry entry_of(engine_core const& core, principal const& who, audit_note note) {
  auto entry = new_entry(core, std::move(note), who.how(), who.origin());
  entry.tenant_id = who.tenant();
  entry.actor_id = who.user();
  return entry;
}

audit_entry entry_of(engine_core const& core, identity const& who, audit_note note) {
  auto entry = new_entry(core, std::move(note), who.how(), who.origin().get());
  entry.actor_id = who.user();
  return entry;
}

audit_entry entry_of(engine_core const& core, std::optional<tenant_id> where, audit_note note) {
  auto entry = new_entry(core, std::move(note), authentication::trusted, nullptr);
  entry.tenant_id = where;
  return entry;
}

void note_in(batch& b, audit_entry const& entry) { b.add(insert(entry)); }

}  // namespace sambung
