#include <sambung/engine/standard_schema.hpp>

#include <sambung/records/active_turn.hpp>
#include <sambung/records/answer_context.hpp>
#include <sambung/records/api_token.hpp>
#include <sambung/records/audit_entry.hpp>
#include <sambung/records/chat.hpp>
#include <sambung/records/chat_setup.hpp>
#include <sambung/records/feedback.hpp>
#include <sambung/records/folder.hpp>
#include <sambung/records/idempotency_record.hpp>
#include <sambung/records/invitation.hpp>
#include <sambung/records/list_epoch.hpp>
#include <sambung/records/membership.hpp>
#include <sambung/records/message.hpp>
#include <sambung/records/message_text.hpp>
#include <sambung/records/password.hpp>
#include <sambung/records/prompt_label.hpp>
#include <sambung/records/prompt_usage.hpp>
#include <sambung/records/prompt_version.hpp>
#include <sambung/records/provider_key.hpp>
#include <sambung/records/quota.hpp>
#include <sambung/records/refresh_token.hpp>
#include <sambung/records/security_epoch.hpp>
#include <sambung/records/session.hpp>
#include <sambung/records/tag.hpp>
#include <sambung/records/tenant.hpp>
#include <sambung/records/tool_decision.hpp>
#include <sambung/records/tool_grant.hpp>
#include <sambung/records/usage_counter.hpp>
#include <sambung/records/user.hpp>

namespace sambung {
namespace {

template <class... Column>
index added_index(Column... columns) {
  return index{{columns...}, false};
}

index added_unique(char const* column) { return index{{column}, true}; }

// Identity beyond API tokens: passwords, sessions, invitations, the vault and the audit log.
std::vector<migration_step> identity_steps() {
  std::vector<migration_step> steps;
  steps.push_back(add_column{"tenants", "state", R"("active")"});
  steps.push_back(add_column{"users", "state", R"("active")"});
  steps.push_back(add_column{"users", "name", R"("")"});
  steps.push_back(add_column{"users", "image"});
  steps.push_back(add_column{"users", "email_verified", "false"});
  steps.push_back(add_column{"users", "settings", "{}"});
  steps.push_back(add_column{"users", "updated_at"});
  // The tokens of before could do everything that there was.
  steps.push_back(add_column{"api_tokens", "scopes", R"(["chat_read","chat_write","model_use"])"});
  steps.push_back(add_column{"api_tokens", "expires_at"});
  steps.push_back(add_column{"api_tokens", "last_used_at"});
  steps.push_back(add_column{"usage_counters", "key", R"("configured")"});
  steps.push_back(add_index{"tenants", added_index("state")});
  steps.push_back(add_index{"users", added_index("state")});
  steps.push_back(add_index{"memberships", added_index("tenant_id", "role")});
  for (auto const* table :
       {"passwords", "sessions", "refresh_tokens", "invitations", "audit_entries", "security_epochs", "provider_keys"})
    steps.push_back(add_table{table});
  return steps;
}

// Accounting: what is billed apart, what is known only in part, and quotas.
std::vector<migration_step> accounting_steps() {
  std::vector<migration_step> steps;
  for (auto const* column : {"cached_input_tokens", "cache_write_tokens", "reasoning_tokens", "unpriced_requests",
                             "estimated_requests", "replayed_requests"})
    steps.push_back(add_column{"usage_counters", column, "0"});
  steps.push_back(add_index{"usage_counters", added_index("day")});
  steps.push_back(add_table{"quotas"});
  return steps;
}

// Rights: members and tenants that are suspended, what ends with an inviter's right, keys of idempotency that end.
std::vector<migration_step> rights_steps() {
  std::vector<migration_step> steps;
  steps.push_back(add_column{"tenants", "suspended_by"});
  steps.push_back(add_column{"memberships", "state", R"("active")"});
  steps.push_back(add_index{"invitations", added_index("tenant_id", "invited_by", "state")});
  steps.push_back(add_index{"idempotency_records", added_index("created_at")});
  steps.push_back(add_table{"list_epochs"});
  return steps;
}

// A person's approval of what tools do.
std::vector<migration_step> approval_steps() {
  std::vector<migration_step> steps;
  steps.push_back(add_table{"tool_decisions"});
  steps.push_back(add_table{"tool_grants"});
  return steps;
}

// An application's own keys, and users of its own directory, who have no address here.
std::vector<migration_step> directory_steps() {
  std::vector<migration_step> steps;
  for (auto const* table : {"tenants", "users", "chats"}) {
    steps.push_back(add_column{table, "external_id"});
    steps.push_back(add_index{table, added_unique("external_id")});
  }
  steps.push_back(allow_null{"users", "email"});
  return steps;
}

// Prompts that are kept, and what is thought of answers.
std::vector<migration_step> prompt_steps() {
  std::vector<migration_step> steps;
  for (auto const* table : {"prompt_templates", "prompt_versions", "prompt_labels", "feedbacks"})
    steps.push_back(add_table{table});
  return steps;
}

void add_prompt_tables(module_schema& module) {
  module.table<prompt_template>().table<prompt_version>().table<prompt_label>().table<feedback>();
  module.table<prompt_usage>();
  module.migrate(7, prompt_steps());
}

// What users keep their chats in order by.
std::vector<migration_step> organising_steps() {
  std::vector<migration_step> steps;
  steps.push_back(add_table{"tags"});
  steps.push_back(add_table{"taggings"});
  return steps;
}

// What messages are found by.
std::vector<migration_step> search_steps() {
  std::vector<migration_step> steps;
  steps.push_back(add_table{"message_texts"});
  steps.push_back(add_table{"text_progress"});
  return steps;
}

// Folders, and lists of chats by what happened in them last.
std::vector<migration_step> folder_steps() {
  std::vector<migration_step> steps;
  steps.push_back(add_table{"folders"});
  steps.push_back(add_column{"chats", "folder_id"});
  steps.push_back(add_column{"chats", "pinned", "false"});
  steps.push_back(add_column{"chats", "archived", "false"});
  steps.push_back(add_column{"chats", "active_at", R"("1970-01-01T00:00:00.000Z")"});
  steps.push_back(add_index{"chats", added_index("owner_id", "state", "archived", "pinned", "active_at")});
  steps.push_back(add_index{"chats", added_index("owner_id", "state", "archived", "folder_id", "pinned", "active_at")});
  return steps;
}

// What answers' models had to read, and what comes of prompts that are kept.
std::vector<migration_step> context_steps() {
  std::vector<migration_step> steps;
  steps.push_back(add_table{"answer_contexts"});
  steps.push_back(add_table{"prompt_usages"});
  return steps;
}

// What chats are set up with.
std::vector<migration_step> setup_steps() {
  std::vector<migration_step> steps;
  steps.push_back(add_table{"chat_setups"});
  steps.push_back(add_column{"chats", "has_setup", "false"});
  steps.push_back(add_column{"answer_contexts", "follows_label", "false"});
  steps.push_back(add_column{"answer_contexts", "prompt_gone", "false"});
  return steps;
}

// A user's newest messages, without everybody else's.
std::vector<migration_step> owned_text_steps() {
  std::vector<migration_step> steps;
  steps.push_back(add_index{"message_texts", added_index("owner_id")});
  return steps;
}

module_schema own_tables() {
  module_schema module("sambung");
  module.table<tenant>().table<user>().table<membership>().table<api_token>();
  module.table<chat>().table<message>().table<turn_chunk>();
  module.table<usage_counter>().table<idempotency_record>();
  module.table<password>().table<session>().table<refresh_token>().table<invitation>();
  module.table<audit_entry>().table<security_epoch>().table<provider_key>();
  module.table<quota>();
  module.table<list_epoch>();
  module.table<tool_decision>().table<tool_grant>();
  module.table<tag>().table<tagging>().table<folder>();
  module.table<message_text>().table<text_progress>().table<answer_context>().table<chat_setup>();
  // What is part of a chat goes in the opposite order: first the lease, so that nobody takes up its turn meanwhile.
  module.table<active_turn>();
  module.migrate(2, identity_steps());
  module.migrate(3, accounting_steps());
  module.migrate(4, rights_steps());
  module.migrate(5, directory_steps());
  module.migrate(6, approval_steps());
  add_prompt_tables(module);
  module.migrate(8, organising_steps());
  module.migrate(9, search_steps());
  module.migrate(10, folder_steps());
  module.migrate(11, context_steps());
  module.migrate(12, setup_steps());
  module.migrate(13, owned_text_steps());
  return module;
}

}  // namespace

schema_ref standard_schema() { return standard_schema({}); }

schema_ref standard_schema(std::vector<module_schema> modules) {
  modules.insert(modules.begin(), own_tables());
  return std::make_shared<schema const>(std::move(modules));
}

}  // namespace sambung
