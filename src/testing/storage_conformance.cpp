#include <sambung/testing/storage_conformance.hpp>

#include <sambung/testing/scopes.hpp>

#include "testing/probe.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <cmath>
#include <limits>
#include <thread>

namespace sambung::testing {
namespace {

constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
constexpr auto highest = std::numeric_limits<std::int64_t>::max();

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

query all() { return collection<probe>::all(); }
query by_name() { return all().order({"name"}, direction::ascending); }

// Columns and rows ---------------------------------------------------------------------------------------------------

void inserts_every_type_of_value(bench& b) {
  auto p = b.sample(1);
  p.label = "a label";
  p.active = true;
  p.weight = 0.1;
  p.made_at = timestamp(std::chrono::milliseconds(1'700'000'000'123));
  p.due_at = timestamp(std::chrono::milliseconds(-1));
  p.color = probe_color::blue;
  p.tags = {"x", "", "\"quoted\""};
  p.extra = boost::json::object{{"deep", {{"list", {1, 2.5, nullptr, "é"}}}}};

  auto const done = b.write(insert(p));

  EXPECT_EQ(done.value().rows, 1U);
  EXPECT_EQ(b.find(p.id), p);
}

void keeps_null_and_empty_text_apart(bench& b) {
  auto with = b.sample(1), without = b.sample(2);
  with.label = "";
  b.write(insert(with)).value();
  b.write(insert(without)).value();

  EXPECT_EQ(b.find(with.id)->label, "");
  EXPECT_EQ(b.find(without.id)->label, std::nullopt);
  EXPECT_EQ(b.ranks(all().where("label", comparison::equal, value(""))), numbers{1});
  EXPECT_EQ(b.ranks(all().where("label", comparison::is_null)), numbers{2});
}

void keeps_text_byte_for_byte(bench& b) {
  std::vector<std::string> const texts{"it's \"quoted\"",
                                       "100% _sure_ \\ \\n",
                                       "'; DROP TABLE probes; --",
                                       "😀👩‍👩‍👧",
                                       "e\xCC\x81 is not \xC3\xA9",
                                       " \t\r\n ",
                                       "\x01\x7f",
                                       "$1 ?1 :a @b",
                                       std::string(200, 'x')};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto p = b.sample(i);
    p.name = texts[i];
    b.write(insert(p)).value();
    EXPECT_EQ(b.find(p.id)->name, texts[i]);
    EXPECT_EQ(b.ranks(all().where("name", comparison::equal, value(texts[i]))), numbers{p.rank}) << texts[i];
  }
}

void keeps_the_limits_of_integers(bench& b) {
  for (auto const number : {lowest, lowest + 1, std::int64_t(-1), std::int64_t(0), highest}) {
    auto p = b.sample(static_cast<std::uint64_t>(number));
    p.revision = number;
    b.write(insert(p)).value();
    EXPECT_EQ(b.find(p.id)->revision, number);
    EXPECT_EQ(b.find(p.id)->rank, number);
  }
}

void keeps_doubles_exactly(bench& b) {
  using limits = std::numeric_limits<double>;
  std::uint64_t number = 0;
  for (double const d : {0.1, -0.1, 1e300, limits::denorm_min(), limits::min(), limits::max(), limits::lowest(),
                         9007199254740993.0, 3.0, 1e15, -1e-320}) {
    auto p = b.sample(++number);
    p.weight = d;
    b.write(insert(p)).value();
    EXPECT_EQ(b.find(p.id)->weight, d);
    EXPECT_EQ(b.ranks(all().where("weight", comparison::equal, value(d))), numbers{p.rank}) << d;
  }
}

void stores_minus_zero_as_zero(bench& b) {
  auto p = b.sample(1);
  p.weight = -0.0;
  b.write(insert(p)).value();

  EXPECT_FALSE(std::signbit(b.find(p.id)->weight));
  EXPECT_EQ(b.ranks(all().where("weight", comparison::equal, value(-0.0))), numbers{1});
}

void keeps_any_timestamp(bench& b) {
  std::uint64_t number = 0;
  for (auto const ms : {lowest, std::int64_t(-62'135'596'800'000), std::int64_t(-1), std::int64_t(0), highest}) {
    auto p = b.sample(++number);
    p.made_at = timestamp(std::chrono::milliseconds(ms));
    b.write(insert(p)).value();
    EXPECT_EQ(b.find(p.id)->made_at, p.made_at);
  }
}

void keeps_large_rows(bench& b) {
  auto p = b.sample(1);
  p.body = std::string(100'000, 'y');
  b.write(insert(p)).value();

  EXPECT_EQ(b.find(p.id)->body.size(), 100'000U);
}

// Refusals -----------------------------------------------------------------------------------------------------------

void refuses_values_that_do_not_fit(bench& b) {
  auto const refused = [&](auto spoil) {
    auto c = std::get<insert_row>(insert(b.sample(1)));
    spoil(c.values);
    EXPECT_EQ(b.error_of(c), errc::invalid_argument);
  };
  refused([](row& r) { r[2] = std::string("a\0b", 3); });
  refused([](row& r) { r[2] = std::string("\xff"); });
  refused([](row& r) { r[2] = std::string(201, 'x'); });
  refused([](row& r) { r[2] = value(); });
  refused([](row& r) { r[2] = std::int64_t(1); });
  refused([](row& r) { r[5] = 1.5; });
  refused([](row& r) { r[6] = std::numeric_limits<double>::quiet_NaN(); });
  refused([](row& r) { r[6] = std::numeric_limits<double>::infinity(); });
  refused([](row& r) { r[10] = std::string("{not json"); });
  refused([](row& r) { r[10] = std::string(R"("\u0000")"); });
  refused([](row& r) { r.pop_back(); });
  refused([](row& r) { r.push_back(value()); });
  EXPECT_EQ(b.ranks(all()), numbers{});
}

void names_every_fault_of_a_batch(bench& b) {
  auto broken = std::get<insert_row>(insert(b.sample(1)));
  broken.values[2] = value();
  broken.values[4] = value();
  batch several;
  several.add(insert(b.sample(2))).add(broken).add(update<probe>(probe_id{}).set(&probe::name, "a\xff"));

  auto const why = b.write(several).error();

  EXPECT_EQ(why.code, errc::invalid_argument);
  ASSERT_EQ(why.issues.size(), 3U);
  EXPECT_EQ(why.issues[0].path, "changes[1].name");
  EXPECT_EQ(why.issues[1].path, "changes[1].active");
  EXPECT_EQ(why.issues[2].path, "changes[2].name");
  EXPECT_EQ(b.ranks(all()), numbers{});
}

void refuses_unknown_tables_and_columns(bench& b) {
  EXPECT_EQ(b.error_of(insert_row{"nothing", {}}), errc::invalid_argument);
  EXPECT_EQ(b.error_of(update_row{"probes", numbered(1), {{"nothing", value()}}, {}}), errc::invalid_argument);
  EXPECT_EQ(b.error_of(update_row{"probes", numbered(1), {{"id", numbered(2)}}, {}}), errc::invalid_argument);
  EXPECT_EQ(b.error_of(update_row{"probes", numbered(1), {}, {}}), errc::invalid_argument);
  EXPECT_EQ(b.error_of(erase_row{"probes", std::string("1"), {}}), errc::invalid_argument);
  EXPECT_EQ(b.error_of(erase_row{"probes", value(), {}}), errc::invalid_argument);
  EXPECT_EQ(b.error_of(query("nothing")), errc::invalid_argument);
  EXPECT_EQ(b.error_of(all().where("nothing", comparison::equal, value())), errc::invalid_argument);
  EXPECT_EQ(b.error_of(all().order({"nothing"}, direction::ascending)), errc::invalid_argument);
}

void refuses_queries_that_no_index_covers(bench& b) {
  EXPECT_EQ(b.error_of(all().where("revision", comparison::equal, value(std::int64_t(1)))), errc::invalid_argument);
  EXPECT_EQ(b.error_of(all().order({"revision"}, direction::ascending)), errc::invalid_argument);
  EXPECT_EQ(b.error_of(all().order({"label"}, direction::ascending)), errc::invalid_argument);
  EXPECT_EQ(b.error_of(all().where("made_at", comparison::less, value(std::int64_t(1)))), errc::invalid_argument);
  EXPECT_EQ(b.error_of(all().where("name", comparison::not_equal, value("x"))), errc::invalid_argument);
  EXPECT_EQ(b.error_of(all().where("tags", comparison::equal, value("[]"))), errc::invalid_argument);
  EXPECT_EQ(b.error_of(all().where("name", comparison::equal, value(true))), errc::invalid_argument);
}

void refuses_limits_out_of_range(bench& b) {
  EXPECT_EQ(b.error_of(all().limit(0)), errc::invalid_argument);
  EXPECT_EQ(b.error_of(all().limit(max_rows + 1)), errc::invalid_argument);
  EXPECT_TRUE(b.read(all().limit(max_rows)));
}

void refuses_batches_over_the_limits(bench& b) {
  batch many;
  for (std::size_t i = 0; i <= max_batch_changes; ++i) many.add(require<probe>(probe_id{}));

  auto const refused = b.write(std::move(many));

  EXPECT_EQ(refused.error().code, errc::payload_too_large);
}

void takes_a_batch_of_the_largest_size(bench& b) {
  batch many;
  for (std::size_t i = 0; i < max_batch_changes; ++i) {
    probe_counter c;
    c.name = "c" + std::to_string(i);
    many.add(insert(c));
  }

  auto const done = b.write(std::move(many));

  EXPECT_EQ(done.value().rows, max_batch_changes);
}

void takes_an_empty_batch(bench& b) { EXPECT_EQ(b.write(batch()).value().rows, 0U); }

// Changes ------------------------------------------------------------------------------------------------------------

void refuses_a_second_row_with_the_same_key(bench& b) {
  b.write(insert(b.sample(1))).value();
  auto again = b.sample(1);
  again.rank = 99;

  EXPECT_EQ(b.error_of(insert(again)), errc::already_exists);
  EXPECT_EQ(b.find(again.id)->rank, 1);
}

void keeps_unique_indexes_unique_except_for_nulls(bench& b) {
  auto first = b.sample(1), second = b.sample(2), third = b.sample(3), fourth = b.sample(4);
  first.label = "taken";
  second.label = "taken";
  b.write(insert(first)).value();

  EXPECT_EQ(b.error_of(insert(second)), errc::already_exists);
  EXPECT_TRUE(b.write(insert(third)));
  EXPECT_TRUE(b.write(insert(fourth)));
  EXPECT_EQ(b.error_of(update<probe>(third.id).set(&probe::label, "taken")), errc::already_exists);
  EXPECT_TRUE(b.write(update<probe>(first.id).set(&probe::label, "taken")));
  EXPECT_TRUE(b.write(update<probe>(first.id).set(&probe::label, std::nullopt)));
  EXPECT_TRUE(b.write(insert(second)));
}

void frees_a_unique_value_when_its_row_goes(bench& b) {
  auto first = b.sample(1), second = b.sample(2);
  first.label = second.label = "one";
  b.write(insert(first)).value();

  EXPECT_TRUE(b.write(batch().add(erase<probe>(first.id)).add(insert(second))));
  EXPECT_EQ(b.ranks(all()), numbers{2});
}

void updates_the_named_columns_only(bench& b) {
  auto p = b.sample(1);
  b.write(insert(p)).value();

  auto const done = b.write(update<probe>(p.id).set(&probe::name, "new").set(&probe::active, true));

  p.name = "new";
  p.active = true;
  EXPECT_EQ(done.value().rows, 1U);
  EXPECT_EQ(b.find(p.id), p);
}

void updates_only_when_every_condition_holds(bench& b) {
  auto const p = b.sample(1);
  b.write(insert(p)).value();

  EXPECT_EQ(b.error_of(update<probe>(p.id).set(&probe::name, "x").when(&probe::revision, 1)), errc::conflict);
  EXPECT_EQ(b.error_of(update<probe>(probe_id{}).set(&probe::name, "x").when(&probe::revision, 0)), errc::not_found);
  EXPECT_TRUE(b.write(update<probe>(p.id).set(&probe::revision, 1).when(&probe::revision, 0).when(&probe::rank, 1)));
  EXPECT_EQ(b.find(p.id)->revision, 1);
}

void knows_every_comparison(bench& b) {
  auto p = b.sample(1);
  p.rank = 5;
  b.write(insert(p)).value();
  auto const holds = [&](std::string column, comparison op, value operand) {
    return b.write(require_row{"probes", p.id.value, {condition(std::move(column), op, std::move(operand))}})
        .has_value();
  };
  auto const number = [](std::int64_t n) { return value(n); };

  EXPECT_TRUE(holds("rank", comparison::equal, number(5)));
  EXPECT_FALSE(holds("rank", comparison::equal, number(4)));
  EXPECT_TRUE(holds("rank", comparison::not_equal, number(4)));
  EXPECT_FALSE(holds("rank", comparison::not_equal, number(5)));
  EXPECT_TRUE(holds("rank", comparison::less, number(6)));
  EXPECT_FALSE(holds("rank", comparison::less, number(5)));
  EXPECT_TRUE(holds("rank", comparison::less_equal, number(5)));
  EXPECT_TRUE(holds("rank", comparison::greater, number(4)));
  EXPECT_FALSE(holds("rank", comparison::greater, number(5)));
  EXPECT_TRUE(holds("rank", comparison::greater_equal, number(5)));
  EXPECT_TRUE(holds("label", comparison::is_null, value()));
  EXPECT_FALSE(holds("label", comparison::is_not_null, value()));
  EXPECT_TRUE(holds("extra", comparison::is_null, value()));
  for (auto const op : {comparison::equal, comparison::not_equal, comparison::less, comparison::greater_equal}) {
    EXPECT_FALSE(holds("label", op, value()));
    EXPECT_FALSE(holds("label", op, value("x")));
    EXPECT_FALSE(holds("rank", op, value()));
  }
}

void erases_rows(bench& b) {
  b.fill(1, 2);

  EXPECT_EQ(b.error_of(erase<probe>(probe_id{numbered(1)}).when(&probe::rank, 9)), errc::conflict);
  EXPECT_EQ(b.write(erase<probe>(probe_id{numbered(1)}).when(&probe::rank, 1)).value().rows, 1U);
  EXPECT_EQ(b.error_of(erase<probe>(probe_id{numbered(1)})), errc::not_found);
  EXPECT_EQ(b.ranks(all()), numbers{2});
}

void requires_without_changing(bench& b) {
  b.fill(1, 1);
  probe_id const id{numbered(1)};

  EXPECT_EQ(b.write(require<probe>(id)).value().rows, 0U);
  EXPECT_TRUE(b.write(require<probe>(id).when(&probe::rank, 1)));
  EXPECT_EQ(b.error_of(require<probe>(id).when(&probe::rank, 2)), errc::conflict);
  EXPECT_EQ(b.error_of(require<probe>(probe_id{})), errc::not_found);
}

void increments_or_inserts(bench& b) {
  probe_counter const first{"a", 1, 10, "first"}, second{"a", 2, 20, "second"};

  EXPECT_EQ(b.write(increment(first, &probe_counter::hits)).value().rows, 1U);
  EXPECT_EQ(b.write(increment(second, &probe_counter::hits, &probe_counter::tokens)).value().rows, 1U);

  auto const stored = sync_wait(collection<probe_counter>(*b.store, b.ours).get(std::string("a"))).value();
  EXPECT_EQ(stored.hits, 3);
  EXPECT_EQ(stored.tokens, 30);
  EXPECT_EQ(stored.note, "first");
}

void adds_nothing_to_a_row_that_is_there(bench& b) {
  EXPECT_TRUE(b.write(increment(probe_counter{"a", 1, 0, "first"})));
  EXPECT_TRUE(b.write(increment(probe_counter{"a", 2, 0, "second"})));
  EXPECT_EQ(b.hits("a"), 1);
}

void refuses_sums_out_of_range(bench& b) {
  b.write(increment(probe_counter{"up", highest, 0, ""}, &probe_counter::hits)).value();
  b.write(increment(probe_counter{"down", lowest, 0, ""}, &probe_counter::hits)).value();

  probe_counter const fresh{"new", 1, 0, ""};
  probe_counter const one_more{"up", 1, 0, ""};
  auto const why =
      b.write(batch().add(increment(fresh, &probe_counter::hits)).add(increment(one_more, &probe_counter::hits)));

  EXPECT_EQ(why.error().code, errc::invalid_argument);
  EXPECT_EQ(why.error().issues.front().path, "changes[1]");
  EXPECT_EQ(b.error_of(increment(probe_counter{"down", -1, 0, ""}, &probe_counter::hits)), errc::invalid_argument);
  EXPECT_EQ(b.hits("up"), highest);
  EXPECT_EQ(b.hits("down"), lowest);
  EXPECT_EQ(b.read(query("probe_counters")).value().items.size(), 2U);
  EXPECT_TRUE(b.write(increment(probe_counter{"up", -1, 0, ""}, &probe_counter::hits)));
}

void refuses_to_add_to_what_is_no_number(bench& b) {
  auto const c = std::get<increment_row>(increment(probe_counter{"a", 1, 1, ""}));
  for (std::string const column : {"name", "note", "nothing"}) {
    auto spoiled = c;
    spoiled.add = {column};
    EXPECT_EQ(b.error_of(spoiled), errc::invalid_argument) << column;
  }
}

void does_a_batch_in_order(bench& b) {
  auto const p = b.sample(1);
  batch steps;
  steps.add(insert(p))
      .add(require<probe>(p.id).when(&probe::revision, 0))
      .add(update<probe>(p.id).set(&probe::revision, 1).when(&probe::revision, 0))
      .add(require<probe>(p.id).when(&probe::revision, 1))
      .add(erase<probe>(p.id))
      .add(insert(p));

  EXPECT_EQ(b.write(steps).value().rows, 4U);
  EXPECT_EQ(b.find(p.id), p);
}

void does_all_of_a_batch_or_nothing(bench& b) {
  b.fill(1, 3);
  auto const before = b.probes(all());
  std::vector<std::pair<change, errc>> const failing{
      {insert(b.sample(2)), errc::already_exists},
      {update<probe>(probe_id{}).set(&probe::name, "x"), errc::not_found},
      {update<probe>(probe_id{numbered(2)}).set(&probe::name, "x").when(&probe::rank, 0), errc::conflict},
      {erase<probe>(probe_id{}), errc::not_found},
      {require<probe>(probe_id{numbered(3)}).when(&probe::rank, 0), errc::conflict}};
  for (auto const& [bad, code] : failing) {
    batch steps;
    steps.add(insert(b.sample(4)))
        .add(update<probe>(probe_id{numbered(1)}).set(&probe::name, "changed"))
        .add(erase<probe>(probe_id{numbered(2)}))
        .add(insert(b.sample(2)))
        .add(increment(probe_counter{"a", 1, 1, ""}, &probe_counter::hits))
        .add(bad)
        .add(insert(b.sample(5)));

    auto const why = b.write(steps).error();

    EXPECT_EQ(why.code, code);
    ASSERT_EQ(why.issues.size(), code == errc::conflict ? 2U : 1U);
    EXPECT_EQ(why.issues.front().path, "changes[5]");
    EXPECT_EQ(b.probes(all()), before);
    EXPECT_TRUE(b.read(query("probe_counters")).value().items.empty());
    EXPECT_EQ(b.search("changed"), numbers{});
  }
}

void names_the_columns_whose_conditions_do_not_hold(bench& b) {
  auto p = b.sample(1);
  p.due_at.reset();
  b.write(insert(p)).value();
  auto const lost = [&](change c) {
    std::vector<std::string> paths;
    auto const fresh = b.sample(2);
    auto const why = b.write(batch().add(insert(fresh)).add(std::move(c))).error();
    EXPECT_EQ(why.code, errc::conflict);
    for (auto const& one : why.issues) paths.push_back(one.path);
    return paths;
  };
  using paths = std::vector<std::string>;
  auto const stale = p.revision + 1;

  EXPECT_EQ(lost(update<probe>(p.id).set(&probe::name, "x").when(&probe::revision, stale).when(&probe::rank, p.rank)),
            (paths{"changes[1]", "changes[1].revision"}));
  EXPECT_EQ(lost(erase<probe>(p.id)
                     .when(&probe::name, p.name)
                     .when(&probe::revision, stale)
                     .when(where(&probe::due_at, comparison::less, std::optional(p.made_at)))),
            (paths{"changes[1]", "changes[1].revision", "changes[1].due_at"}));
  EXPECT_EQ(lost(require<probe>(p.id).when(condition("due_at", comparison::is_not_null))),
            (paths{"changes[1]", "changes[1].due_at"}));
}

// Reading ------------------------------------------------------------------------------------------------------------

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

// Tenants ------------------------------------------------------------------------------------------------------------

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

// Searching ----------------------------------------------------------------------------------------------------------

void finds_rows_with_every_word(bench& b) {
  b.body(1, "The quick brown fox");
  b.body(2, "A quick-witted reply, brown paper.");
  b.body(3, "quicksilver and brownies");

  EXPECT_EQ(b.search("quick"), (numbers{2, 1}));
  EXPECT_EQ(b.search("QUICK Brown"), (numbers{2, 1}));
  EXPECT_EQ(b.search("quick fox"), numbers{1});
  EXPECT_EQ(b.search("probe quick"), (numbers{2, 1}));
  EXPECT_EQ(b.search("missing quick"), numbers{});
  EXPECT_EQ(b.search(""), numbers{});
  EXPECT_EQ(b.search(" -- * \" "), numbers{});
}

void takes_operators_literally(bench& b) {
  b.body(1, "apples and oranges");
  b.body(2, "apples only");
  b.body(3, "100% sure_thing c:\\temp near");

  EXPECT_EQ(b.search("apples AND oranges"), numbers{1});
  EXPECT_EQ(b.search("apples OR pears"), numbers{});
  EXPECT_EQ(b.search("apples NOT oranges"), numbers{});
  EXPECT_EQ(b.search("app*"), numbers{});
  EXPECT_EQ(b.search("\"apples only\""), numbers{2});
  EXPECT_EQ(b.search("body:apples"), numbers{});
  EXPECT_EQ(b.search("^apples"), (numbers{2, 1}));
  EXPECT_EQ(b.search("NEAR(apples oranges)"), numbers{});
  EXPECT_EQ(b.search("sure_thing"), numbers{3});
  EXPECT_EQ(b.search("%"), numbers{});
  EXPECT_EQ(b.search("') --"), numbers{});
  EXPECT_EQ(b.search("{apples} + (only)"), numbers{2});
}

void finds_words_of_other_scripts(bench& b) {
  b.body(1, "Crème brûlée — délicieux!");
  b.body(2, "Привет, мир 😀");
  b.body(3, "hello😀world “quoted”");
  b.body(4, "日本語");

  EXPECT_EQ(b.search("crème"), numbers{1});
  EXPECT_EQ(b.search("BRÛLÉE délicieux"), numbers{1});
  EXPECT_EQ(b.search("creme"), numbers{});
  EXPECT_EQ(b.search("ПРИВЕТ"), numbers{2});
  EXPECT_EQ(b.search("мир 😀"), numbers{2});
  EXPECT_EQ(b.search("world hello quoted"), numbers{3});
  EXPECT_EQ(b.search("日本語"), numbers{4});
}

void forgets_words_that_are_gone(bench& b) {
  b.body(1, "before");
  probe_id const id{numbered(1)};

  b.write(update<probe>(id).set(&probe::body, "after")).value();
  EXPECT_EQ(b.search("before"), numbers{});
  EXPECT_EQ(b.search("after"), numbers{1});

  b.write(erase<probe>(id)).value();
  EXPECT_EQ(b.search("after"), numbers{});
}

void pages_through_what_it_found(bench& b) {
  for (std::uint64_t n = 1; n <= 5; ++n) b.body(n, n == 3 ? "other" : "same words");
  auto const words = [] { return text_query("probes", "same"); };

  EXPECT_EQ(b.search(words().limit(2)), (numbers{5, 4}));
  EXPECT_EQ(b.search(words().after(numbered(4)).limit(2)), (numbers{2, 1}));
  EXPECT_EQ(b.search(words().where(where(&probe::rank, std::int64_t(2)))), numbers{2});
  EXPECT_TRUE(sync_wait(b.store->search(b.ours, words().limit(3))).value().more);
  EXPECT_FALSE(sync_wait(b.store->search(b.ours, words().limit(4))).value().more);
}

void refuses_wrong_searches(bench& b) {
  auto const refused = [&](text_query q) { return sync_wait(b.store->search(b.ours, std::move(q))).error().code; };

  EXPECT_EQ(refused(text_query("probe_counters", "x")), errc::invalid_argument);
  EXPECT_EQ(refused(text_query("nothing", "x")), errc::invalid_argument);
  EXPECT_EQ(refused(text_query("probes", "x").limit(0)), errc::invalid_argument);
  EXPECT_EQ(refused(text_query("probes", std::string("\0", 1))), errc::invalid_argument);
  EXPECT_EQ(refused(text_query("probes", std::string(max_search_bytes + 1, 'x'))), errc::invalid_argument);
  EXPECT_EQ(refused(text_query("probes", "x").after(value())), errc::invalid_argument);
}

void takes_searches_of_many_words(bench& b) {
  std::string many;
  for (int i = 0; i < 512; ++i) many += "a ";
  b.body(1, "a");

  EXPECT_EQ(b.search(many), numbers{1});
}

// Concurrency --------------------------------------------------------------------------------------------------------

// Runs `count` coroutines of make(i) on two threads.
template <class Make>
void together(std::size_t count, Make make) {
  boost::asio::io_context context(2);
  for (std::size_t i = 0; i < count; ++i)
    boost::asio::co_spawn(context, make(i), [](std::exception_ptr thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
  std::thread other([&] { context.run(); });
  context.run();
  other.join();
}

void sums_concurrent_increments_exactly(bench& b) {
  auto const add = [&](std::size_t) -> task<void> {
    for (int i = 0; i < 25; ++i) {
      batch one;
      one.add(increment(probe_counter{"sum", 1, 2, ""}, &probe_counter::hits, &probe_counter::tokens));
      auto const done = co_await b.store->write(b.ours, std::move(one));
      EXPECT_TRUE(done);
    }
  };
  together(16, add);

  EXPECT_EQ(b.hits("sum"), 400);
}

void lets_exactly_one_of_many_win(bench& b) {
  auto const p = b.sample(1);
  b.write(insert(p)).value();
  for (std::int64_t round = 0; round < 10; ++round) {
    std::atomic<int> won = 0, conflicts = 0;
    auto const race = [&](std::size_t) -> task<void> {
      change mine = update<probe>(p.id).set(&probe::revision, round + 1).when(&probe::revision, round);
      batch one;
      one.add(std::move(mine));
      auto const done = co_await b.store->write(b.ours, std::move(one));
      if (done) ++won;
      else if (done.error().code == errc::conflict) ++conflicts;
    };
    together(8, race);
    EXPECT_EQ(won, 1);
    EXPECT_EQ(conflicts, 7);
  }
}

void isolates_failing_batches_from_their_neighbours(bench& b) {
  std::atomic<int> refused = 0;
  auto const write = [&](std::size_t i) -> task<void> {
    for (std::uint64_t n = 0; n < 10; ++n) {
      batch two;
      two.add(insert(b.sample(i * 100 + n)));
      if (i % 2) two.add(require<probe>(probe_id{numbered(999'999)}));
      auto const done = co_await b.store->write(b.ours, std::move(two));
      if (!done) ++refused;
    }
  };
  together(16, write);

  EXPECT_EQ(refused, 80);
  EXPECT_EQ(b.ranks(all().limit(1000)).size(), 80U);
}

void reads_what_was_written_before(bench& b) {
  auto const write_and_read = [&](std::size_t i) -> task<void> {
    collection<probe> const probes(*b.store, b.ours);
    for (std::uint64_t n = 0; n < 20; ++n) {
      auto const p = b.sample(i * 100 + n);
      batch one;
      one.add(insert(p));
      auto const done = co_await b.store->write(b.ours, std::move(one));
      EXPECT_TRUE(done);
      auto const found = co_await probes.get(p.id);
      EXPECT_TRUE(found);
    }
  };
  together(8, write_and_read);
}

// Taking stock -------------------------------------------------------------------------------------------------------

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

// Migration ----------------------------------------------------------------------------------------------------------

void migrates_twice_to_the_same(bench& b) {
  b.fill(1, 2);

  EXPECT_TRUE(sync_wait(b.store->migrate(probe_schema())));
  EXPECT_EQ(b.ranks(all()), (numbers{2, 1}));
  EXPECT_TRUE(b.write(insert(b.sample(3))));
}

void takes_a_module_more(bench& b) {
  b.fill(1, 1);
  auto const two = std::make_shared<schema const>(std::vector<module_schema>{
      module_schema("probes").table<probe>().table<probe_counter>().table<probe_setting>(), module_schema("empty")});

  EXPECT_TRUE(sync_wait(b.store->migrate(two)));
  EXPECT_EQ(b.ranks(all()), numbers{1});
}

void refuses_a_database_that_is_newer(bench& b) {
  auto const with = [](int version) {
    auto module = module_schema("probes").table<probe>().table<probe_counter>().table<probe_setting>();
    for (int v = 2; v <= version; ++v) module.migrate(v, {});
    return std::make_shared<schema const>(std::vector<module_schema>{module});
  };
  b.fill(1, 1);
  sync_wait(b.store->migrate(with(3))).value();

  EXPECT_EQ(sync_wait(b.store->migrate(with(2))).error().code, errc::unsupported);
  EXPECT_EQ(b.ranks(all()), numbers{1});
}

void answers_checks(bench& b) { EXPECT_TRUE(sync_wait(b.store->check())); }

struct conformance_case {
  char const* name;
  void (*run)(bench&);
};

constexpr conformance_case cases[]{
    {"InsertsEveryTypeOfValue", inserts_every_type_of_value},
    {"KeepsNullAndEmptyTextApart", keeps_null_and_empty_text_apart},
    {"KeepsTextByteForByte", keeps_text_byte_for_byte},
    {"KeepsTheLimitsOfIntegers", keeps_the_limits_of_integers},
    {"KeepsDoublesExactly", keeps_doubles_exactly},
    {"StoresMinusZeroAsZero", stores_minus_zero_as_zero},
    {"KeepsAnyTimestamp", keeps_any_timestamp},
    {"KeepsLargeRows", keeps_large_rows},
    {"RefusesValuesThatDoNotFit", refuses_values_that_do_not_fit},
    {"NamesEveryFaultOfABatch", names_every_fault_of_a_batch},
    {"RefusesUnknownTablesAndColumns", refuses_unknown_tables_and_columns},
    {"RefusesQueriesThatNoIndexCovers", refuses_queries_that_no_index_covers},
    {"RefusesLimitsOutOfRange", refuses_limits_out_of_range},
    {"RefusesBatchesOverTheLimits", refuses_batches_over_the_limits},
    {"TakesABatchOfTheLargestSize", takes_a_batch_of_the_largest_size},
    {"TakesAnEmptyBatch", takes_an_empty_batch},
    {"RefusesASecondRowWithTheSameKey", refuses_a_second_row_with_the_same_key},
    {"KeepsUniqueIndexesUniqueExceptForNulls", keeps_unique_indexes_unique_except_for_nulls},
    {"FreesAUniqueValueWhenItsRowGoes", frees_a_unique_value_when_its_row_goes},
    {"UpdatesTheNamedColumnsOnly", updates_the_named_columns_only},
    {"UpdatesOnlyWhenEveryConditionHolds", updates_only_when_every_condition_holds},
    {"KnowsEveryComparison", knows_every_comparison},
    {"ErasesRows", erases_rows},
    {"RequiresWithoutChanging", requires_without_changing},
    {"IncrementsOrInserts", increments_or_inserts},
    {"AddsNothingToARowThatIsThere", adds_nothing_to_a_row_that_is_there},
    {"RefusesSumsOutOfRange", refuses_sums_out_of_range},
    {"RefusesToAddToWhatIsNoNumber", refuses_to_add_to_what_is_no_number},
    {"DoesABatchInOrder", does_a_batch_in_order},
    {"DoesAllOfABatchOrNothing", does_all_of_a_batch_or_nothing},
    {"NamesTheColumnsWhoseConditionsDoNotHold", names_the_columns_whose_conditions_do_not_hold},
    {"ReadsInTheOrderAskedFor", reads_in_the_order_asked_for},
    {"OrdersTextByItsBytes", orders_text_by_its_bytes},
    {"OrdersNumbersByTheirSize", orders_numbers_by_their_size},
    {"ReadsByTwoColumns", reads_by_two_columns},
    {"ReadsRowsWithoutAValue", reads_rows_without_a_value},
    {"GoesOnBehindAPlace", goes_on_behind_a_place},
    {"EndsAPageAtItsBytes", ends_a_page_at_its_bytes},
    {"PagesStayInPlaceWhileRowsComeAndGo", pages_stay_in_place_while_rows_come_and_go},
    {"RefusesTheCursorOfAnotherList", refuses_the_cursor_of_another_list},
    {"KeepsTenantsApart", keeps_tenants_apart},
    {"KeepsCountersOfTenantsApart", keeps_counters_of_tenants_apart},
    {"KeepsSystemTablesFromTenants", keeps_system_tables_from_tenants},
    {"FindsRowsWithEveryWord", finds_rows_with_every_word},
    {"TakesOperatorsLiterally", takes_operators_literally},
    {"FindsWordsOfOtherScripts", finds_words_of_other_scripts},
    {"ForgetsWordsThatAreGone", forgets_words_that_are_gone},
    {"PagesThroughWhatItFound", pages_through_what_it_found},
    {"RefusesWrongSearches", refuses_wrong_searches},
    {"TakesSearchesOfManyWords", takes_searches_of_many_words},
    {"SumsConcurrentIncrementsExactly", sums_concurrent_increments_exactly},
    {"LetsExactlyOneOfManyWin", lets_exactly_one_of_many_win},
    {"IsolatesFailingBatchesFromTheirNeighbours", isolates_failing_batches_from_their_neighbours},
    {"ReadsWhatWasWrittenBefore", reads_what_was_written_before},
    {"ListsTheTenantsThatHaveRows", lists_the_tenants_that_have_rows},
    {"TellsTenantsToTheSystemAlone", tells_tenants_to_the_system_alone},
    {"MigratesTwiceToTheSame", migrates_twice_to_the_same},
    {"TakesAModuleMore", takes_a_module_more},
    {"RefusesADatabaseThatIsNewer", refuses_a_database_that_is_newer},
    {"AnswersChecks", answers_checks},
};

class conformance_test : public ::testing::Test {
 public:
  conformance_test(storage_factory make, void (*run)(bench&)) : make_(std::move(make)), run_(run) {}

  void TestBody() override {
    bench b(make_());
    run_(b);
  }

 private:
  storage_factory make_;
  void (*run_)(bench&);
};

}  // namespace

void register_storage_conformance(std::string const& suite, storage_factory make) {
  for (auto const& one : cases)
    ::testing::RegisterTest(suite.c_str(), one.name, nullptr, nullptr, __FILE__, __LINE__,
                            [make, run = one.run]() -> ::testing::Test* { return new conformance_test(make, run); });
}

}  // namespace sambung::testing
