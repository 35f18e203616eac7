#include <sambung/rpc/procedures/api_tokens.hpp>

namespace sambung {
namespace {

token_options token_options_of(api_token_create_input const& in, permission_table const& own) {
  token_options how;
  if (in.expires_in_days) how.lifetime = std::chrono::days(*in.expires_in_days);
  if (!in.scopes) return how;
  auto const scopes = parse_permissions(*in.scopes, own);
  if (!scopes) {
    issue unknown{"scopes", "not all of them are names of permissions"};
    throw error(failure(errc::invalid_argument, "unknown scope", {std::move(unknown)}));
  }
  how.scopes = *scopes;
  return how;
}

task<list_output<api_token>> list_tokens(workspace desk, list_input in) {
  auto tokens = desk.api_tokens();
  auto found = co_await tokens.list(to_page_request(std::move(in)));
  co_return to_list(std::move(found));
}

task<api_token_create_output> create_token(workspace desk, api_token_create_input in) {
  auto tokens = desk.api_tokens();
  auto how = token_options_of(in, desk.permissions());
  auto made = co_await tokens.create(std::move(in.name), std::move(how));
  api_token_create_output out;
  out.record = std::move(made.record);
  out.secret = std::move(made.secret);
  co_return out;
}

task<nothing> revoke_token(workspace desk, api_token_reference in) {
  auto tokens = desk.api_tokens();
  co_await tokens.revoke(in.id);
  co_return nothing();
}

}  // namespace

record_description describe_record(record_of<api_token_create_input>) {
  return record<api_token_create_input>()
      .text(&api_token_create_input::name, 1, 100)
      .items(&api_token_create_input::scopes, 50)
      .text(&api_token_create_input::scopes, 1, 50)
      .range(&api_token_create_input::expires_in_days, 1, 3'650);
}

void api_token_procedures(procedure_registry& registry) {
  registry.call<list_input, list_output<api_token>>("apiToken.getAll", {permission::token_own, request_class::read},
                                                    "Lists the caller's tokens for the tenant, newest first.",
                                                    list_tokens);
  registry.call<api_token_create_input, api_token_create_output>(
      "apiToken.create", permission::token_own, "Makes a token; its secret is shown this once.", create_token);
  registry.call<api_token_reference, nothing>("apiToken.revoke", permission::token_own, "Ends a token.", revoke_token);
}

}  // namespace sambung
