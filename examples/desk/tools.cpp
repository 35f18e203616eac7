#include "tools.hpp"

#include "ticket.hpp"

namespace helpdesk {

using namespace sambung;

struct tool_input {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(tool_input, (), (text))
record_description describe_record(record_of<tool_input>) {
  return record<tool_input>().text(&tool_input::text, 1, 4'000);
}

namespace {

std::string key_of(tool_call const& call) { return to_string(call.message_id.value()) + "/" + call.id; }

task<std::string> find(tool_call call, tool_input in) {
  auto const found = co_await find_tickets(*call.workspace, in.text);
  std::string lines;
  for (auto const& one : found.items)
    lines += one.subject + " (" + boost::describe::enum_to_string(one.state, "?") + ")\n";
  co_return lines.empty() ? std::string("no such ticket") : lines;
}

task<std::string> write_note(tool_call call, tool_input in) {
  auto const about = co_await ticket_of(*call.workspace, call.chat_id.value());
  co_await add_note(*call.workspace, about.id, in.text, key_of(call));
  co_return "the note is on the ticket";
}

task<std::string> close(tool_call call, tool_input in) {
  auto const about = co_await ticket_of(*call.workspace, call.chat_id.value());
  co_await close_ticket(*call.workspace, about.id, in.text, key_of(call));
  co_return "the ticket is closed";
}

}  // namespace

toolbox tools() {
  auto finding = make_tool<tool_input>("find_tickets", "Tickets that have all of the words.", find);
  auto noting = make_tool<tool_input>("add_note", "Writes a note on the ticket.", write_note);
  auto closing = make_tool<tool_input>("close_ticket", "Closes the ticket; the text says why.", close);
  closing.needs_approval();

  toolbox all;
  all.add(std::move(finding)).add(std::move(noting)).add(std::move(closing));
  return all;
}

}  // namespace helpdesk
