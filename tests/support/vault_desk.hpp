// A desk whose model takes keys, on an engine with a vault.
#pragma once

#include "support/desk.hpp"
#include "support/watched_storage.hpp"

namespace sambung::tests {

inline secret_ring ring_of(std::vector<std::string> seeds) {
  std::vector<secret_string> secrets;
  for (auto const& seed : seeds) secrets.emplace_back(seed + " is the secret of a deployment");
  return secret_ring::make(std::move(secrets)).value();
}

class vault_desk : public desk {
 public:
  explicit vault_desk(desk_options options = desk_options(), secret_ring secrets = ring_of({"first"}))
      : vault_desk(watching(options.storage), options, std::move(secrets)) {}

  sambung::keys keys(std::optional<user_id> of = std::nullopt, member_role role = member_role::owner) {
    return engine->workspace(principal::trusted(tenant, of.value_or(user), role)).keys();
  }

  provider_key add(std::string key, key_owner owner = key_owner::user, std::optional<user_id> of = std::nullopt) {
    return sync_wait(keys(of).create(key_request("scripted", secret_string(std::move(key)), owner)));
  }

  // Calls the model as `of`; gives the key the provider was called with: empty for its own.
  std::string key_of_call(std::optional<user_id> of = std::nullopt) {
    auto completions =
        engine->workspace(principal::trusted(tenant, of.value_or(user), member_role::owner)).completions();
    sync_wait(completions.complete(question()));
    return key_seen();
  }

  // What the provider was called with last.
  std::string key_seen() const {
    auto const requests = model->requests();
    auto const credential = requests.empty() ? nullptr : requests.back().credential;
    return credential ? std::string(credential->key.view()) : std::string();
  }

  static completion_request question() {
    std::vector<prompt_message> messages;
    messages.emplace_back(role::user, "hi");
    return completion_request("scripted/model", std::move(messages));
  }

  // What is noted of keys, newest first.
  std::vector<audit_entry> noted() {
    collection<audit_entry> const entries(*storage, testing::system_scope());
    auto all = sync_wait(entries.list(entries.all(), page_request(max_page_size))).value().items;
    std::erase_if(all, [](audit_entry const& entry) { return !entry.action.starts_with("apiKey."); });
    return all;
  }

  // A key as it is stored.
  provider_key stored(provider_key_id id) {
    collection<provider_key> const all(*storage, testing::tenant_scope(tenant));
    return sync_wait(all.get(id)).value();
  }

  std::shared_ptr<watched_storage> watched;

 private:
  vault_desk(std::shared_ptr<watched_storage> store, desk_options const& options, secret_ring secrets)
      : desk(with(options, store, std::move(secrets))), watched(std::move(store)) {
    model->take_keys_for("vendor.example").otherwise([](completion_request const&) { return say("hello"); });
  }

  static std::shared_ptr<watched_storage> watching(std::shared_ptr<sambung::storage> inner) {
    return std::make_shared<watched_storage>(std::move(inner));
  }

  static desk_options with(desk_options options, std::shared_ptr<watched_storage> store, secret_ring secrets) {
    options.storage = std::move(store);
    options.auth.secrets = std::move(secrets);
    return options;
  }
};

}  // namespace sambung::tests
