// Copies of whole storages: complete, interrupted, and tampered with.
#include <sambung/records/active_turn.hpp>
#include <sambung/records/idempotency_record.hpp>
#include <sambung/storage/copy.hpp>
#include <sambung/storage/memory.hpp>
#include <sambung/storage/sqlite/sqlite.hpp>
#include <sambung/testing/scopes.hpp>

#include "support/desk.hpp"
#include "support/postgres_database.hpp"
#include "temporary_folder.hpp"
#include "testing/probe.hpp"

#include <gtest/gtest.h>

#include <map>

namespace sambung::copy_test {
namespace {

using testing::numbered;
using testing::system_scope;
using testing::tenant_scope;

std::vector<row> all_rows(storage& in, scope who, record_description const& table) {
  std::vector<row> all;
  std::optional<value> last;
  for (bool more = true; more;) {
    query q = query(table.table).order({table.fields.front().name}, direction::ascending).limit(197);
    if (last) q = std::move(q).after({*last});
    auto page = sync_wait(in.read(who, q)).value();
    more = page.more;
    for (auto& one : page.items) all.push_back(std::move(one));
    if (!all.empty()) last = all.back().front();
  }
  return all;
}

// Every row, by table and tenant.
using contents = std::map<std::pair<std::string, std::string>, std::vector<row>>;
contents contents_of(storage& in) {
  contents all;
  auto const s = standard_schema();
  sync_wait(in.migrate(s)).value();
  auto const tenants = all_rows(in, system_scope(), *s->find("tenants"));
  for (auto const& table : s->modules().front().tables()) {
    if (table.scope == table_scope::system) all[{table.table, ""}] = all_rows(in, system_scope(), table);
    else
      for (auto const& one : tenants) {
        tenant_id const id{std::get<uuid>(one.front())};
        all[{table.table, to_string(id)}] = all_rows(in, tenant_scope(id), table);
      }
  }
  return all;
}

std::uint64_t count(contents const& in, std::string const& table) {
  std::uint64_t rows = 0;
  for (auto const& [place, all] : in)
    if (place.first == table) rows += all.size();
  return rows;
}

// Two tenants with forty chats each and a turn in three of them.
std::shared_ptr<storage> lived_in() {
  auto const store = memory_storage();
  for (auto const* tenant : {"acme", "globex"}) {
    tests::desk_options options;
    options.storage = store;
    options.tenant = tenant;
    tests::desk desk(options);
    for (int i = 0; i < 40; ++i) desk.new_chat();
    for (int i = 0; i < 3; ++i) {
      desk.model->push(tests::say("Kabar baik, \"terima kasih\" \xF0\x9F\x98\x80"));
      auto turn = sync_wait(desk.chats().send(desk.new_chat().id, "Apa khabar?"));
      sync_wait(turn.answer());
    }
  }
  return store;
}

scope first_tenant(storage& in) {
  auto const s = standard_schema();
  auto const tenants = all_rows(in, system_scope(), *s->find("tenants"));
  return tenant_scope(tenant_id{std::get<uuid>(tenants.front().front())});
}

// Chunks of five megabytes each.
void add_large_chunks(storage& in, std::uint64_t count) {
  scope const who = first_tenant(in);
  std::string const large = '"' + std::string(5'000'000, 'x') + '"';
  for (std::uint64_t i = 1; i <= count; ++i) {
    batch b;
    b.add(insert(turn_chunk{chunk_id{numbered(i)}, message_id{numbered(1)}, 1, large}));
    sync_wait(in.write(who, std::move(b))).value();
  }
}

// Passes calls on and fails write number `failing`, before or after it took effect.
class failing_storage final : public storage {
 public:
  enum class moment { before, after };
  failing_storage(storage& inner, int failing, moment when) : inner_(inner), left_(failing), when_(when) {}

  bool failed() const { return left_ < 0; }
  std::size_t largest_batch() const { return largest_batch_; }
  std::size_t most_rows() const { return most_rows_; }
  std::size_t writes() const { return writes_; }

  task<result<void>> migrate(schema_ref s) override { return inner_.migrate(std::move(s)); }
  task<result<rows>> read(scope who, query q) override { return inner_.read(who, std::move(q)); }
  task<result<rows>> search(scope who, text_query q) override { return inner_.search(who, std::move(q)); }
  task<result<receipt>> write(scope who, batch b) override {
    weigh(b);
    bool const fails = left_-- == 0;
    if (fails && when_ == moment::before) co_return failure(errc::unavailable, "gone");
    auto done = co_await inner_.write(who, std::move(b));
    if (fails) co_return failure(errc::unavailable, "gone");
    co_return done;
  }
  task<result<std::vector<tenant_id>>> tenants(scope who, std::string table, std::optional<tenant_id> after) override {
    return inner_.tenants(who, std::move(table), after);
  }
  task<result<void>> check() override { return inner_.check(); }

 private:
  void weigh(batch const& b) {
    std::size_t bytes = 0;
    for (auto const& one : b.changes())
      for (auto const& v : std::get<insert_row>(one).values)
        if (auto const* text = std::get_if<std::string>(&v)) bytes += text->size();
    largest_batch_ = std::max(largest_batch_, bytes);
    most_rows_ = std::max(most_rows_, b.changes().size());
    ++writes_;
  }

  storage& inner_;
  int left_;
  moment when_;
  std::size_t largest_batch_ = 0;
  std::size_t most_rows_ = 0;
  std::size_t writes_ = 0;
};

result<copy_report> copied(storage& from, storage& to, copy_target target = copy_target::empty) {
  copy_options options;
  options.target = target;
  return sync_wait(copy_storage(from, to, standard_schema(), options));
}

TEST(Copy, ComesBackFromAFileAsItWas) {
  auto const source = lived_in();
  auto const before = contents_of(*source);
  testing::temporary_folder folder;
  auto const file = open_sqlite(sqlite_options(folder.path() / "copy.db")).value();
  auto const back = memory_storage();

  auto const there = copied(*source, *file);
  auto const again = copied(*file, *back);

  ASSERT_TRUE(there) << there.error().message;
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(contents_of(*file), before);
  EXPECT_EQ(contents_of(*back), before);
  for (auto const& one : again->tables) EXPECT_EQ(one.rows, count(before, one.table)) << one.table;
  EXPECT_EQ(count(before, "chats"), 86U);
  EXPECT_EQ(count(before, "messages"), 12U);
}

TEST(Copy, ComesBackFromASnapshotOfPostgreSqlAsItWas) {
  auto const source = lived_in();
  auto const before = contents_of(*source);
  tests::postgres_database const database;
  auto const there = open_postgres(database.options()).value();
  auto const back = memory_storage();

  auto const moved = copied(*source, *there);
  auto const again = copied(*open_postgres_snapshot(database.options()).value(), *back);

  ASSERT_TRUE(moved) << moved.error().message;
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(contents_of(*there), before);
  EXPECT_EQ(contents_of(*back), before);
}

TEST(Copy, ListsParentsBeforeChildren) {
  std::vector<std::string> names;
  auto const s = standard_schema();
  for (auto const& table : s->modules().front().tables()) names.push_back(table.table);
  auto const at = [&](std::string const& name) { return std::ranges::find(names, name) - names.begin(); };

  for (auto const* child : {"users", "memberships", "api_tokens"}) EXPECT_LT(at("tenants"), at(child));
  for (auto const* child : {"memberships", "api_tokens", "chats", "usage_counters"}) EXPECT_LT(at("users"), at(child));
  EXPECT_LT(at("chats"), at("messages"));
  EXPECT_LT(at("messages"), at("active_turns"));
  EXPECT_LT(at("messages"), at("turn_chunks"));
}

TEST(Copy, WritesTablesInTheOrderOfTheSchema) {
  auto const source = lived_in();
  auto const target = memory_storage();
  std::vector<std::pair<std::size_t, std::string>> written;
  copy_options options;
  options.progress = [&](copy_progress const& p) {
    std::pair const now(p.tenant, p.table);
    if (p.step == copy_step::copying && (written.empty() || written.back() != now)) written.push_back(now);
  };

  auto const done = sync_wait(copy_storage(*source, *target, standard_schema(), options));

  ASSERT_TRUE(done);
  std::vector<std::pair<std::size_t, std::string>> const expected{
      {0, "tenants"}, {0, "users"},    {0, "memberships"},    {0, "audit_entries"},
      {1, "chats"},   {1, "messages"}, {1, "usage_counters"}, {1, "message_texts"},
      {2, "chats"},   {2, "messages"}, {2, "usage_counters"}, {2, "message_texts"}};
  EXPECT_EQ(written, expected);
}

TEST(Copy, GoesOnFromEveryBatchItWasInterruptedAt) {
  auto const source = lived_in();
  add_large_chunks(*source, 10);
  auto const before = contents_of(*source);
  std::uint64_t total = 0;
  for (auto const& [place, all] : before) total += all.size();

  for (auto const when : {failing_storage::moment::before, failing_storage::moment::after}) {
    int interrupted = 0;
    for (bool whole = false; !whole; ++interrupted) {
      SCOPED_TRACE(interrupted);
      auto const target = memory_storage();
      failing_storage breaking(*target, interrupted, when);
      auto const first = copied(*source, breaking);
      whole = !breaking.failed();
      ASSERT_EQ(first.has_value(), whole);
      if (!whole) {
        EXPECT_EQ(first.error().code, errc::unavailable);
      }
      copy_options options;
      options.target = copy_target::partial;
      std::uint64_t told = 0;
      options.progress = [&](copy_progress const& p) {
        if (p.step == copy_step::copying) told = p.rows;
      };

      auto const second = sync_wait(copy_storage(*source, *target, standard_schema(), options));

      ASSERT_TRUE(second) << second.error().message;
      EXPECT_EQ(told, total);
      EXPECT_EQ(contents_of(*target), before);
    }
    EXPECT_GT(interrupted, 10);
  }
}

TEST(Copy, RefusesATargetThatHoldsSystemRows) {
  auto const source = lived_in();
  auto const target = lived_in();
  auto const before = contents_of(*target);

  auto const refused = copied(*source, *target);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::already_exists);
  EXPECT_EQ(refused.error().message, "the target is not empty: it holds rows in tenants");
  EXPECT_EQ(contents_of(*target), before);
}

TEST(Copy, RefusesATargetThatHoldsRowsOfATenant) {
  auto const source = lived_in();
  auto const tenants = all_rows(*source, system_scope(), *standard_schema()->find("tenants"));
  tenant_id const second{std::get<uuid>(tenants.back().front())};
  auto const target = memory_storage();
  sync_wait(target->migrate(standard_schema())).value();
  batch b;
  b.add(insert(turn_chunk{chunk_id{numbered(1)}, message_id{numbered(2)}, 1, "[]"}));
  sync_wait(target->write(tenant_scope(second), b)).value();

  auto const refused = copied(*source, *target);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::already_exists);
  EXPECT_NE(refused.error().message.find("turn_chunks of tenant " + to_string(second)), std::string::npos);
  EXPECT_TRUE(all_rows(*target, system_scope(), *standard_schema()->find("tenants")).empty());
}

// A chat of a tenant that has no row.
void add_row_of_nobody(storage& in, std::uint64_t tenant) {
  chat one;
  one.id = chat_id{numbered(tenant)};
  one.owner_id = user_id{numbered(7)};
  one.model = "scripted/model";
  sync_wait(in.write(tenant_scope(tenant_id{numbered(tenant)}), batch().add(insert(one)))).value();
}

void expect_refusal_of_rows_of_nobody(storage& from) {
  auto const target = memory_storage();

  auto const refused = copied(from, *target);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::data_loss);
  EXPECT_EQ(refused.error().message, "chats holds rows of the tenant " + to_string(numbered(1)) +
                                         " and 1 others, which the table tenants does not know: tenants::ensure() "
                                         "makes its row");
  EXPECT_TRUE(all_rows(*target, system_scope(), *standard_schema()->find("tenants")).empty());
}

TEST(Copy, RefusesRowsOfNobody) {
  auto const source = lived_in();
  add_row_of_nobody(*source, 1);
  add_row_of_nobody(*source, 2);

  expect_refusal_of_rows_of_nobody(*source);
}

TEST(Copy, RefusesRowsOfNobodyInAFile) {
  testing::temporary_folder folder;
  auto const path = (folder.path() / "copy.db").string();
  {
    auto const source = open_sqlite(sqlite_options(path)).value();
    sync_wait(source->migrate(standard_schema())).value();
    add_row_of_nobody(*source, 1);
    add_row_of_nobody(*source, 2);
  }

  expect_refusal_of_rows_of_nobody(*open_sqlite_snapshot(path).value());
}

TEST(Copy, RefusesRowsOfNobodyInPostgreSql) {
  tests::postgres_database const database;
  auto const source = open_postgres(database.options()).value();
  sync_wait(source->migrate(standard_schema())).value();
  add_row_of_nobody(*source, 1);
  add_row_of_nobody(*source, 2);

  expect_refusal_of_rows_of_nobody(*open_postgres_snapshot(database.options()).value());
}

// Copies, changes the target once everything is written, and gives what the comparison says.
failure found_after(std::function<change(record_description const& chats, row const& first)> const& tamper) {
  auto const source = lived_in();
  auto const target = memory_storage();
  auto const s = standard_schema();
  copy_options options;
  bool tampered = false;
  options.progress = [&](copy_progress const& p) {
    if (p.step != copy_step::comparing || std::exchange(tampered, true)) return;
    auto const tenants = all_rows(*source, system_scope(), *s->find("tenants"));
    scope const who = tenant_scope(tenant_id{std::get<uuid>(tenants.back().front())});
    batch b;
    b.add(tamper(*s->find("chats"), all_rows(*target, who, *s->find("chats")).at(20)));
    sync_wait(target->write(who, b)).value();
  };
  auto const outcome = sync_wait(copy_storage(*source, *target, s, options));
  return outcome ? failure(errc::internal, "nothing was found") : outcome.error();
}

std::string key_of(row const& in) { return to_string(std::get<uuid>(in.front())); }

TEST(Copy, FindsAChangedValueInTheTarget) {
  std::string key;
  auto const why = found_after([&](record_description const&, row const& one) {
    key = key_of(one);
    return change(update_row{"chats", one.front(), {{"title", std::string("tampered")}}, {}});
  });

  EXPECT_EQ(why.code, errc::data_loss);
  EXPECT_NE(why.message.find("chats of tenant "), std::string::npos) << why.message;
  EXPECT_NE(why.message.find("the row " + key + " differs in the column title"), std::string::npos) << why.message;
  EXPECT_EQ(why.message.find("tampered"), std::string::npos);
}

TEST(Copy, FindsARowThatIsMissingInTheTarget) {
  std::string key;
  auto const why = found_after([&](record_description const&, row const& one) {
    key = key_of(one);
    return change(erase_row{"chats", one.front(), {}});
  });

  EXPECT_EQ(why.code, errc::data_loss);
  EXPECT_NE(why.message.find("the row " + key + " is missing in the target"), std::string::npos) << why.message;
}

TEST(Copy, FindsARowThatOnlyTheTargetHas) {
  for (auto const number : {std::uint8_t{0}, std::uint8_t{0xFF}}) {
    std::string key;
    auto const why = found_after([&](record_description const&, row one) {
      std::get<uuid>(one.front()).bytes[0] = number;
      key = key_of(one);
      return change(insert_row{"chats", std::move(one)});
    });

    EXPECT_EQ(why.code, errc::data_loss);
    EXPECT_NE(why.message.find("the row " + key + " is in the target only"), std::string::npos) << why.message;
  }
}

TEST(Copy, NamesARowByWhateverKeyItHas) {
  auto const s = standard_schema(testing::probe_schema()->modules());
  auto const source = lived_in();
  auto const target = memory_storage();
  scope const who = first_tenant(*source);
  sync_wait(source->migrate(s)).value();
  testing::probe_setting const setting{7, "on"};
  testing::probe_counter const visits{"visits", 1, 0, ""};
  sync_wait(source->write(system_scope(), batch().add(insert(setting)))).value();
  sync_wait(source->write(who, batch().add(insert(visits)))).value();
  auto const copy_again = [&] {
    copy_options options;
    options.target = copy_target::partial;
    return sync_wait(copy_storage(*source, *target, s, options));
  };
  auto const set = [&](scope const& in, std::string table, value key, std::string column, value to) {
    update_row one{std::move(table), std::move(key), {{std::move(column), std::move(to)}}, {}};
    sync_wait(target->write(in, batch().add(std::move(one)))).value();
  };
  ASSERT_TRUE(copy_again());

  set(system_scope(), "probe_settings", std::int64_t(7), "value", value("off"));
  auto const by_number = copy_again();
  set(system_scope(), "probe_settings", std::int64_t(7), "value", value("on"));
  set(who, "probe_counters", value("visits"), "hits", std::int64_t(2));
  auto const by_text = copy_again();

  ASSERT_FALSE(by_number);
  EXPECT_EQ(by_number.error().message, "probe_settings: the row 7 differs in the column value");
  ASSERT_FALSE(by_text);
  EXPECT_NE(by_text.error().message.find("the row visits differs in the column hits"), std::string::npos);
}

TEST(Copy, BoundsItsBatchesByBytes) {
  auto const source = lived_in();
  add_large_chunks(*source, 20);
  auto const target = memory_storage();
  failing_storage measured(*target, -1, failing_storage::moment::before);

  auto const done = copied(*source, measured);

  ASSERT_TRUE(done) << done.error().message;
  EXPECT_LE(measured.largest_batch(), 16U * 1'048'576);
  EXPECT_GT(measured.writes(), 6U);
}

TEST(Copy, BoundsItsBatchesByRows) {
  auto const source = lived_in();
  scope const who = first_tenant(*source);
  batch many;
  for (int i = 0; i < 9'000; ++i)
    many.add(insert(idempotency_record{"key " + std::to_string(i), numbered(1), std::string(64, '0'), timestamp{}}));
  sync_wait(source->write(who, std::move(many))).value();
  auto const target = memory_storage();
  failing_storage measured(*target, -1, failing_storage::moment::before);

  auto const done = copied(*source, measured);

  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(measured.most_rows(), 4'000U);
  EXPECT_EQ(contents_of(*target), contents_of(*source));
}

TEST(Copy, NamesTheTableAndTheSideOfAFailure) {
  auto const source = lived_in();
  auto const target = memory_storage();
  failing_storage breaking(*target, 1, failing_storage::moment::before);

  auto const first = copied(*source, breaking);

  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().message, "users: writing the target: gone");
}

}  // namespace
}  // namespace sambung::copy_test
