#include <sambung/rpc/procedures/tools.hpp>

namespace sambung {
namespace {

task<tool_decision> decide_tool(workspace desk, tool_decision_input in) {
  auto chats = desk.chats();
  co_return co_await chats.decide_tool(in.message_id, std::move(in.call_id), in.verdict);
}

task<list_output<tool_decision>> list_pending(workspace desk, pending_tools_input in) {
  auto chats = desk.chats();
  auto const where = in.chat_id;
  auto which = to_page_request(std::move(in));
  auto found = co_await chats.pending_tools(where, std::move(which));
  co_return to_list(std::move(found));
}

task<list_output<tool_grant>> list_grants(workspace desk, list_input in) {
  auto chats = desk.chats();
  auto which = to_page_request(std::move(in));
  auto found = co_await chats.tool_grants(std::move(which));
  co_return to_list(std::move(found));
}

task<nothing> revoke_grant(workspace desk, tool_grant_reference in) {
  auto chats = desk.chats();
  co_await chats.revoke_tool_grant(in.id);
  co_return nothing();
}

}  // namespace

record_description describe_record(record_of<tool_decision_input>) {
  return record<tool_decision_input>().text(&tool_decision_input::call_id, 1, 1'024);
}

void tool_procedures(procedure_registry& registry) {
  registry.call<tool_decision_input, tool_decision>("message.decideTool", permission::chat_write,
                                                    "Says whether a call of a tool may be made.", decide_tool);
  registry.call<pending_tools_input, list_output<tool_decision>>("message.getPendingTools", permission::chat_read,
                                                                 "Lists the calls that the caller is asked about.",
                                                                 list_pending);
  registry.call<list_input, list_output<tool_grant>>("grants.list", permission::chat_read,
                                                     "Lists the tools that are called without asking, newest first.",
                                                     list_grants);
  registry.call<tool_grant_reference, nothing>("grants.revoke", permission::chat_write,
                                               "Has the caller asked again about a tool.", revoke_grant);
}

}  // namespace sambung
