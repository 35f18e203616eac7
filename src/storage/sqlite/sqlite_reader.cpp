#include "storage/sqlite/sqlite_reader.hpp"

#include "storage/bounded_rows.hpp"
#include "storage/owner_mark.hpp"
#include "storage/phrase_search.hpp"
#include "storage/sql/statement.hpp"
#include "storage/sql/statement_shape.hpp"

namespace sambung::sql {
namespace {

row read_row(running_statement const& run, record_description const& table) {
  row out;
  out.reserve(table.fields.size());
  for (std::size_t i = 0; i < table.fields.size(); ++i) out.push_back(run.read(static_cast<int>(i), table.fields[i]));
  return out;
}

}  // namespace

rows sqlite_reader::find(schema_ref const& s, scope const& who, record_description const& table, query const& q) {
  use(s);
  auto const text = [&] {
    auto all = select_text(dialect_, table, q);
    return !is_kept_by_key(table) && connection_.sorts(all) ? select_keys_text(dialect_, table, q) : all;
  };
  running_statement run(connection_.prepared(shape_of(q), text));
  put_parameters(run, who, q);
  if (run.columns() < table.fields.size()) return rows_of(run, who, table, q.limit());
  detail::bounded_rows out(q.limit());
  while (run.step() == step_outcome::row && out.has_room()) out.add(read_row(run, table));
  return std::move(out).take();
}

rows sqlite_reader::find(schema_ref const& s, scope const& who, record_description const& table, text_query const& q) {
  auto const words = detail::marked_words(q, table);
  if (words.empty()) return rows();
  use(s);
  auto const match = match_expression(who, words);
  auto const look = [&](text_query const& asked) {
    running_statement run(connection_.prepared(shape_of(asked), [&] { return search_text(table, asked); }));
    run.put_text(match);
    if (!who.is_system()) run.put(who.tenant().value);
    put_search(run, asked);
    return rows_of(run, who, table, asked.limit());
  };
  return detail::with_phrases(table, q, look);
}

// What SQLite sorts it has in memory: of rows that may have megabytes it sorts the keys, and each row is read when
// there is room for it. It is there, for a statement that is not at its end holds its transaction.
rows sqlite_reader::rows_of(running_statement& keys, scope const& who, record_description const& table,
                            std::size_t limit) {
  auto& of_key = connection_.prepared('k' + table.table, [&] { return select_row_text(dialect_, table); });
  detail::bounded_rows out(limit);
  while (keys.step() == step_outcome::row && out.has_room()) {
    auto const key = keys.read(0, table.fields.front());
    running_statement run(of_key);
    put_key(run, who, key);
    if (run.step() != step_outcome::row) throw error(errc::data_loss, "the database is damaged");
    out.add(read_row(run, table));
  }
  return std::move(out).take();
}

// Each is found by the key alone, whatever rows the one before has.
std::vector<tenant_id> sqlite_reader::tenants(schema_ref const& s, record_description const& table,
                                              std::optional<tenant_id> after) {
  use(s);
  field id;
  id.type = column_type::uuid;
  std::vector<tenant_id> out;
  while (out.size() < max_rows) {
    auto const text = [&] { return next_tenant_text(dialect_, table, after.has_value()); };
    running_statement run(connection_.prepared((after ? "t>" : "t") + table.table, text));
    if (after) run.put(after->value);
    if (run.step() != step_outcome::row) break;
    auto const read = run.read(0, id);
    auto const* const found = std::get_if<uuid>(&read);
    if (!found) throw error(errc::data_loss, table.table + " holds a row whose tenant's id is damaged");
    out.push_back(after.emplace(tenant_id{*found}));
  }
  return out;
}

void sqlite_reader::use(schema_ref const& s) {
  if (s == prepared_for_) return;
  connection_.forget_statements();
  prepared_for_ = s;
}

}  // namespace sambung::sql
