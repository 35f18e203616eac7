// The vault towards a vendor on a real socket and a database file: which key goes over the wire, and where none is.
#include "support/desk.hpp"
#include "support/vault_desk.hpp"

#include <sambung/provider/vendors/openai.hpp>
#include <sambung/testing/scripted_vendor.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace sambung::vault_test {
namespace {

using testing::scripted_vendor;
using testing::vendor_request;
using testing::vendor_script;
using tests::read_all;
using tests::ring_of;

constexpr char operators_key[] = "sk-canary-operator-0001";
constexpr char tenants_key[] = "sk-canary-tenant-0002";
constexpr char own_key[] = "sk-canary-user-0003";
constexpr char next_key[] = "sk-canary-next-0004";

std::string bearer(std::string const& key) { return "Bearer " + key; }

class Vault : public ::testing::Test {
 protected:
  explicit Vault(std::string configured_key = operators_key) { start(std::move(configured_key)); }
  ~Vault() override { stop(); }

  void start(std::string configured_key) {
    engine_options options;
    options.storage = open_sqlite(sqlite_options(file())).value();
    openai_options vendor(vendor_.base_url(), std::move(configured_key));
    vendor.headers.emplace_back("OpenAI-Organization", "org-of-the-operator");
    options.providers.add("vendor", openai_provider(std::move(vendor)).value());
    openai_options elsewhere(elsewhere_.base_url());
    options.providers.add("elsewhere", openai_provider(std::move(elsewhere)).value());
    openai_options keyless(elsewhere_.base_url());
    keyless.key = key_need::required;
    options.providers.add("keyless", openai_provider(std::move(keyless)).value());
    openai_options in_the_clear(elsewhere_.base_url());
    in_the_clear.key = key_need::refused;
    options.providers.add("in-the-clear", openai_provider(std::move(in_the_clear)).value());
    options.auth.secrets = ring_of({"first"});
    engine_ = std::make_unique<engine>(io_.get_executor(), std::move(options));
    sync_wait(engine_->start());
    tenant_ = sync_wait(engine_->tenants().create("acme")).id;
    user_ = sync_wait(engine_->users().create(tenant_, "ada@acme.example", member_role::owner)).id;
  }
  void stop() {
    if (engine_) sync_wait(engine_->shutdown(std::chrono::seconds(5)));
    engine_.reset();
    io_.stop();
    io_.join();
  }

  std::filesystem::path file() const { return folder_.path() / "vault.db"; }
  workspace desk() { return engine_->workspace(principal::trusted(tenant_, user_, member_role::owner)); }

  provider_key add(char const* key, key_owner owner = key_owner::user) {
    return sync_wait(desk().keys().create(key_request("vendor", secret_string(key), owner)));
  }

  static completion_request question(std::string provider = "vendor") {
    std::vector<prompt_message> messages;
    messages.emplace_back(role::user, "hi");
    return completion_request(provider + "/m", std::move(messages));
  }

  // What a call of the model comes to.
  result<completion> call(std::string provider = "vendor") {
    auto completions = desk().completions();
    return sync_wait(as_result(completions.complete(question(std::move(provider)))));
  }

  // The Authorization header that the vendor saw last.
  std::string seen() const { return vendor_.requests().back().header("authorization"); }

  // Every file of the database.
  std::string dump() const {
    std::string all;
    for (auto const& entry : std::filesystem::directory_iterator(folder_.path())) {
      std::ifstream in(entry.path(), std::ios::binary);
      all.append(std::istreambuf_iterator<char>(in), {});
    }
    return all;
  }

  testing::temporary_folder folder_;
  scripted_vendor vendor_;
  scripted_vendor elsewhere_;
  boost::asio::thread_pool io_{2};
  std::unique_ptr<engine> engine_;
  tenant_id tenant_;
  user_id user_;
};

class VaultWithoutOperator : public Vault {
 protected:
  VaultWithoutOperator() : Vault("") {}
};

TEST_F(Vault, SendsTheUsersKeyElseTheTenantsElseTheOperators) {
  call().value();
  EXPECT_EQ(seen(), bearer(operators_key));
  EXPECT_EQ(vendor_.requests().back().header("openai-organization"), "org-of-the-operator");

  add(tenants_key, key_owner::tenant);
  call().value();
  EXPECT_EQ(seen(), bearer(tenants_key));
  EXPECT_EQ(vendor_.requests().back().header("openai-organization"), "");

  add(own_key);
  call().value();
  EXPECT_EQ(seen(), bearer(own_key));
  auto const chat = sync_wait(desk().chats().create("t", "vendor/m"));
  auto turn = sync_wait(desk().chats().send(chat.id, "hi"));
  EXPECT_EQ(read_all(turn).text, "ok");
  EXPECT_EQ(seen(), bearer(own_key));

  sync_wait(desk().completions().models());
  EXPECT_EQ(seen(), bearer(operators_key));
  // One connection, and each call its own key.
  EXPECT_EQ(vendor_.connections(), 1U);
}

TEST_F(VaultWithoutOperator, CallsWithAStoredKey) {
  add(own_key);

  call().value();

  EXPECT_EQ(seen(), bearer(own_key));
}

TEST_F(Vault, SendsNoKeyWhereItWouldBeInTheClear) {
  call("in-the-clear").value();
  EXPECT_EQ(elsewhere_.requests().size(), 1U);
  EXPECT_EQ(elsewhere_.requests().back().header("authorization"), "");

  sync_wait(desk().keys().create(key_request("in-the-clear", secret_string(own_key), key_owner::user)));

  auto const refused = call("in-the-clear");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::permission_denied);
  EXPECT_NE(refused.error().message.find("in the clear"), std::string::npos);
  EXPECT_EQ(elsewhere_.requests().size(), 1U);
}

TEST_F(Vault, IsAskedForEveryKeyOfAProviderThatHasNone) {
  auto const refused = call("keyless");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::unauthenticated);
  EXPECT_TRUE(elsewhere_.requests().empty());

  sync_wait(desk().keys().create(key_request("keyless", secret_string(own_key), key_owner::user)));
  call("keyless").value();

  EXPECT_EQ(elsewhere_.requests().back().header("authorization"), bearer(own_key));
}

TEST_F(Vault, PaysForEmbeddingsTooAndCountsThem) {
  add(own_key);
  vendor_.push(vendor_script::response(200, R"({"data":[{"index":0,"embedding":[1]}],"usage":{"prompt_tokens":9}})"));
  vendor_.push(vendor_script::response(200, R"({"data":[{"index":0,"embedding":[1]}]})"));

  for (int i = 0; i < 2; ++i) {
    auto completions = desk().completions();
    sync_wait(completions.embed(embedding_request("vendor/e", {"hi"})));
  }

  EXPECT_EQ(seen(), bearer(own_key));
  EXPECT_EQ(vendor_.requests().back().target, "/v1/embeddings");
  stop();
  auto const store = open_sqlite(sqlite_options(file())).value();
  sync_wait(store->migrate(standard_schema())).value();
  collection<usage_counter> const counters(*store, testing::tenant_scope(tenant_));
  auto const used = sync_wait(counters.list(counters.all(), page_request())).value().items;
  ASSERT_EQ(used.size(), 1U);
  EXPECT_EQ(used.front().model, "vendor/e");
  EXPECT_GT(used.front().input_tokens, 9);
}

TEST_F(Vault, SendsAKeyToNoOtherHost) {
  auto const made = add(own_key);
  EXPECT_EQ(made.host, "127.0.0.1:" + std::to_string(vendor_.port()));

  call("elsewhere").value();

  ASSERT_EQ(elsewhere_.requests().size(), 1U);
  EXPECT_EQ(elsewhere_.requests().back().header("authorization"), "");
  auto const other = openai_provider(openai_options(elsewhere_.base_url())).value();
  auto request = question();
  request.credential = std::make_shared<provider_credential const>(secret_string(own_key), made.host);
  auto const refused = sync_wait(other->complete(std::move(request)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::permission_denied);
  EXPECT_EQ(elsewhere_.requests().size(), 1U);
}

TEST_F(Vault, RotatesWhileCallsRun) {
  auto made = add(own_key);
  std::atomic<bool> over = false;
  std::atomic<int> failed = 0;
  std::thread caller([&] {
    while (!over)
      if (!call()) ++failed;
  });
  for (int i = 0; i < 20; ++i) {
    auto const* next = i % 2 == 0 ? next_key : own_key;
    made = sync_wait(desk().keys().rotate(made.id, secret_string(next), made.revision));
    call().value();
    // A call that begins after the rotation has the new key.
    bool found = false;
    for (auto const& request : vendor_.requests()) found |= request.header("authorization") == bearer(next);
    EXPECT_TRUE(found);
  }
  over = true;
  caller.join();

  EXPECT_EQ(failed, 0);
  for (auto const& request : vendor_.requests()) {
    auto const key = request.header("authorization");
    EXPECT_TRUE(key == bearer(own_key) || key == bearer(next_key)) << key;
  }
  call().value();
  EXPECT_EQ(seen(), bearer(own_key));
}

TEST_F(Vault, LeavesNoKeyInTheDatabaseNorInWhatVendorsSay) {
  auto const made = add(own_key);
  add(tenants_key, key_owner::tenant);
  sync_wait(desk().keys().rotate(made.id, secret_string(next_key), made.revision));
  vendor_.otherwise([](vendor_request const& request) {
    auto const key = request.header("authorization");
    return vendor_script::response(401, R"({"error":{"message":"bad key )" + key + " and " + key.substr(7) + R"("}})")
        .header("x-request-id", key.substr(7));
  });
  auto const chat = sync_wait(desk().chats().create("t", "vendor/m"));
  auto turn = sync_wait(desk().chats().send(chat.id, "hi"));
  auto const end = read_all(turn).end;
  auto const refused = call();

  ASSERT_FALSE(refused);
  auto const& why = refused.error();
  EXPECT_EQ(why.code, errc::unauthenticated);
  EXPECT_EQ(seen(), bearer(next_key));
  auto const said = why.message + why.sensitive + why.request_id + end->error.value_or("");
  EXPECT_NE(said.find("[key]"), said.npos);
  EXPECT_EQ(said.find("canary"), said.npos);
  EXPECT_NE(dump().find("v1."), std::string::npos);
  EXPECT_EQ(dump().find("canary"), std::string::npos);
  stop();
  EXPECT_EQ(dump().find("canary"), std::string::npos);
}

}  // namespace
}  // namespace sambung::vault_test
