// ST02: one damaged row of whichever table costs whoever asks for it that row, on every procedure, and others nothing.
#include "attack.hpp"
#include "support/watched_storage.hpp"

#include <sambung/engine/standard_schema.hpp>

#include <gtest/gtest.h>

namespace sambung::security_tests::damage_test {
namespace {

using tests::watched_storage;

std::vector<record_description> tables() {
  std::vector<record_description> all;
  auto const schema = standard_schema();
  for (auto const& module : schema->modules())
    for (auto const& table : module.tables()) all.push_back(table);
  return all;
}

// The oldest row of a table, of the citizen's tenant or of the system; empty when there is none.
std::optional<value> oldest(storage& store, record_description const& table, citizen const& of) {
  auto const where = table.scope == table_scope::system ? testing::system_scope() : testing::tenant_scope(of.tenant);
  auto const found = sync_wait(store.read(where, query(table.table).order({}, direction::ascending).limit(1)));
  if (found.value().items.empty()) return std::nullopt;
  return found.value().items.front().front();
}

// Whether it takes something away that others need.
bool is_ending(std::string const& name) {
  for (auto const* word : {"delete", "remove", "revoke", "leave", "signOut"})
    if (name.find(word) != name.npos) return true;
  return false;
}

// The status of every procedure, called with what is the caller's own; those that end something come last.
std::map<std::string, int> statuses(world& w, citizen const& caller) {
  std::map<std::string, int> all;
  raw_client client(w.served.port());
  auto const& headers = caller.headers.at(credential::session_token);
  for (bool const ending : {false, true})
    for (auto const& [name, which] : w.served.server.procedures().all())
      if (is_ending(name) == ending)
        all[name] = call(client, which, way::slashes, own_input(which, caller), headers).status;
  return all;
}

TEST(ST02, ADamagedRowOfAnyTableCostsThatRowOnEveryProcedure) {
  int damaged = 0;
  for (auto const& table : tables()) {
    SCOPED_TRACE(table.table);
    kept_log log;
    auto const store = std::make_shared<watched_storage>(memory_storage());
    server_options options;
    options.access_log = log.sink();
    world w(options, no_rates(), store);
    auto const& owner = w.citizens.front();
    auto const key = oldest(*store, table, owner);
    if (!key) continue;

    store->damage(table.table, *key);
    statuses(w, owner);
    ++damaged;

    w.served.stop();
    EXPECT_EQ(log.lines().find(R"("fault":"internal")"), std::string::npos) << log.lines();
  }
  EXPECT_GE(damaged, 12);
}

TEST(ST02, ADamagedRowOfATenantCostsNobodyElse) {
  world healthy;
  auto const expected = statuses(healthy, healthy.citizens.back());
  for (auto const& table : tables()) {
    if (table.scope == table_scope::system) continue;
    SCOPED_TRACE(table.table);
    auto const store = std::make_shared<watched_storage>(memory_storage());
    world w(server_options(), no_rates(), store);
    auto const key = oldest(*store, table, w.citizens.front());
    if (!key) continue;

    store->damage(table.table, *key);

    EXPECT_EQ(statuses(w, w.citizens.back()), expected);
  }
}

}  // namespace
}  // namespace sambung::security_tests::damage_test
