#include "procedures.hpp"

#include "ticket.hpp"

#include <sambung/rpc/procedures/listing.hpp>

namespace helpdesk {

using namespace sambung;

struct open_input {
  std::string subject;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(open_input, (), (subject, text))
record_description describe_record(record_of<open_input>) {
  return record<open_input>().text(&open_input::subject, 1, 150).text(&open_input::text, 1, 20'000);
}

struct tickets_input : list_input {
  ticket_state state = ticket_state::open;
};
BOOST_DESCRIBE_STRUCT(tickets_input, (list_input), (state))
record_description describe_record(record_of<tickets_input>) {
  return record<tickets_input>().optional(&tickets_input::state);
}

struct notes_input : list_input {
  ticket_id id;
};
BOOST_DESCRIBE_STRUCT(notes_input, (list_input), (id))

struct close_input {
  ticket_id id;
  std::string why;
};
BOOST_DESCRIBE_STRUCT(close_input, (), (id, why))
record_description describe_record(record_of<close_input>) {
  return record<close_input>().text(&close_input::why, 1, 4'000);
}

struct chat_input {
  ticket_id id;
};
BOOST_DESCRIBE_STRUCT(chat_input, (), (id))

namespace {

task<ticket> open_one(workspace here, open_input in) { return open_ticket(std::move(here), in.subject, in.text); }

task<list_output<ticket>> list_some(workspace here, tickets_input in) {
  co_return to_list(co_await list_tickets(std::move(here), in.state, to_page_request(in)));
}

task<list_output<note>> list_notes_of_one(workspace here, notes_input in) {
  co_return to_list(co_await list_notes(std::move(here), in.id, to_page_request(in)));
}

task<ticket> close_one(workspace here, close_input in) { return close_ticket(std::move(here), in.id, in.why); }

}  // namespace

void add_procedures(procedure_registry& to, std::string model) {
  auto const chat_about_one = [model = std::move(model)](workspace here, chat_input in) {
    return chat_about(std::move(here), in.id, model);
  };
  to.call<open_input, ticket>("ticket.open", permission::chat_write, "Opens a ticket.", open_one);
  to.call<tickets_input, list_output<ticket>>("ticket.getAll", permission::chat_read, "Lists tickets.", list_some);
  to.call<notes_input, list_output<note>>("ticket.getNotes", permission::chat_read, "Lists the notes on a ticket.",
                                          list_notes_of_one);
  to.call<close_input, ticket>("ticket.close", permission::chat_write, "Closes a ticket.", close_one);
  to.call<chat_input, chat>("ticket.getChat", permission::chat_write, "The caller's chat about a ticket.",
                            chat_about_one);
}

}  // namespace helpdesk
