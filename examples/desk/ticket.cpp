#include "ticket.hpp"

namespace helpdesk {

using namespace sambung;

record_description describe_record(record_of<ticket>) {
  return record<ticket>("tickets")
      .text(&ticket::subject, 1, 150)
      .text(&ticket::text, 1, 20'000)
      .searchable(&ticket::subject, &ticket::text)
      .index(&ticket::state, &ticket::id)
      .not_personal();  // a ticket is the desk's, and outlives the agent who opened it
}

record_description describe_record(record_of<note>) {
  return record<note>("ticket_notes")
      .text(&note::text, 1, 4'000)
      .text(&note::call, 1, 300)
      .internal(&note::call)
      .unique(&note::call)
      .index(&note::ticket_id, &note::id)
      .refers_to(&note::ticket_id, "tickets")
      .not_personal();
}

module_schema schema() { return module_schema("desk").table<ticket>().table<note>(); }

namespace {

note new_note(workspace const& here, ticket_id id, std::string text, call_key call) {
  return note{here.new_id<note_id>(), id, here.who().user(), std::move(text), std::move(call)};
}

constexpr std::size_t id_length = 36;

std::string chat_key(ticket_id id, user_id whose) { return to_string(id) + "/" + to_string(whose); }

std::string instructions(ticket const& about) {
  return "You help an agent of a support desk with one ticket, \"" + about.subject + "\":\n\n" + about.text;
}

}  // namespace

task<ticket> open_ticket(workspace here, std::string subject, std::string text) {
  ticket const opened{here.new_id<ticket_id>(), here.who().user(), std::move(subject), std::move(text)};
  co_await here.records<ticket>().write(insert(opened));
  co_return opened;
}

task<page<ticket>> list_tickets(workspace here, ticket_state state, page_request which) {
  auto const tickets = here.records<ticket>();
  co_return co_await tickets.list(tickets.where(&ticket::state, state), std::move(which));
}

task<page<ticket>> find_tickets(workspace here, std::string words) {
  text_query query("tickets", std::move(words));
  co_return co_await here.records<ticket>().search(std::move(query), page_request(10));
}

task<page<note>> list_notes(workspace here, ticket_id id, page_request which) {
  auto const notes = here.records<note>();
  co_return co_await notes.list(notes.where(&note::ticket_id, id), std::move(which));
}

task<void> add_note(workspace here, ticket_id id, std::string text, call_key call) {
  auto const added = new_note(here, id, std::move(text), std::move(call));
  batch both;
  both.add(require<ticket>(id)).add(insert(added));
  auto const done = co_await as_result(here.records<note>().write(std::move(both)));
  bool const again = added.call && !done && done.error().code == errc::already_exists;
  if (!again) done.value();
}

task<ticket> close_ticket(workspace here, ticket_id id, std::string why, call_key call) {
  auto const tickets = here.records<ticket>();
  auto found = co_await tickets.get(id);
  if (found.state == ticket_state::closed) co_return found;
  auto const reason = new_note(here, id, std::move(why), std::move(call));
  auto const seen = found.revision++;
  found.state = ticket_state::closed;
  auto closing = update<ticket>(id).set(&ticket::state, found.state).set(&ticket::revision, found.revision);
  batch both;
  both.add(std::move(closing).when(&ticket::revision, seen)).add(insert(reason));
  co_await tickets.write(std::move(both));
  co_return found;
}

task<chat> chat_about(workspace here, ticket_id id, std::string model) {
  auto const about = co_await here.records<ticket>().get(id);
  new_chat from("Ticket: " + about.subject, std::move(model));
  from.system_prompt = instructions(about);
  co_return co_await here.chats().ensure(chat_key(id, here.who().user()), from);
}

task<ticket> ticket_of(workspace here, chat_id chat) {
  auto const found = co_await here.chats().get(chat);
  auto const id = parse_uuid(found.external_id.value_or("").substr(0, id_length));
  if (!id) throw error(errc::not_found, "this chat is about no ticket");
  co_return co_await here.records<ticket>().get(ticket_id{*id});
}

}  // namespace helpdesk
