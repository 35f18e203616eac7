// conformance_bench: what the parts of the conformance suite share. Each part is a file, and gives its cases.
#pragma once

#include <sambung/testing/scopes.hpp>

#include "testing/probe.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sambung::testing::conformance {

inline constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
inline constexpr auto highest = std::numeric_limits<std::int64_t>::max();

// A migrated storage, two tenants and short spellings of what every test does.
struct bench {
  explicit bench(std::shared_ptr<storage> fresh) : store(std::move(fresh)) {
    sync_wait(store->migrate(probe_schema())).value();
  }

  probe sample(std::uint64_t number) {
    probe p;
    p.id = probe_id{numbered(number)};
    p.owner_id = user_id{numbered(7)};
    p.rank = static_cast<std::int64_t>(number);
    p.name = "probe " + std::to_string(number);
    return p;
  }

  result<receipt> write(scope const& who, batch b) { return sync_wait(store->write(who, std::move(b))); }
  result<receipt> write(scope const& who, change c) { return write(who, batch().add(std::move(c))); }
  result<receipt> write(change c) { return write(ours, std::move(c)); }
  result<receipt> write(batch b) { return write(ours, std::move(b)); }
  errc error_of(change c) {
    auto outcome = write(std::move(c));
    return outcome ? errc::internal : outcome.error().code;
  }

  result<rows> read(scope const& who, query q) { return sync_wait(store->read(who, std::move(q))); }
  result<rows> read(query q) { return read(ours, std::move(q)); }
  errc error_of(query q) {
    auto outcome = read(std::move(q));
    return outcome ? errc::internal : outcome.error().code;
  }
  std::vector<probe> probes(query q) {
    std::vector<probe> out;
    for (auto const& item : read(std::move(q)).value().items) out.push_back(from_row<probe>(item));
    return out;
  }
  std::vector<std::int64_t> ranks(query q) {
    std::vector<std::int64_t> out;
    for (auto const& p : probes(std::move(q))) out.push_back(p.rank);
    return out;
  }
  std::optional<probe> find(probe_id id) { return find(ours, id); }
  std::optional<probe> find(scope const& who, probe_id id) {
    auto found = sync_wait(collection<probe>(*store, who).get(id));
    EXPECT_TRUE(found || found.error().code == errc::not_found);
    return found ? std::optional(*found) : std::nullopt;
  }
  std::vector<std::int64_t> search(text_query q) { return search(ours, std::move(q)); }
  std::vector<std::int64_t> search(scope const& who, text_query q) {
    std::vector<std::int64_t> out;
    for (auto const& item : sync_wait(store->search(who, std::move(q))).value().items)
      out.push_back(from_row<probe>(item).rank);
    return out;
  }
  std::vector<std::int64_t> search(std::string text) { return search(text_query("probes", std::move(text))); }

  void fill(std::uint64_t from, std::uint64_t to) {
    for (auto n = from; n <= to; ++n) write(insert(sample(n))).value();
  }
  void body(std::uint64_t number, std::string text) {
    auto p = sample(number);
    p.body = std::move(text);
    write(insert(p)).value();
  }
  std::int64_t hits(std::string const& name) {
    return sync_wait(collection<probe_counter>(*store, ours).get(name)).value().hits;
  }

  std::shared_ptr<storage> store;
  scope ours = tenant_scope(tenant_id{numbered(1001)});
  scope theirs = tenant_scope(tenant_id{numbered(1002)});
  scope system = system_scope();
};

using numbers = std::vector<std::int64_t>;

inline query all() { return collection<probe>::all(); }
inline query by_name() { return all().order({"name"}, direction::ascending); }

struct conformance_case {
  char const* name;
  void (*run)(bench&);
};
using cases = std::vector<conformance_case>;

cases columns();
cases refusals();
cases changes();
cases reading();
cases tenants();
cases searching();
cases concurrency();
cases migration();

}  // namespace sambung::testing::conformance
