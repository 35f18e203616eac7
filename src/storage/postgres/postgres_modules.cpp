#include "storage/postgres/postgres_modules.hpp"

#include "core/fingerprint.hpp"
#include "storage/postgres/postgres_dialect.hpp"
#include "storage/postgres/postgres_full_text.hpp"

#include <pqxx/result>

namespace sambung::sql {
namespace {

std::string print_of(std::string_view text) { return std::to_string(fingerprint().add(text).value()); }

}  // namespace

std::vector<std::string> column_of(postgres_connection& connection, std::string const& statement) {
  auto const found = connection.run(statement);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < found.size(); ++i) out.push_back(read_text(found, i, 0));
  return out;
}

std::string scalar(postgres_connection& connection, std::string const& statement) {
  auto const found = column_of(connection, statement);
  return found.empty() ? std::string() : found.front();
}

bool has_reference(postgres_connection& connection, record_description const& t, reference const& r) {
  auto const id_of = [](std::string const& table) { return "to_regclass(" + quoted(identifier(table)) + ")"; };
  return !scalar(connection, "SELECT 1 FROM pg_constraint WHERE contype = 'f' AND convalidated AND conname = " +
                                 quoted(reference_name(t, r)) + " AND conrelid = " + id_of(t.table) +
                                 " AND confrelid = " + id_of(r.table))
              .empty();
}

std::string words_print(record_description const& t, std::string const& language, int version) {
  return print_of(search_columns_text(t, {}) + words_trigger_text(t, language) + std::to_string(version));
}

std::string module_checksum(module_schema const& m, std::string const& language) {
  std::string all;
  for (auto const& t : m.tables()) {
    all += postgres_table_text(t) + isolation_text(t);
    if (is_tenant_table(t)) all += tenants_function_text(t);
    for (auto const& r : t.references) all += postgres_reference_text(t, r);
    if (!t.search.empty())
      all += marking_function_text() + words_print(t, language) + search_function_text(t, language);
  }
  return print_of(all);
}

stored_module stored_module_of(postgres_connection& connection, std::string const& module) {
  auto const found = connection.run("SELECT version, checksum FROM sambung_schema WHERE module = " + quoted(module));
  if (found.empty()) return {};
  return {std::stoi(read_text(found, 0, 0)), read_text(found, 0, 1)};
}

}  // namespace sambung::sql
