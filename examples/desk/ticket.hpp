// Tickets and the notes on them: what the desk keeps of its own, in the tenant of whoever asks.
#pragma once

#include <sambung/engine/workspace.hpp>
#include <sambung/storage/schema.hpp>

namespace helpdesk {

using ticket_id = sambung::typed_id<struct ticket_tag>;
using note_id = sambung::typed_id<struct note_tag>;

enum class ticket_state { open, closed };
BOOST_DESCRIBE_ENUM(ticket_state, open, closed)

struct ticket {
  ticket_id id;
  sambung::user_id opened_by;
  std::string subject;
  std::string text;
  ticket_state state = ticket_state::open;
  std::int64_t revision = 1;
};
BOOST_DESCRIBE_STRUCT(ticket, (), (id, opened_by, subject, text, state, revision))
sambung::record_description describe_record(sambung::record_of<ticket>);

struct note {
  note_id id;
  helpdesk::ticket_id ticket_id;
  sambung::user_id author_id;
  std::string text;
  std::optional<std::string> call;  // of a tool that wrote it: the same call writes once
};
BOOST_DESCRIBE_STRUCT(note, (), (id, ticket_id, author_id, text, call))
sambung::record_description describe_record(sambung::record_of<note>);

sambung::module_schema schema();

sambung::task<ticket> open_ticket(sambung::workspace here, std::string subject, std::string text);
sambung::task<sambung::page<ticket>> list_tickets(sambung::workspace here, ticket_state state,
                                                  sambung::page_request which);
sambung::task<sambung::page<ticket>> find_tickets(sambung::workspace here, std::string words);
sambung::task<sambung::page<note>> list_notes(sambung::workspace here, ticket_id id, sambung::page_request which);

using call_key = std::optional<std::string>;
sambung::task<void> add_note(sambung::workspace here, ticket_id id, std::string text, call_key call = std::nullopt);
// The reason becomes a note, in the same batch. errc::conflict when somebody else changes the ticket meanwhile.
sambung::task<ticket> close_ticket(sambung::workspace here, ticket_id id, std::string why,
                                   call_key call = std::nullopt);

// The caller's own chat about a ticket, made when it is first asked for.
sambung::task<sambung::chat> chat_about(sambung::workspace here, ticket_id id, std::string model);
// The ticket that such a chat is about.
sambung::task<ticket> ticket_of(sambung::workspace here, sambung::chat_id chat);

}  // namespace helpdesk
