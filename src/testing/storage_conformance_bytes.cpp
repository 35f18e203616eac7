#include "testing/storage_conformance_bytes.hpp"

#include <sambung/storage/collection.hpp>
#include <sambung/storage/copy.hpp>
#include <sambung/storage/memory.hpp>
#include <sambung/testing/scopes.hpp>

#include "testing/probe.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sambung::testing {
namespace bytes_conformance {

// A record with bytes, before and after it gained them.
namespace without_bytes {
struct parcel {
  std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(parcel, (), (number))
inline record_description describe_record(record_of<parcel>) { return record<parcel>("parcels"); }
}  // namespace without_bytes

struct parcel {
  std::int64_t number = 0;
  binary content;
  std::optional<binary> stamp;

  friend bool operator==(parcel const&, parcel const&) = default;
};
BOOST_DESCRIBE_STRUCT(parcel, (), (number, content, stamp))
inline record_description describe_record(record_of<parcel>) {
  return record<parcel>("parcels").bytes(&parcel::stamp, 2, 4);
}

namespace {

constexpr std::string_view initial_content = "AP9c";  // 00 FF 5C

binary of(std::initializer_list<int> bytes) {
  binary out;
  for (auto const one : bytes) out.push_back(static_cast<std::byte>(one));
  return out;
}

binary any_bytes(std::size_t size) {
  std::mt19937 random(static_cast<unsigned>(size));
  binary out(size);
  for (auto& one : out) one = static_cast<std::byte>(random());
  return out;
}

schema_ref old_schema() {
  return std::make_shared<schema const>(
      std::vector<module_schema>{module_schema("parcels").table<without_bytes::parcel>()});
}

schema_ref new_schema() {
  std::vector<migration_step> steps{add_column{"parcels", "content", '"' + std::string(initial_content) + '"'},
                                    add_column{"parcels", "stamp"}};
  auto module = module_schema("parcels").table<parcel>();
  return std::make_shared<schema const>(std::vector<module_schema>{module.migrate(2, std::move(steps))});
}

// A storage with an empty table of parcels.
struct bench {
  explicit bench(std::shared_ptr<storage> fresh) : store(std::move(fresh)) {
    sync_wait(store->migrate(new_schema())).value();
  }

  result<receipt> put(parcel const& one) { return write(insert(one)); }
  result<receipt> write(change c) { return sync_wait(parcels().write(std::move(c))); }
  parcel stored(std::int64_t number) { return sync_wait(parcels().get(number)).value(); }
  collection<parcel> parcels() { return collection<parcel>(*store, ours); }
  failure fault_of(query q) { return sync_wait(store->read(ours, std::move(q))).error(); }

  std::shared_ptr<storage> store;
  scope ours = tenant_scope(tenant_id{numbered(1001)});
};

query all() { return collection<parcel>::all(); }

void keeps_bytes_as_they_are(bench& b) {
  binary every;
  for (int i = 0; i < 256; ++i) every.push_back(static_cast<std::byte>(i));
  std::vector<binary> const contents{
      binary(),         of({0}),          of({0, 0}),        of({'\\', 'x', '0'}),       of({'\''}),
      of({0xC3, 0x28}), std::move(every), any_bytes(99'999), any_bytes(max_binary_bytes)};
  for (std::size_t i = 0; i < contents.size(); ++i) {
    parcel one{static_cast<std::int64_t>(i), contents[i], std::nullopt};
    b.put(one).value();
  }

  for (std::size_t i = 0; i < contents.size(); ++i)
    EXPECT_EQ(b.stored(static_cast<std::int64_t>(i)).content, contents[i]) << i;
}

void keeps_null_and_no_bytes_apart(bench& b) {
  parcel const none{1, binary(), std::nullopt};
  parcel const some{2, binary(), of({0, 0})};
  b.put(none).value();
  b.put(some).value();

  EXPECT_EQ(b.stored(1), none);
  EXPECT_EQ(b.stored(2), some);
}

void changes_and_forgets_bytes(bench& b) {
  parcel const before{1, of({1, 2, 3}), of({4, 5})};
  b.put(before).value();

  b.write(update<parcel>(std::int64_t(1)).set(&parcel::content, of({9})).set(&parcel::stamp, std::nullopt)).value();
  parcel const after{1, of({9}), std::nullopt};
  EXPECT_EQ(b.stored(1), after);
  b.write(erase<parcel>(std::int64_t(1))).value();
  EXPECT_EQ(sync_wait(b.parcels().get(std::int64_t(1))).error().code, errc::not_found);
}

void refuses_bytes_that_do_not_fit(bench& b) {
  auto const fault = [&](value content, value stamp) {
    row values{value(std::int64_t(1)), std::move(content), std::move(stamp)};
    insert_row one{"parcels", std::move(values)};
    auto const written = b.write(std::move(one));
    if (written) return std::string("taken");
    return std::string(to_string(written.error().code)) + " " + written.error().issues.at(0).path;
  };
  std::string const content = "invalid_argument changes[0].content";
  std::string const stamp = "invalid_argument changes[0].stamp";

  EXPECT_EQ(fault(value(any_bytes(max_binary_bytes + 1)), value()), content);
  EXPECT_EQ(fault(value(std::string("text")), value()), content);
  EXPECT_EQ(fault(value(numbered(1)), value()), content);
  EXPECT_EQ(fault(value(), value()), content);
  EXPECT_EQ(fault(value(binary()), value(of({1}))), stamp);
  EXPECT_EQ(fault(value(binary()), value(of({1, 2, 3, 4, 5}))), stamp);
  EXPECT_EQ(fault(value(binary()), value(of({1, 2, 3, 4}))), "taken");
}

void compares_no_bytes(bench& b) {
  parcel const one{1, of({1}), std::nullopt};
  b.put(one).value();
  std::vector<std::string> const by_content(1, "content");

  auto const compared = b.fault_of(all().where(where(&parcel::content, of({1}))));
  auto const ordered = b.fault_of(all().order(by_content, direction::ascending));
  auto const required = b.write(require<parcel>(std::int64_t(1)).when(&parcel::content, of({1})));

  for (auto const& why : {compared, ordered, required.error()}) EXPECT_EQ(why.code, errc::invalid_argument);
  EXPECT_NE(compared.message.find("bytes cannot be compared"), std::string::npos);
  EXPECT_TRUE(b.write(require<parcel>(std::int64_t(1)).when(where_null(&parcel::stamp))));  // as of JSON
}

void ends_a_page_at_its_bytes(bench& b) {
  constexpr std::int64_t count = 5;
  for (std::int64_t n = 1; n <= count; ++n) {
    parcel one{n, any_bytes(600'000), std::nullopt};
    b.put(one).value();
  }

  std::vector<std::int64_t> seen;
  page_request which(max_page_size);
  int pages = 0;
  do {
    auto const found = sync_wait(b.parcels().list(all(), which)).value();
    for (auto const& one : found.items) seen.push_back(one.number);
    which.cursor = found.next_cursor;
    ++pages;
  } while (which.cursor);

  EXPECT_EQ(seen, (std::vector<std::int64_t>{5, 4, 3, 2, 1}));
  EXPECT_EQ(pages, 3);
}

void adds_a_column_of_bytes(storage_factory const& make) {
  auto const store = make();
  auto const ours = tenant_scope(tenant_id{numbered(1001)});
  sync_wait(store->migrate(old_schema())).value();
  without_bytes::parcel const old{1};
  sync_wait(collection<without_bytes::parcel>(*store, ours).write(insert(old))).value();

  sync_wait(store->migrate(new_schema())).value();

  collection<parcel> const parcels(*store, ours);
  parcel const expected{1, from_base64(initial_content).value(), std::nullopt};
  EXPECT_EQ(sync_wait(parcels.get(std::int64_t(1))).value(), expected);
  parcel const next{2, of({0, 1}), of({2, 3})};
  sync_wait(parcels.write(insert(next))).value();
  EXPECT_EQ(sync_wait(parcels.get(std::int64_t(2))).value(), next);
  EXPECT_TRUE(sync_wait(store->migrate(new_schema())));
}

// A system's parcel: copy_storage() looks for tenants in a table of theirs, which there is none of.
struct depot {
  std::int64_t number = 0;
  binary content;
};
BOOST_DESCRIBE_STRUCT(depot, (), (number, content))
record_description describe_record(record_of<depot>) { return record<depot>("depots").system(); }

void copies_bytes(storage_factory const& make) {
  auto const tables =
      std::make_shared<schema const>(std::vector<module_schema>{module_schema("depots").table<depot>()});
  auto const from = make();
  auto const there = memory_storage();
  auto const back = make();
  sync_wait(from->migrate(tables)).value();
  for (std::int64_t n = 1; n <= 30; ++n) {
    depot one{n, any_bytes(static_cast<std::size_t>(n) * 30'000)};
    sync_wait(collection<depot>(*from, system_scope()).write(insert(one))).value();
  }

  EXPECT_EQ(sync_wait(copy_storage(*from, *there, tables)).value().tables.at(0).rows, 30U);
  EXPECT_EQ(sync_wait(copy_storage(*there, *back, tables)).value().tables.at(0).rows, 30U);
}

template <void (*Run)(bench&)>
void on_a_bench(storage_factory const& make) {
  bench b(make());
  Run(b);
}

struct conformance_case {
  char const* name;
  void (*run)(storage_factory const&);
};

constexpr conformance_case cases[]{
    {"KeepsBytesAsTheyAre", on_a_bench<keeps_bytes_as_they_are>},
    {"KeepsNullAndNoBytesApart", on_a_bench<keeps_null_and_no_bytes_apart>},
    {"ChangesAndForgetsBytes", on_a_bench<changes_and_forgets_bytes>},
    {"RefusesBytesThatDoNotFit", on_a_bench<refuses_bytes_that_do_not_fit>},
    {"ComparesNoBytes", on_a_bench<compares_no_bytes>},
    {"EndsAPageOfBytesAtItsSize", on_a_bench<ends_a_page_at_its_bytes>},
    {"AddsAColumnOfBytes", adds_a_column_of_bytes},
    {"CopiesBytes", copies_bytes},
};

class bytes_conformance_test : public ::testing::Test {
 public:
  bytes_conformance_test(storage_factory make, void (*run)(storage_factory const&))
      : make_(std::move(make)), run_(run) {}

  void TestBody() override { run_(make_); }

 private:
  storage_factory make_;
  void (*run_)(storage_factory const&);
};

}  // namespace
}  // namespace bytes_conformance

void register_bytes_conformance(std::string const& suite, storage_factory make) {
  using bytes_conformance::bytes_conformance_test;
  for (auto const& one : bytes_conformance::cases)
    ::testing::RegisterTest(
        suite.c_str(), one.name, nullptr, nullptr, __FILE__, __LINE__,
        [make, run = one.run]() -> ::testing::Test* { return new bytes_conformance_test(make, run); });
}

}  // namespace sambung::testing
