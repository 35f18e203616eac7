#include <sambung/storage/collection.hpp>
#include <sambung/testing/scopes.hpp>

#include "support/test_storage.hpp"

#include <gtest/gtest.h>

#include <malloc.h>

#include <fstream>

namespace sambung::bounded_memory_test {

using picture_id = typed_id<struct picture_tag>;

constexpr std::uint64_t pictures = 20;
constexpr std::size_t picture_bytes = 4'194'304;

// A row of megabytes that a search finds by a few words.
struct picture {
  picture_id id;
  std::string title;
  std::int64_t rank = 0;
  std::optional<std::string> label;
  std::string content;
};
BOOST_DESCRIBE_STRUCT(picture, (), (id, title, rank, label, content))
record_description describe_record(record_of<picture>) {
  return record<picture>("pictures")
      .text(&picture::content, 0, picture_bytes)
      .index(&picture::rank)
      .unique(&picture::label)
      .searchable(&picture::title);
}

uuid numbered(std::uint64_t number) {
  uuid id;
  id.bytes[15] = static_cast<std::uint8_t>(number);
  return id;
}

// In bytes, as the system has seen them: "VmRSS", or "VmHWM", the most that it was.
std::size_t memory(std::string const& which) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(which + ':')) return std::stoull(line.substr(which.size() + 1)) * 1'024;
  throw std::runtime_error("the system does not tell " + which);
}

// How much memory f() took at its most.
template <class F>
std::size_t peak_of(F&& f) {
  ::malloc_trim(0);
  // So that VmHWM begins anew: proc(5).
  if (!(std::ofstream("/proc/self/clear_refs") << 5 << std::flush)) throw std::runtime_error("no peak to measure");
  auto const before = memory("VmRSS");
  f();
  return memory("VmHWM") - before;
}

// Whatever asks for all pictures is given one, with which it has its max_read_bytes, and takes no memory for the
// others.
class BoundedMemory : public ::testing::TestWithParam<std::shared_ptr<storage> (*)()> {
 protected:
  BoundedMemory() {
    std::vector<module_schema> const modules{module_schema("pictures").table<picture>()};
    sync_wait(store->migrate(std::make_shared<schema const>(modules))).value();
    picture one;
    one.title = "a picture of the sea";
    one.content.assign(picture_bytes, 'x');
    for (std::uint64_t n = 1; n <= pictures; ++n) {
      one.id = picture_id{numbered(n)};
      one.rank = static_cast<std::int64_t>(n);
      sync_wait(store->write(ours, batch().add(insert(one)))).value();
    }
  }

  template <class Query>
  void expect_bounded(Query const& q) {
    find(Query(q).limit(1));  // so that a connection has what it keeps
    rows found;
    auto const taken = peak_of([&] { found = find(Query(q).limit(max_rows)); });

    ASSERT_EQ(found.items.size(), 1U);
    EXPECT_EQ(from_row<picture>(found.items.front()).rank, std::int64_t(pictures));
    EXPECT_TRUE(found.more);
    EXPECT_LT(taken, pictures * picture_bytes / 2);
  }

 private:
  rows find(query q) { return sync_wait(store->read(ours, std::move(q))).value(); }
  rows find(text_query q) { return sync_wait(store->search(ours, std::move(q))).value(); }

  std::shared_ptr<storage> store = GetParam()();
  scope ours = testing::tenant_scope(tenant_id{numbered(100)});
};

TEST_P(BoundedMemory, IsWhatReadsAndSearchesOfLargeRowsTake) {
  expect_bounded(text_query("pictures", "sea picture"));
  expect_bounded(text_query("pictures", "\"the sea\""));
  expect_bounded(collection<picture>::all());
  expect_bounded(collection<picture>::all().where("rank", comparison::greater, value(std::int64_t(0))));
  expect_bounded(collection<picture>::all().where("label", comparison::is_null));
}

INSTANTIATE_TEST_SUITE_P(Sqlite, BoundedMemory, ::testing::Values(&tests::fresh_sqlite));
INSTANTIATE_TEST_SUITE_P(Postgres, BoundedMemory, ::testing::Values(&tests::fresh_postgres));

}  // namespace sambung::bounded_memory_test
