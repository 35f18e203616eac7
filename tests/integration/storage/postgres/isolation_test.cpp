// That PostgreSQL by itself keeps tenants apart: the catalogue of every table, and every statement of the adapter with
// the adapter's own tenant condition taken out.
#include "storage/postgres/postgres_connection.hpp"
#include "storage/postgres/postgres_dialect.hpp"
#include "support/postgres_database.hpp"
#include "testing/probe.hpp"

#include <sambung/engine/engine.hpp>
#include <sambung/testing/scopes.hpp>

#include <gtest/gtest.h>

namespace sambung::isolation_test {
namespace {

using testing::numbered;
using tests::postgres_database;

tenant_id tenant(std::uint64_t number) { return tenant_id{numbered(number)}; }
scope of(tenant_id who) { return testing::tenant_scope(who); }

// A value that fits the field, different for each number.
value sample(field const& f, std::uint64_t number) {
  switch (f.type) {
    case column_type::boolean:
      return value(false);
    case column_type::integer:
      return value(std::min(static_cast<std::int64_t>(number), f.maximum));
    case column_type::real:
      return value(static_cast<double>(number));
    case column_type::timestamp:
      return value(static_cast<std::int64_t>(number));
    case column_type::uuid:
      return value(numbered(number));
    case column_type::json:
      return value(std::string("[]"));
    case column_type::bytes:
      return value(binary(std::max<std::size_t>(f.min_bytes, 1), static_cast<std::byte>(number)));
    case column_type::text: {
      auto text = "canary" + std::to_string(number);
      if (text.size() > f.max_bytes) text.erase(0, text.size() - f.max_bytes);
      text.resize(std::max(text.size(), f.min_bytes), ' ');
      return value(std::move(text));
    }
  }
  return {};
}

row sample_row(record_description const& table, std::uint64_t number) {
  row out;
  for (auto const& f : table.fields) out.push_back(sample(f, number));
  return out;
}

// Sambung's own tables and an application's, with a row of either tenant in each: row 1 is ours, row 2 theirs.
class Isolation : public ::testing::Test {
 protected:
  Isolation() {
    store_ = open_postgres(database_.options()).value();
    sync_wait(store_->migrate(schema_)).value();
    for (std::uint64_t const number : {1, 2})
      for (auto const* table : tenant_tables())
        sync_wait(store_->write(of(tenant(number)), batch().add(insert_row{table->table, sample_row(*table, number)})))
            .value();
  }

  std::vector<record_description const*> tenant_tables() const {
    std::vector<record_description const*> out;
    for (auto const& m : schema_->modules())
      for (auto const& t : m.tables())
        if (t.scope == table_scope::tenant) out.push_back(&t);
    return out;
  }

  // How many rows the statement gives or changes for the app role in our tenant; -1 when the server refuses it.
  long touched(std::string const& statement, std::optional<tenant_id> who = tenant(1)) const {
    auto const lead = who ? sql::scope_text(of(*who)) : std::string();
    try {
      auto const done = database_.as_app(lead + statement);
      return done.columns() ? static_cast<long>(done.size()) : static_cast<long>(done.affected_rows());
    } catch (pqxx::sql_error const&) {
      return -1;
    }
  }

  std::string all_rows() const {
    std::string out;
    for (auto const* table : tenant_tables())
      for (auto const& row : database_.as_admin("SELECT * FROM \"" + table->table + "\" ORDER BY 1, 2"))
        for (auto const& column : row) out += std::string(column.c_str()) + '|';
    return out;
  }

  postgres_database database_;
  schema_ref const schema_ = standard_schema({testing::probe_schema()->modules().front()});
  std::shared_ptr<storage> store_;
};

TEST_F(Isolation, CoversEveryTableOfTheCatalogue) {
  auto const tables = database_.as_admin(
      "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, "
      "EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND attname = 'tenant_id' AND attnotnull AND "
      "attnum = 1), "
      // an index that is unique without the tenant in front would tell that a foreign row exists
      "(SELECT count(*) FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] WHERE "
      "i.indrelid = c.oid AND i.indisunique AND a.attname <> 'tenant_id'), "
      "(SELECT count(*) FROM pg_constraint f JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = f.conkey[1] "
      "WHERE "
      "f.conrelid = c.oid AND f.contype = 'f' AND a.attname <> 'tenant_id'), "
      "(SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid AND 0 = ANY (p.polroles)), "
      "has_table_privilege('public', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER'), "
      "c.relowner = (SELECT oid FROM pg_roles WHERE rolname = 'sambung_owner') "
      "FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relnamespace = '" +
      database_.schema() + "'::regnamespace");
  std::set<std::string> system{"sambung_schema", "sambung_unindexed"};
  for (auto const& m : schema_->modules())
    for (auto const& t : m.tables())
      if (t.scope == table_scope::system) system.insert(t.table);
  std::size_t isolated = 0;
  for (auto const& table : tables) {
    SCOPED_TRACE(table[0].c_str());
    EXPECT_FALSE(table[6].as<bool>()) << "PUBLIC may use it";
    EXPECT_TRUE(table[7].as<bool>()) << "the migrator does not own it";
    if (system.contains(table[0].c_str())) continue;
    ++isolated;
    EXPECT_TRUE(table[1].as<bool>()) << "row-level security is not enabled and forced";
    EXPECT_TRUE(table[2].as<bool>()) << "it has no tenant_id in front";
    EXPECT_EQ(table[3].as<int>(), 0) << "an index is unique across tenants";
    EXPECT_EQ(table[4].as<int>(), 0) << "a foreign key crosses tenants";
    EXPECT_EQ(table[5].as<int>(), 1) << "it needs exactly one policy for everybody";
  }
  EXPECT_EQ(isolated, tenant_tables().size());
}

TEST_F(Isolation, ShowsNothingWithoutATenant) {
  for (auto const* table : tenant_tables()) {
    SCOPED_TRACE(table->table);
    EXPECT_EQ(touched("SELECT * FROM \"" + table->table + '"', std::nullopt), 0);
    EXPECT_EQ(touched("DELETE FROM \"" + table->table + '"', std::nullopt), 0);
  }
}

TEST_F(Isolation, ForgetsTheTenantWithTheTransaction) {
  pqxx::connection connection(postgres_database::app_url());
  pqxx::nontransaction work(connection);
  work.exec("SET search_path = " + database_.schema());
  EXPECT_EQ(work.exec(sql::scope_text(of(tenant(1))) + "SELECT * FROM chats").size(), 1U);

  EXPECT_EQ(work.exec("SELECT * FROM chats").size(), 0U);
}

// The adapter's own statements, made by the same compiler, without their first condition.
std::string without_tenant(std::string statement) {
  std::string_view const ours = "\"tenant_id\" = $";
  auto const at = statement.find(ours);
  EXPECT_NE(at, statement.npos) << statement;
  auto end = at + ours.size();
  while (end < statement.size() && std::isdigit(static_cast<unsigned char>(statement[end]))) ++end;
  // The parameter stays, so that the others keep their numbers.
  return statement.replace(at, end - at,
                           "$" + statement.substr(at + ours.size(), end - at - ours.size()) + "::uuid IS NOT NULL");
}

TEST_F(Isolation, HoldsWithoutTheAdaptersOwnCondition) {
  sql::postgres_dialect const dialect;
  auto const before = all_rows();
  auto const mutated = [&](std::string const& text, auto&& put) {
    sql::execution run("mutant");
    put(run);
    return "PREPARE mutant AS " + without_tenant(text) + "; " + std::move(run).text();
  };
  for (auto const* table : tenant_tables()) {
    SCOPED_TRACE(table->table);
    auto const& key = table->fields.front();
    auto const foreign = sample(key, 2);
    auto const who = of(tenant(1));
    auto const all = query(table->table);
    update_row const update{table->table, foreign, {{table->fields.back().name, sample(table->fields.back(), 9)}}, {}};
    erase_row const erase{table->table, foreign, {}};
    require_row const require{table->table, foreign, {}};

    EXPECT_EQ(touched(mutated(sql::select_text(dialect, *table, all),
                              [&](auto& run) { sql::put_parameters(run, who, all); })),
              1);
    EXPECT_EQ(touched(mutated(sql::exists_text(dialect, *table), [&](auto& run) { sql::put_key(run, who, foreign); })),
              0);
    // Strict statements fail where they do nothing.
    EXPECT_EQ(touched(mutated(sql::strict_update_text(*table, update),
                              [&](auto& run) { sql::put_parameters(run, who, update); })),
              -1);
    EXPECT_EQ(touched(mutated(sql::strict_erase_text(*table, erase),
                              [&](auto& run) { sql::put_parameters(run, who, erase); })),
              -1);
    EXPECT_EQ(touched(mutated(sql::strict_require_text(*table, require),
                              [&](auto& run) { sql::put_parameters(run, who, require); })),
              -1);
    EXPECT_EQ(touched("UPDATE \"" + table->table + "\" SET tenant_id = tenant_id"), 1);
  }
  EXPECT_EQ(all_rows(), before);
}

TEST_F(Isolation, RefusesRowsThatAreWrittenForAnotherTenant) {
  sql::postgres_dialect const dialect;
  for (auto const* table : tenant_tables()) {
    SCOPED_TRACE(table->table);
    sql::execution run("foreign_row");
    sql::put_parameters(run, of(tenant(2)), sample_row(*table, 3));
    auto const text = "PREPARE foreign_row AS " + sql::insert_text(dialect, *table) + "; " + std::move(run).text();

    EXPECT_EQ(touched(text), -1);
    EXPECT_EQ(touched("UPDATE \"" + table->table + "\" SET tenant_id = '" + to_string(numbered(2)) + "'"), -1);
  }
}

TEST_F(Isolation, HoldsInsideTheSearchFunction) {
  auto const search = [](std::string const& columns, std::string const& operators, std::string const& operands) {
    return "SELECT * FROM sambung_search_probes(ARRAY['canary2'], " + columns + ", " + operators + ", " + operands +
           ", NULL, 100)";
  };

  EXPECT_EQ(touched(search("'{}'", "'{}'", "'{}'")), 0);
  EXPECT_EQ(touched(search("'{}'", "'{}'", "'{}'"), std::nullopt), 0);
  EXPECT_EQ(touched(search("'{name}'", "'{= '''' OR true --}'", "'{x}'")), -1);
  EXPECT_EQ(touched(search("ARRAY['name\" = '''' OR true OR \"name']", "'{=}'", "'{x}'")), -1);
  EXPECT_EQ(touched(search("'{name}'", "'{<>}'", "ARRAY['x'' OR true OR ''' || ''])")), -1);
  EXPECT_EQ(touched(search("'{tenant_id}'", "'{=}'", "ARRAY['" + to_string(numbered(2)) + "']")), 0);
  EXPECT_EQ(touched("SELECT * FROM sambung_search_probes(ARRAY['canary1'], '{}', '{}', '{}', NULL, 100)"), 1);
}

TEST_F(Isolation, LetsTheAppNeitherChangeTablesNorItsOwnBounds) {
  for (auto const* wanted :
       {"ALTER TABLE chats DISABLE ROW LEVEL SECURITY", "DROP POLICY sambung_tenant ON chats", "TRUNCATE chats",
        "CREATE TABLE more (x int)", "SET ROLE sambung_owner", "ALTER TABLE chats ADD COLUMN x int",
        "UPDATE sambung_schema SET version = 9", "SET row_security = off; SELECT * FROM chats"})
    EXPECT_EQ(touched(wanted), -1) << wanted;
}

}  // namespace
}  // namespace sambung::isolation_test
