#include "storage/sqlite/sqlite_reader.hpp"

#include "storage/bounded_rows.hpp"
#include "storage/owner_mark.hpp"
#include "storage/phrase_search.hpp"
#include "storage/sql/statement.hpp"
#include "storage/sql/statement_shape.hpp"

namespace sambung::sql {
namespace {

rows fetch(running_statement& run, record_description const& table, std::size_t limit) {
  detail::bounded_rows out(limit);
  while (run.step() == step_outcome::row && out.has_room()) {
    row item;
    item.reserve(table.fields.size());
    for (std::size_t i = 0; i < table.fields.size(); ++i)
      item.push_back(run.read(static_cast<int>(i), table.fields[i]));
    out.add(std::move(item));
  }
  return std::move(out).take();
}

}  // namespace

rows sqlite_reader::find(schema_ref const& s, scope const& who, record_description const& table, query const& q) {
  use(s);
  auto const text = [&] { return select_text(dialect_, table, q); };
  running_statement run(connection_.prepared(shape_of(q), text));
  put_parameters(run, who, q);
  return fetch(run, table, q.limit());
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
    return fetch(run, table, asked.limit());
  };
  return detail::with_phrases(table, q, look);
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
