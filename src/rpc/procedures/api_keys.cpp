#include <sambung/rpc/procedures/api_keys.hpp>

#include "rpc/procedures/credential_input.hpp"

namespace sambung {
namespace {

constexpr std::size_t max_key_bytes = 4'096;

task<list_output<provider_key>> list_keys(workspace desk, list_input in) {
  auto keys = desk.keys();
  auto found = co_await keys.list(to_page_request(std::move(in)));
  co_return to_list(std::move(found));
}

task<provider_key> create_key(workspace desk, api_key_create_input in) {
  auto keys = desk.keys();
  key_request request(std::move(in.provider), take_secret(in.key), in.owner, std::move(in.name));
  co_return co_await keys.create(std::move(request));
}

task<provider_key> rotate_key(workspace desk, api_key_rotate_input in) {
  auto keys = desk.keys();
  auto key = take_secret(in.key);
  co_return co_await keys.rotate(in.id, std::move(key), in.revision);
}

task<provider_key> update_key(workspace desk, api_key_update_input in) {
  auto keys = desk.keys();
  key_update changes = in;
  co_return co_await keys.update(in.id, std::move(changes));
}

task<nothing> remove_key(workspace desk, api_key_reference in) {
  auto keys = desk.keys();
  co_await keys.remove(in.id);
  co_return nothing();
}

}  // namespace

record_description describe_record(record_of<api_key_create_input>) {
  return record<api_key_create_input>()
      .text(&api_key_create_input::provider, 1, 100)
      .text(&api_key_create_input::key, 1, max_key_bytes)
      .text(&api_key_create_input::name, 0, 100)
      .optional(&api_key_create_input::owner)
      .optional(&api_key_create_input::name);
}

record_description describe_record(record_of<api_key_rotate_input>) {
  return record<api_key_rotate_input>()
      .text(&api_key_rotate_input::key, 1, max_key_bytes)
      .range(&api_key_rotate_input::revision, 1, std::numeric_limits<std::int64_t>::max());
}

void api_key_procedures(procedure_registry& registry) {
  registry.call<list_input, list_output<provider_key>>("apiKey.getAll", {permission::key_own, request_class::read},
                                                       "Lists the keys that the caller may manage, newest first.",
                                                       list_keys);
  registry.call<api_key_create_input, provider_key>("apiKey.create", permission::key_own,
                                                    "Puts a key to a provider into the vault.", create_key);
  registry.call<api_key_rotate_input, provider_key>("apiKey.rotate", permission::key_own,
                                                    "Replaces a key that still has the given revision.", rotate_key);
  registry.call<api_key_update_input, provider_key>("apiKey.update", permission::key_own,
                                                    "Renames, disables or enables a key.", update_key);
  registry.call<api_key_reference, nothing>("apiKey.delete", permission::key_own, "Deletes a key.", remove_key);
}

}  // namespace sambung
