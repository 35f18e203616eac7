// Tenants: apart from each other, and known to the system alone.
#include "testing/conformance_bench.hpp"

namespace sambung::testing::conformance {
namespace {

void keeps_tenants_apart(bench& b) {
  auto mine = b.sample(1), other = b.sample(1);
  mine.label = other.label = "same";
  mine.body = other.body = "secret";
  other.name = "theirs";
  b.write(b.ours, insert(mine)).value();
  b.write(b.theirs, insert(other)).value();

  EXPECT_EQ(b.find(b.ours, mine.id), mine);
  EXPECT_EQ(b.find(b.theirs, mine.id), other);
  b.write(b.theirs, erase<probe>(mine.id)).value();
  EXPECT_EQ(b.find(b.ours, mine.id), mine);
  EXPECT_EQ(b.find(b.theirs, mine.id), std::nullopt);
  EXPECT_EQ(b.write(b.theirs, update<probe>(mine.id).set(&probe::name, "x")).error().code, errc::not_found);
  EXPECT_EQ(b.write(b.theirs, require<probe>(mine.id)).error().code, errc::not_found);
  EXPECT_TRUE(b.read(b.theirs, all()).value().items.empty());
  EXPECT_EQ(b.search(b.ours, text_query("probes", "secret")), numbers{1});
  EXPECT_EQ(b.search(b.theirs, text_query("probes", "secret")), numbers{});
}

void keeps_counters_of_tenants_apart(bench& b) {
  b.write(b.ours, increment(probe_counter{"a", 1, 0, ""}, &probe_counter::hits)).value();
  b.write(b.theirs, increment(probe_counter{"a", 5, 0, ""}, &probe_counter::hits)).value();
  b.write(b.ours, increment(probe_counter{"a", 1, 0, ""}, &probe_counter::hits)).value();

  EXPECT_EQ(b.hits("a"), 2);
}

void keeps_system_tables_from_tenants(bench& b) {
  probe_setting const setting{1, "on"};
  b.write(b.system, insert(setting)).value();

  EXPECT_EQ(b.write(b.ours, insert(setting)).error().code, errc::permission_denied);
  EXPECT_EQ(b.write(b.system, insert(b.sample(1))).error().code, errc::permission_denied);
  EXPECT_EQ(b.read(b.ours, query("probe_settings")).error().code, errc::permission_denied);
  EXPECT_EQ(b.read(b.system, all()).error().code, errc::permission_denied);
  EXPECT_EQ(sync_wait(b.store->search(b.system, text_query("probes", "x"))).error().code, errc::permission_denied);
  EXPECT_EQ(b.read(b.system, query("probe_settings")).value().items.size(), 1U);
  EXPECT_EQ(sync_wait(b.store->search(b.system, text_query("probe_settings", "ON"))).value().items.size(), 1U);
}

std::vector<tenant_id> tenants_in(bench& b, std::string table, std::optional<tenant_id> after = std::nullopt) {
  return sync_wait(b.store->tenants(b.system, std::move(table), after)).value();
}

void lists_the_tenants_that_have_rows(bench& b) {
  std::vector<tenant_id> expected;
  for (std::uint64_t number = 5'000; number < 5'000 + max_rows + 7; ++number) {
    expected.push_back(tenant_id{numbered(number)});
    b.write(tenant_scope(expected.back()), insert(probe_counter{"visits", 1, 0, ""})).value();
  }
  b.write(b.ours, insert(b.sample(1))).value();
  b.write(b.theirs, insert(b.sample(2))).value();
  b.write(b.theirs, erase<probe>(probe_id{numbered(2)})).value();

  auto const first = tenants_in(b, "probe_counters");
  auto const rest = tenants_in(b, "probe_counters", first.back());

  EXPECT_EQ(first, std::vector(expected.begin(), expected.begin() + max_rows));
  EXPECT_EQ(rest, std::vector(expected.begin() + max_rows, expected.end()));
  EXPECT_EQ(tenants_in(b, "probes"), std::vector(1, b.ours.tenant()));
  EXPECT_TRUE(tenants_in(b, "probes", b.ours.tenant()).empty());
}

void tells_tenants_to_the_system_alone(bench& b) {
  auto const refusal = [&](scope const& who, std::string table) {
    return sync_wait(b.store->tenants(who, std::move(table))).error().code;
  };

  EXPECT_EQ(refusal(b.ours, "probes"), errc::permission_denied);
  EXPECT_EQ(refusal(b.system, "probe_settings"), errc::permission_denied);
  EXPECT_EQ(refusal(b.system, "nothing"), errc::invalid_argument);
}

}  // namespace

cases tenants() {
  return {
      {"KeepsTenantsApart", keeps_tenants_apart},
      {"KeepsCountersOfTenantsApart", keeps_counters_of_tenants_apart},
      {"KeepsSystemTablesFromTenants", keeps_system_tables_from_tenants},
      {"ListsTheTenantsThatHaveRows", lists_the_tenants_that_have_rows},
      {"TellsTenantsToTheSystemAlone", tells_tenants_to_the_system_alone},
  };
}

}  // namespace sambung::testing::conformance
