#include "storage/postgres/postgres_verification.hpp"

#include "storage/index_name.hpp"
#include "storage/migrating.hpp"
#include "storage/postgres/postgres_dialect.hpp"
#include "storage/postgres/postgres_full_text.hpp"
#include "storage/postgres/postgres_modules.hpp"
#include "storage/sql/table_definition.hpp"

#include <pqxx/result>

#include <algorithm>
#include <map>

namespace sambung::sql {
namespace {

constexpr auto how_to_migrate =
    "; start once with SAMBUNG_MIGRATOR_URL (postgres_options::migrator_url), the URL of the role that owns the tables";

bool has_versions(postgres_connection& connection, std::string const& database_schema) {
  return !scalar(connection, "SELECT 1 FROM pg_tables WHERE tablename = 'sambung_schema' AND schemaname = " +
                                 quoted(database_schema))
              .empty();
}

struct stored_column {
  std::string type;
  bool nullable;
};

class verifier {
 public:
  verifier(postgres_connection& connection, migration_plan const& plan) : connection_(connection), plan_(plan) {}

  void run() {
    if (!has_versions(connection_, plan_.database_schema))
      throw error(errc::unsupported, std::string("the database has no tables of Sambung yet") + how_to_migrate);
    for (auto const& m : plan_.tables.modules()) {
      version(m);
      for (auto const& t : m.tables()) table(t);
    }
    role();
  }

 private:
  void version(module_schema const& m) {
    auto const found = stored_module_of(connection_, m.name());
    if (found.version > m.version()) throw error(detail::newer_database(m, found.version));
    if (found.version < m.version() || found.checksum != module_checksum(m, plan_.search_language))
      throw error(errc::unsupported, "the tables of module " + m.name() + " are not up to date" + how_to_migrate);
  }

  void role() {
    auto const beyond = scalar(
        connection_,
        "SELECT CASE WHEN rolsuper THEN 'is a superuser' WHEN rolbypassrls THEN 'has BYPASSRLS' ELSE 'owns the tables' "
        "END FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER') AND (rolsuper OR rolbypassrls OR oid IN "
        "(SELECT relowner FROM pg_class WHERE relnamespace = " +
            namespace_id() + " UNION SELECT nspowner FROM pg_namespace WHERE oid = " + namespace_id() +
            ")) ORDER BY rolsuper DESC, rolbypassrls DESC LIMIT 1");
    if (beyond.empty()) return;
    throw error(
        errc::permission_denied,
        "the role " + role_of(connection_) + " (or a role it belongs to) " + beyond +
            ", so row-level security would not bind it; serve as a plain role: CREATE ROLE sambung_app LOGIN, and "
            "give the owner's URL as SAMBUNG_MIGRATOR_URL");
  }

  std::string namespace_id() const {
    return "(SELECT oid FROM pg_namespace WHERE nspname = " + quoted(plan_.database_schema) + ")";
  }
  std::string table_id(record_description const& t) const {
    return "to_regclass(" + quoted(identifier(plan_.database_schema) + '.' + identifier(t.table)) + ")";
  }

  std::map<std::string, stored_column> columns_of(record_description const& t) {
    auto const found = connection_.run(
        "SELECT attname, format_type(atttypid, atttypmod), attnotnull, coalesce(collname, '') FROM pg_attribute LEFT "
        "JOIN "
        "pg_collation ON pg_collation.oid = attcollation WHERE attnum > 0 AND NOT attisdropped AND attrelid = " +
        table_id(t));
    std::map<std::string, stored_column> out;
    for (std::size_t i = 0; i < found.size(); ++i) {
      auto type = read_text(found, i, 1);
      if (type == "text") type += " COLLATE \"" + read_text(found, i, 3) + '"';
      out[read_text(found, i, 0)] = {std::move(type), read_text(found, i, 2) == "f"};
    }
    return out;
  }

  void table(record_description const& t) {
    auto stored = columns_of(t);
    if (stored.empty()) throw error(detail::table_missing(t.table));
    bool const tenant = is_tenant_table(t);
    if (tenant && stored.erase(std::string(tenant_column)) == 0) differs(t, "the column tenant_id is missing");
    auto words = stored.erase(std::string(words_column));
    for (auto const& column : t.search) words += stored.erase(said_column(column));
    if (words != (t.search.empty() ? 0 : t.search.size() + 1) || !keeps_words(t))
      differs(t, "its full text is not up to date");
    for (auto const& f : t.fields) {
      auto const found = stored.find(f.name);
      if (found == stored.end()) throw error(detail::column_missing(t.table, f.name));
      if (found->second.type != postgres_dialect().type_name(f.type))
        differs(t, "the column " + f.name + " has the type " + found->second.type, f.name);
      if (found->second.nullable != f.nullable)
        differs(t, "the column " + f.name + (f.nullable ? " may not be null" : " may be null"), f.name);
      stored.erase(found);
    }
    if (!stored.empty()) differs(t, "the column " + stored.begin()->first + " is not described", stored.begin()->first);
    for (auto const& i : t.indexes) index(t, postgres_name(detail::index_name(t, i)));
    for (auto const& r : t.references)
      if (!has_reference(connection_, t, r)) differs(t, "the foreign key " + reference_name(t, r) + " is missing");
    if (tenant) isolation(t);
  }

  bool keeps_words(record_description const& t) {
    return t.search.empty() || !scalar(connection_, "SELECT 1 FROM pg_trigger WHERE tgenabled <> 'D' AND tgname = " +
                                                        quoted(words_trigger_name) + " AND tgrelid = " + table_id(t))
                                    .empty();
  }

  void index(record_description const& t, std::string const& name) {
    if (scalar(connection_,
               "SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indisvalid AND "
               "relname = " +
                   quoted(name) + " AND indrelid = " + table_id(t))
            .empty())
      throw error(detail::index_missing(t.table, name));
  }

  void isolation(record_description const& t) {
    if (scalar(connection_,
               "SELECT 1 FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND oid = " + table_id(t))
            .empty())
      differs(t, "row-level security is not enabled and forced");
    std::vector<std::string> const wanted{std::string(owner_policy), std::string(tenant_policy)};
    // One policy more could open what these close.
    if (column_of(connection_, "SELECT polname FROM pg_policy WHERE polrelid = " + table_id(t) + " ORDER BY 1") !=
        wanted)
      differs(t, "its row-level security policies are not the generated ones");
  }

  [[noreturn]] static void differs(record_description const& t, std::string what, std::string const& column = {}) {
    throw error(detail::differs(t.table, column, std::move(what)));
  }

  postgres_connection& connection_;
  migration_plan const& plan_;
};

}  // namespace

std::string role_of(postgres_connection& connection) { return scalar(connection, "SELECT quote_ident(current_user)"); }

void verify(postgres_connection& app, migration_plan const& plan) { verifier(app, plan).run(); }

void verify_complete(postgres_connection& app, migration_plan const& plan) {
  for (auto const& module : column_of(app, "SELECT module FROM sambung_schema ORDER BY module"))
    if (std::ranges::find(plan.tables.modules(), module, &module_schema::name) == plan.tables.modules().end())
      throw error(detail::unknown_module(module));
}

}  // namespace sambung::sql
