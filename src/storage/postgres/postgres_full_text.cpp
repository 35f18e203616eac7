#include "storage/postgres/postgres_full_text.hpp"

#include "storage/owner_mark.hpp"
#include "storage/postgres/postgres_connection.hpp"
#include "storage/postgres/postgres_dialect.hpp"
#include "storage/words.hpp"

#include <algorithm>

namespace sambung::sql {
namespace {

// Rows that a search looks through before it asks the index: a few milliseconds.
constexpr auto searched_newest = "4000";
// What stands in front of each word of a tenant, so that no two tenants share an entry of the index: how often others
// say a word is not in the time that a search takes.
std::string mark_of(std::string const& tenant) { return "left(md5(" + tenant + "::text), 8)"; }

// The same where no two owners share one either; as short, since a row's words with their marks have less than a MiB.
std::string mark_of_both(std::string const& tenant, std::string const& owner) {
  return "left(md5(" + tenant + "::text || " + owner + "::text), 8)";
}

// The mark of an owner, of whom `owner` gives the uuid. Null for nobody.
std::string owner_mark_of(std::string const& owner) {
  return "'" + std::string(detail::owner_sign) + "' || replace(" + owner + "::text, '-', '')";
}

std::string words_function(record_description const& table) {
  return postgres_name("sambung_make_words_" + table.table);
}

bool has_owner_index(record_description const& table, field const& owner) {
  return std::ranges::any_of(table.indexes,
                             [&](index const& i) { return !i.columns.empty() && i.columns.front() == owner.name; });
}

// The words of the row that a trigger is about, as a tsvector.
std::string vector_text(record_description const& table, std::string const& language) {
  std::string out;
  for (auto const& column : table.search) {
    auto const said = "coalesce(NEW." + identifier(said_column(column)) + ", '')";
    if (!out.empty()) out += " || ";
    out += language == "simple" ? "array_to_tsvector(string_to_array(" + said + ", ' '))"
                                : "to_tsvector(" + quoted(language) + "::regconfig, " + said + ")";
  }
  auto const* owner = detail::marked_column(table);
  auto const tenant = "NEW." + identifier(tenant_column);
  auto mark = mark_of(tenant);
  auto const owned_by = owner ? "NEW." + identifier(owner->name) : std::string();
  if (owner && table.searched_by_owner) mark = mark_of_both(tenant, owned_by);
  else if (owner) out += " || array_to_tsvector(array_remove(ARRAY[" + owner_mark_of(owned_by) + "], NULL))";
  return is_tenant_table(table) ? "sambung_marked(" + out + ", " + mark + ")" : out;
}

}  // namespace

std::string said_column(std::string const& column) { return postgres_name("sambung_said_" + column); }

record_description with_said_columns(record_description table) {
  for (auto const& column : table.search) {
    field said;
    said.name = said_column(column);
    said.type = column_type::text;
    said.nullable = true;
    table.fields.push_back(std::move(said));
  }
  return table;
}

std::string said_in(record_description const& table, value const& text) {
  std::string out;
  if (auto const* said = std::get_if<std::string>(&text))
    for (auto const& word : detail::index_words(*said, table.search.size())) (out += out.empty() ? "" : " ") += word;
  return out;
}

std::string marking_function_text() {
  return "CREATE OR REPLACE FUNCTION sambung_marked(said tsvector, mark text) RETURNS tsvector LANGUAGE sql IMMUTABLE "
         "PARALLEL SAFE AS $marked$ SELECT coalesce(array_to_tsvector(array_agg(mark || lexeme)), ''::tsvector) FROM "
         "unnest(said) $marked$; ";
}

std::string words_index_name(record_description const& table) { return postgres_name(table.table + "_words"); }

std::string words_index_text(record_description const& table) {
  return "ALTER INDEX " + identifier(words_index_name(table)) + " SET (fastupdate = off); ";
}

std::string search_columns_text(record_description const& table, std::vector<std::string> const& said) {
  auto const alter = "ALTER TABLE " + identifier(table.table), words = identifier(words_column);
  std::string columns;
  for (auto const& column : table.search)
    columns += " ADD COLUMN IF NOT EXISTS " + identifier(said_column(column)) + " text COLLATE \"C\",";
  // Earlier versions had PostgreSQL generate the words, which takes the table anew for every change of what they are.
  auto out = "DROP TRIGGER IF EXISTS " + identifier(words_trigger_name) + " ON " + identifier(table.table) + "; " +
             alter + columns + " ADD COLUMN IF NOT EXISTS " + words + " tsvector; " + alter + " ALTER COLUMN " + words +
             " DROP EXPRESSION IF EXISTS; ";
  auto const is_other = [&](std::string const& name) {
    return std::ranges::find(table.search, name, said_column) == table.search.end();
  };
  for (auto const& column : said)
    if (is_other(column)) out += alter + " DROP COLUMN " + identifier(column) + "; ";
  auto const index = identifier(words_index_name(table));
  return out + "CREATE INDEX IF NOT EXISTS " + index + " ON " + identifier(table.table) + " USING gin (" + words +
         "); " + words_index_text(table);
}

std::string words_trigger_text(record_description const& table, std::string const& language) {
  auto const function = identifier(words_function(table));
  std::string changed;
  for (auto const& column : table.search) changed += (changed.empty() ? "" : ", ") + identifier(said_column(column));
  if (auto const* owner = detail::marked_column(table)) changed += ", " + identifier(owner->name);
  return "CREATE OR REPLACE FUNCTION " + function +
         "() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $words$ BEGIN NEW." +
         identifier(words_column) + " := " + vector_text(table, language) +
         "; RETURN NEW; END $words$; CREATE TRIGGER " + identifier(words_trigger_name) +
         " BEFORE INSERT OR UPDATE OF " + changed + " ON " + identifier(table.table) +
         " FOR EACH ROW EXECUTE FUNCTION " + function + "(); ";
}

std::string search_function(record_description const& table) { return postgres_name("sambung_search_" + table.table); }

// The newest rows are looked through first: a frequent word has its hits there, of all that it has. What they do not
// hold is rare and comes from the index; OFFSET 0 keeps the planner from looking through all rows instead, which it
// would where it does not know a word or takes two that never meet for frequent ones.
//
// Of one owner's rows the index gives no others (owner_mark.hpp). The newest of them come first only where there is an
// index by owner: without it they would be looked for among everybody's.
std::string search_function_text(record_description const& table, std::string const& language) {
  constexpr auto body = R"sql(
CREATE OR REPLACE FUNCTION @function
  (words text[], columns text[], operators text[], operands text[], after text, most bigint)
  RETURNS SETOF @key_type LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20
  SET search_path FROM CURRENT SET enable_bitmapscan = on SET enable_indexscan = on AS $search$
DECLARE
  tenant uuid := nullif(current_setting('sambung.tenant_id', true), '')::uuid;
  conditions text := '@in_scope';
  written text;
  wanted tsquery;
  newest_first boolean := true;
  mark text := @mark;
  names_owner boolean := false;
  oldest @key_type;
  found bigint := 0;
BEGIN
  SELECT string_agg('''' || replace(replace(word, '\', '\\'), '''', '''''') || '''', ' & ') INTO written
  FROM unnest(words) AS word;
  wanted := @wanted;
  IF wanted IS NULL OR numnode(wanted) = 0 THEN
    RETURN;
  END IF;
  FOR i IN 1 .. coalesce(cardinality(columns), 0) LOOP
    IF operators[i] IN ('=', '<>', '<', '<=', '>', '>=') THEN
      conditions := conditions || format(' AND %I %s %L', columns[i], operators[i], operands[i]);
      IF columns[i] = @owner_column AND operators[i] = '=' AND operands[i] IS NOT NULL THEN
        IF @by_owner THEN
          mark := @mark_of_both;
        ELSE
          wanted := wanted && ('''' || @owner_mark || '''')::tsquery;
        END IF;
        names_owner := true;
        newest_first := @has_owner_index;
      END IF;
    ELSIF operators[i] IN ('IS NULL', 'IS NOT NULL') THEN
      conditions := conditions || format(' AND %I %s', columns[i], operators[i]);
    ELSE
      RAISE EXCEPTION 'no operator';
    END IF;
  END LOOP;
  IF @by_owner AND NOT names_owner THEN
    RETURN;
  END IF;
  IF @is_tenant THEN
    wanted := regexp_replace(wanted::text, $word$'(([^']|'')+)'$word$, '''' || mark || '\1''', 'g')::tsquery;
  END IF;
  IF after IS NOT NULL THEN
    conditions := conditions || format(' AND @key < %L', after);
  END IF;
  IF newest_first THEN
    RETURN QUERY EXECUTE format('SELECT @key FROM (SELECT @key, sambung_words FROM @table WHERE %s ORDER BY @key DESC
      LIMIT @newest) AS newest WHERE sambung_words @@ $1 LIMIT %s', conditions, most) USING wanted, tenant;
    GET DIAGNOSTICS found = ROW_COUNT;
    IF found >= most THEN
      RETURN;
    END IF;
    EXECUTE format('SELECT @key FROM @table WHERE %s ORDER BY @key DESC OFFSET @newest - 1 LIMIT 1', conditions)
      INTO oldest USING wanted, tenant;
    IF oldest IS NULL THEN
      RETURN;
    END IF;
    conditions := conditions || ' AND @key < $3';
  END IF;
  PERFORM set_config('enable_indexscan', 'off', true);
  RETURN QUERY EXECUTE format('SELECT @key FROM (SELECT * FROM @table WHERE sambung_words @@ $1 OFFSET 0) AS hit
    WHERE %s ORDER BY @key DESC LIMIT %s', conditions, most - found) USING wanted, tenant, oldest;
END
$search$; )sql";
  bool const tenant = is_tenant_table(table);
  auto const type = std::string(postgres_dialect().type_name(table.fields.front().type));
  auto const* owner = detail::marked_column(table);
  return filled(body, {{"@function", identifier(search_function(table))},
                       {"@key_type", type.substr(0, type.find(' '))},
                       {"@key", identifier(table.fields.front().name)},
                       {"@table", identifier(table.table)},
                       {"@in_scope", tenant ? identifier(tenant_column) + " = $2"
                                            : "$1::tsquery IS NOT NULL AND $2::uuid IS NOT DISTINCT FROM $2"},
                       {"@is_tenant", tenant ? "true" : "false"},
                       {"@mark_of_both", mark_of_both("tenant", "operands[i]::uuid")},
                       {"@mark", mark_of("tenant")},
                       {"@owner_column", owner ? quoted(owner->name) : "NULL"},
                       {"@by_owner", table.searched_by_owner ? "true" : "false"},
                       {"@owner_mark", owner_mark_of("operands[i]::uuid")},
                       {"@has_owner_index", owner && has_owner_index(table, *owner) ? "true" : "false"},
                       {"@newest", searched_newest},
                       {"@wanted", language == "simple" ? "written::tsquery"
                                                        : "to_tsquery(" + quoted(language) + "::regconfig, written)"}});
}

std::string drop_search_text(record_description const& table, std::vector<std::string> const& said) {
  auto const name = identifier(table.table);
  auto out = "DROP FUNCTION IF EXISTS " + identifier(search_function(table)) + "; DROP TRIGGER IF EXISTS " +
             identifier(words_trigger_name) + " ON " + name + "; DROP FUNCTION IF EXISTS " +
             identifier(words_function(table)) + "; ALTER TABLE " + name + " DROP COLUMN IF EXISTS " +
             identifier(words_column);
  for (auto const& column : said) out += ", DROP COLUMN " + identifier(column);
  return out + "; ";
}

std::string postgres_search_text(record_description const& table) {
  auto const key = identifier(table.fields.front().name);
  auto out = "SELECT " + column_list(table, "r") + " FROM " + identifier(search_function(table)) +
             "($1, $2, $3, $4, $5, $6) AS hit JOIN " + identifier(table.table) + " AS r ON r." + key + " = hit";
  if (is_tenant_table(table)) out += " AND r." + identifier(tenant_column) + " = $7";
  out += " ORDER BY r." + key + " DESC";
  return may_be_large(table) ? bounded_select_text(table, out, key + " DESC") : out;
}

}  // namespace sambung::sql
