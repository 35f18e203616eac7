#include <sambung/rpc/procedures/standard_procedures.hpp>

namespace sambung {

namespace {

constexpr std::size_t max_text_bytes = 1'048'576;

}  // namespace

record_description describe_record(record_of<chat_message_list_input>) {
  return record<chat_message_list_input>().optional(&chat_message_list_input::archived);
}

record_description describe_record(record_of<chat_export_input>) {
  return record<chat_export_input>().optional(&chat_export_input::format);
}

record_description describe_record(record_of<chat_list_input>) {
  return record<chat_list_input>().text(&chat_list_input::search, 1, 200).optional(&chat_list_input::archived);
}

record_description describe_record(record_of<chat_update_input>) {
  return record<chat_update_input>().range(&chat_update_input::revision, 1, std::numeric_limits<std::int64_t>::max());
}

record_description describe_record(record_of<chat_search_input>) {
  return record<chat_search_input>().text(&chat_search_input::text, 1, 200);
}

record_description describe_record(record_of<chat_setup_input>) {
  return record<chat_setup_input>().range(&chat_setup_input::revision, 0, std::numeric_limits<std::int64_t>::max());
}

record_description describe_record(record_of<message_send_input>) {
  return record<message_send_input>()
      .text(&message_send_input::text, 1, max_text_bytes)
      .items(&message_send_input::parts, 100);
}

record_description describe_record(record_of<message_edit_input>) {
  return record<message_edit_input>().text(&message_edit_input::text, 1, max_text_bytes);
}

record_description describe_record(record_of<message_feedback_input>) {
  return record<message_feedback_input>()
      .range(&message_feedback_input::value, -1, 1)
      .text(&message_feedback_input::reason, 0, 1'000)
      .optional(&message_feedback_input::reason);
}

record_description describe_record(record_of<message_branches_input>) {
  constexpr auto deepest = std::numeric_limits<std::int64_t>::max();
  return record<message_branches_input>()
      .range(&message_branches_input::from_depth, 0, deepest)
      .range(&message_branches_input::to_depth, 0, deepest)
      .optional(&message_branches_input::from_depth)
      .optional(&message_branches_input::to_depth);
}

record_description describe_record(record_of<message_resume_input>) {
  return record<message_resume_input>()
      .range(&message_resume_input::after, 0, std::numeric_limits<std::int64_t>::max())
      .optional(&message_resume_input::after);
}

void standard_procedures(procedure_registry& registry, auth service) {
  health_procedures(registry);
  auth_procedures(registry, std::move(service));
  user_procedures(registry);
  tenant_procedures(registry);
  member_procedures(registry);
  invitation_procedures(registry);
  api_key_procedures(registry);
  api_token_procedures(registry);
  audit_procedures(registry);
  usage_procedures(registry);
  quota_procedures(registry);
  chat_procedures(registry);
  message_procedures(registry);
  search_procedures(registry);
  tool_procedures(registry);
  prompt_procedures(registry);
  tag_procedures(registry);
  folder_procedures(registry);
  event_procedures(registry);
  model_procedures(registry);
}

void health_procedures(procedure_registry& registry) {
  registry.call<nothing, health_output>("healthCheck", permission::none, "Says that the server is up.",
                                        [](nothing) -> task<health_output> { co_return health_output(); });
}

namespace {

provider_item to_item(provider_health one) {
  provider_item item;
  item.name = std::move(one.name);
  item.state = one.state;
  if (one.error) item.error = std::string(to_string(*one.error));
  if (!one.hint.empty()) item.hint = std::move(one.hint);
  item.at = one.at;
  return item;
}

}  // namespace

void model_procedures(procedure_registry& registry) {
  registry.call<nothing, model_list_output>("model.list", {permission::model_use, request_class::read},
                                            "Lists the models of every provider that answers now.",
                                            [](workspace desk, nothing) -> task<model_list_output> {
                                              model_list_output out;
                                              auto completions = desk.completions();
                                              out.items = co_await completions.models();
                                              co_return out;
                                            });
  registry.call<nothing, provider_list_output>("provider.list", {permission::model_use, request_class::read},
                                               "Lists the providers and how their last calls ended. Asks none of them.",
                                               [](workspace desk, nothing) -> task<provider_list_output> {
                                                 provider_list_output out;
                                                 for (auto& one : desk.completions().provider_health())
                                                   out.items.push_back(to_item(std::move(one)));
                                                 co_return out;
                                               });
}

}  // namespace sambung
