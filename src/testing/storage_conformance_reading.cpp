// Reading: orders, conditions, pages.
#include "testing/conformance_bench.hpp"

namespace sambung::testing::conformance {
namespace {

void reads_in_the_order_asked_for(bench& b) {
  for (std::uint64_t n = 1; n <= 6; ++n) {
    auto p = b.sample(n);
    p.name = n % 2 ? "odd" : "even";
    b.write(insert(p)).value();
  }

  EXPECT_EQ(b.ranks(all()), (numbers{6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(b.ranks(all().order({}, direction::ascending)), (numbers{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(b.ranks(by_name()), (numbers{2, 4, 6, 1, 3, 5}));
  EXPECT_EQ(b.ranks(all().order({"name"}, direction::descending)), (numbers{5, 3, 1, 6, 4, 2}));
  EXPECT_EQ(b.ranks(all().where("name", comparison::equal, value("odd"))), (numbers{5, 3, 1}));
  EXPECT_EQ(b.ranks(all().where("name", comparison::greater, value("even"))), (numbers{5, 3, 1}));
  EXPECT_EQ(b.ranks(all()
                        .where("name", comparison::greater_equal, value("even"))
                        .where("name", comparison::less, value("odd"))
                        .order({"name"}, direction::ascending)),
            (numbers{2, 4, 6}));
}

void orders_text_by_its_bytes(bench& b) {
  std::vector<std::string> const sorted{"", "A", "B", "Z", "_", "a", "aa", "b", "z", "é", "日", "😀"};
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    auto p = b.sample(100 - i);
    p.name = sorted[i];
    b.write(insert(p)).value();
  }
  std::vector<std::string> found;
  for (auto const& p : b.probes(by_name())) found.push_back(p.name);

  EXPECT_EQ(found, sorted);
}

void orders_numbers_by_their_size(bench& b) {
  std::uint64_t n = 0;
  for (double const d : {2.5, -1e300, 0.0, 10.0, -2.0, 1e-310}) {
    auto p = b.sample(++n);
    p.weight = d;
    b.write(insert(p)).value();
  }

  EXPECT_EQ(b.ranks(all().order({"weight"}, direction::ascending)), (numbers{2, 5, 3, 6, 1, 4}));
  EXPECT_EQ(b.ranks(all().where("weight", comparison::less, value(0.0)).order({"weight"}, direction::ascending)),
            (numbers{2, 5}));
}

void reads_by_two_columns(bench& b) {
  for (std::uint64_t n = 1; n <= 6; ++n) {
    auto p = b.sample(n);
    p.active = n > 3;
    p.made_at = timestamp(std::chrono::milliseconds(10 - n));
    b.write(insert(p)).value();
  }
  auto const active = [] { return all().where("active", comparison::equal, value(true)); };

  EXPECT_EQ(b.ranks(active().order({"made_at"}, direction::ascending)), (numbers{6, 5, 4}));
  EXPECT_EQ(b.ranks(active().where("made_at", comparison::less, value(std::int64_t(6)))), (numbers{6, 5}));
  EXPECT_EQ(b.ranks(all().order({"active", "made_at"}, direction::descending)), (numbers{4, 5, 6, 1, 2, 3}));
  EXPECT_EQ(b.ranks(all()
                        .where("owner_id", comparison::equal, value(numbered(7)))
                        .where("rank", comparison::equal, value(std::int64_t(2)))
                        .where("active", comparison::equal, value(false))),
            numbers{2});
}

void reads_rows_without_a_value(bench& b) {
  auto due = b.sample(1);
  due.due_at = timestamp(std::chrono::milliseconds(50));
  b.write(insert(due)).value();
  b.fill(2, 3);

  EXPECT_EQ(b.ranks(all().where("due_at", comparison::is_null)), (numbers{3, 2}));
  EXPECT_EQ(b.ranks(all().where("due_at", comparison::is_not_null)), numbers{1});
  EXPECT_EQ(b.ranks(all().where("due_at", comparison::less_equal, value(std::int64_t(50)))), numbers{1});
  EXPECT_EQ(b.ranks(all().where("due_at", comparison::equal, value())), numbers{});
}

// Large rows: a page ends at max_read_bytes, whatever its limit, and the next goes on behind it.
void ends_a_page_at_its_bytes(bench& b) {
  constexpr std::uint64_t count = 25;
  for (std::uint64_t n = 1; n <= count; ++n) b.body(n, std::string(99'000, 'x'));
  auto const bytes_of = [](std::vector<row> const& items) {
    std::size_t bytes = 0;
    for (auto const& item : items) bytes += text_bytes(item);
    return bytes;
  };

  std::size_t seen = 0;
  std::optional<row> place;
  for (bool more = true; more;) {
    query q = all().limit(max_rows);
    if (place) q = std::move(q).after(*place);
    auto const found = b.read(std::move(q)).value();
    ASSERT_FALSE(found.items.empty());
    auto const last = text_bytes(found.items.back());
    EXPECT_LT(bytes_of(found.items) - last, max_read_bytes);
    more = found.more;
    EXPECT_TRUE(!more || bytes_of(found.items) >= max_read_bytes);
    for (auto const& item : found.items) EXPECT_EQ(from_row<probe>(item).rank, std::int64_t(count - seen++));
    place = row{found.items.back().front()};
  }
  EXPECT_EQ(seen, count);

  auto const hits = sync_wait(b.store->search(b.ours, text_query("probes", "probe").limit(max_rows))).value();
  EXPECT_EQ(hits.items.size(), 11U);
  EXPECT_TRUE(hits.more);
  EXPECT_EQ(b.read(all().limit(3)).value().items.size(), 3U);
}

void goes_on_behind_a_place(bench& b) {
  b.fill(1, 5);

  auto const first = b.read(all().limit(2)).value();
  auto const second = b.read(all().limit(2).after({numbered(4)})).value();
  auto const last = b.read(all().limit(2).after({numbered(2)})).value();

  EXPECT_TRUE(first.more);
  EXPECT_TRUE(second.more);
  EXPECT_FALSE(last.more);
  EXPECT_EQ(b.ranks(all().limit(2).after({numbered(4)})), (numbers{3, 2}));
  EXPECT_EQ(b.ranks(by_name().after({std::string("probe 3"), numbered(3)})), (numbers{4, 5}));
  // A place that is of other rows than the conditions is in front of all of them, or behind.
  auto const third_behind = [&](char const* name, std::uint64_t key) {
    auto third = by_name().where("name", comparison::equal, value("probe 3"));
    return b.ranks(std::move(third).after({std::string(name), numbered(key)}));
  };
  EXPECT_EQ(third_behind("probe 1", 9), (numbers{3}));
  EXPECT_EQ(third_behind("probe 3", 9), (numbers{}));
  EXPECT_EQ(third_behind("probe 4", 1), (numbers{}));
  EXPECT_EQ(b.error_of(all().after({})), errc::invalid_argument);
  EXPECT_EQ(b.error_of(all().after({value()})), errc::invalid_argument);
  EXPECT_EQ(b.error_of(all().after({value("text")})), errc::invalid_argument);
}

void pages_stay_in_place_while_rows_come_and_go(bench& b) {
  b.fill(10, 19);
  collection<probe> const probes(*b.store, b.ours);
  auto const take = [&](std::optional<std::string> cursor) {
    return sync_wait(probes.list(probes.all(), page_request(3, std::move(cursor)))).value();
  };

  auto const first = take(std::nullopt);
  b.write(insert(b.sample(30))).value();
  b.write(erase<probe>(probe_id{numbered(17)})).value();
  b.write(erase<probe>(probe_id{numbered(15)})).value();
  b.write(insert(b.sample(5))).value();
  numbers seen;
  for (auto cursor = first.next_cursor; cursor;) {
    auto const next = take(cursor);
    for (auto const& p : next.items) seen.push_back(p.rank);
    cursor = next.next_cursor;
  }

  EXPECT_EQ(first.items.size(), 3U);
  EXPECT_EQ(seen, (numbers{16, 14, 13, 12, 11, 10, 5}));
}

void refuses_the_cursor_of_another_list(bench& b) {
  b.fill(1, 5);
  collection<probe> const probes(*b.store, b.ours);
  auto const cursor = sync_wait(probes.list(probes.all(), page_request(2))).value().next_cursor;
  auto const named = [&] { return probes.where(&probe::name, "x"); };
  auto const refused = [&](query q, std::string text) {
    return sync_wait(probes.list(std::move(q), page_request(2, std::move(text)))).error().code;
  };

  EXPECT_EQ(refused(named(), *cursor), errc::invalid_argument);
  EXPECT_EQ(refused(by_name(), *cursor), errc::invalid_argument);
  EXPECT_EQ(refused(all(), "nonsense"), errc::invalid_argument);
  EXPECT_EQ(refused(all(), *cursor + "AAAA"), errc::invalid_argument);
  EXPECT_EQ(refused(all(), cursor->substr(0, 12)), errc::invalid_argument);
  EXPECT_EQ(refused(all(), ""), errc::invalid_argument);
}

}  // namespace

cases reading() {
  return {
      {"ReadsInTheOrderAskedFor", reads_in_the_order_asked_for},
      {"OrdersTextByItsBytes", orders_text_by_its_bytes},
      {"OrdersNumbersByTheirSize", orders_numbers_by_their_size},
      {"ReadsByTwoColumns", reads_by_two_columns},
      {"ReadsRowsWithoutAValue", reads_rows_without_a_value},
      {"GoesOnBehindAPlace", goes_on_behind_a_place},
      {"EndsAPageAtItsBytes", ends_a_page_at_its_bytes},
      {"PagesStayInPlaceWhileRowsComeAndGo", pages_stay_in_place_while_rows_come_and_go},
      {"RefusesTheCursorOfAnotherList", refuses_the_cursor_of_another_list},
  };
}

}  // namespace sambung::testing::conformance
