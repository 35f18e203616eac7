#include <sambung/storage/collection.hpp>

#include "core/base64url.hpp"
#include "core/fingerprint.hpp"

#include <bit>
#include <cstring>

// A cursor is base64url of an 8-byte fingerprint of the list, then, for each column of the order, one byte that names
// the type and the value: 8 bytes for a number, 16 for a UUID, 1 for a boolean, 4 bytes of length before a text.
// Numbers are big-endian.
namespace sambung::detail {
namespace {

void put_number(std::string& out, std::uint64_t number, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(number >> (8 * i) & 0xFF);
}

std::optional<std::uint64_t> take_number(std::string_view& in, std::size_t bytes) {
  if (in.size() < bytes) return std::nullopt;
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < bytes; ++i) number = number << 8 | static_cast<unsigned char>(in[i]);
  in.remove_prefix(bytes);
  return number;
}

std::optional<std::string_view> take_bytes(std::string_view& in, std::size_t bytes) {
  if (in.size() < bytes) return std::nullopt;
  auto const taken = in.substr(0, bytes);
  in.remove_prefix(bytes);
  return taken;
}

struct value_writer {
  std::string& out;
  void operator()(std::monostate) const { out += 'n'; }
  void operator()(bool v) const { (out += 'b') += static_cast<char>(v); }
  void operator()(std::int64_t v) const { put_number(out += 'i', static_cast<std::uint64_t>(v), 8); }
  void operator()(double v) const { put_number(out += 'r', std::bit_cast<std::uint64_t>(v), 8); }
  void operator()(std::string const& v) const { put_number(out += 't', v.size(), 4), out += v; }
  void operator()(uuid const& v) const { (out += 'u').append(v.bytes.begin(), v.bytes.end()); }
  void operator()(binary const&) const { out += 'n'; }  // no list is ordered by it
};

std::optional<value> take_value(std::string_view& in) {
  auto const type = take_bytes(in, 1);
  if (!type) return std::nullopt;
  auto const number = [&](std::size_t bytes, auto make) -> std::optional<value> {
    auto const taken = take_number(in, bytes);
    return taken ? std::optional<value>(make(*taken)) : std::nullopt;
  };
  switch (type->front()) {
    case 'b':
      return number(1, [](std::uint64_t n) { return value(n != 0); });
    case 'i':
      return number(8, [](std::uint64_t n) { return value(static_cast<std::int64_t>(n)); });
    case 'r':
      return number(8, [](std::uint64_t n) { return value(std::bit_cast<double>(n)); });
    case 't': {
      auto const size = take_number(in, 4);
      auto const text = size ? take_bytes(in, *size) : std::nullopt;
      return text ? std::optional<value>(std::string(*text)) : std::nullopt;
    }
    case 'u': {
      auto const bytes = take_bytes(in, 16);
      if (!bytes) return std::nullopt;
      uuid id;
      std::memcpy(id.bytes.data(), bytes->data(), 16);
      return value(id);
    }
    default:
      return std::nullopt;
  }
}

// Tells lists apart; it is no defence and needs to be none: a place reveals and permits nothing.
std::uint64_t fingerprint_of(query const& q, record_description const& table) {
  fingerprint print;
  print.add(q.table()).add(static_cast<int>(q.order_direction()));
  for (auto const& column : completed_order(q, table)) print.add(column);
  print.add("where");
  for (auto const& c : q.conditions()) print.add(c.column).add(static_cast<int>(c.op));
  return print.value();
}

failure foreign_cursor() {
  return failure(errc::invalid_argument, "cursor: not a cursor of this list",
                 {{"cursor", "not a cursor of this list"}});
}

}  // namespace

std::string encode_cursor(row const& place, query const& q, record_description const& table) {
  std::string bytes;
  put_number(bytes, fingerprint_of(q, table), 8);
  for (auto const& v : place) std::visit(value_writer{bytes}, v);
  return to_base64url(bytes);
}

result<row> decode_cursor(std::string_view cursor, query const& q, record_description const& table) {
  auto const bytes = from_base64url(cursor);
  if (!bytes) return foreign_cursor();
  std::string_view rest = *bytes;
  if (take_number(rest, 8) != fingerprint_of(q, table)) return foreign_cursor();
  row place;
  while (!rest.empty()) {
    auto v = take_value(rest);
    if (!v) return foreign_cursor();
    place.push_back(std::move(*v));
  }
  return place;
}

std::optional<std::string> search_cursor(rows const& found, record_description const& table) {
  if (!found.more) return std::nullopt;
  query const order(table.table);
  return encode_cursor(row(1, place_behind(found)), order, table);
}

result<value> decode_key(std::string_view cursor, query const& q, record_description const& table) {
  auto place = decode_cursor(cursor, q, table);
  if (!place) return place.error();
  if (place->size() != 1) return foreign_cursor();
  return std::move(place->front());
}

query with_page(query q, page_request const& which, std::optional<row> place) {
  if (place) return std::move(q).limit(which.limit).after(std::move(*place));
  return std::move(q).limit(which.limit);
}

row place_of(row const& last, query const& q, record_description const& table) {
  row place;
  for (auto const& column : completed_order(q, table)) place.push_back(last[*table.position(column)]);
  return place;
}

result<void> check_page(page_request const& which) {
  if (which.limit >= 1 && which.limit <= max_page_size) return {};
  auto const message = "must be 1 to " + std::to_string(max_page_size);
  std::vector<issue> issues{{"limit", message}};
  return failure(errc::invalid_argument, "limit: " + message, std::move(issues));
}

namespace {

failure nothing_searched() {
  return failure(errc::invalid_argument, "text: must not be empty", {{"text", "must not be empty"}});
}

row_page page_of(rows found, query const& asked, record_description const& table) {
  row_page page;
  if (found.more) page.next_cursor = encode_cursor(place_of(found.items.back(), asked, table), asked, table);
  page.found = std::move(found);
  return page;
}

}  // namespace

task<result<row_page>> read_row_page(std::shared_ptr<storage> store, scope who, record_description const& table,
                                     query q, page_request which) {
  if (auto valid = check_page(which); !valid) co_return valid.error();
  std::optional<row> place;
  if (which.cursor) {
    auto decoded = decode_cursor(*which.cursor, q, table);
    if (!decoded) co_return decoded.error();
    place = std::move(*decoded);
  }
  query asked = with_page(std::move(q), which, std::move(place));
  auto found = co_await read_to_a_place(*store, who, table, asked);
  if (!found) co_return found.error();
  co_return page_of(std::move(*found), asked, table);
}

task<result<row_page>> search_row_page(std::shared_ptr<storage> store, scope who, record_description const& table,
                                       text_query q, page_request which) {
  if (auto valid = check_page(which); !valid) co_return valid.error();
  if (q.text().empty()) co_return nothing_searched();
  query const order(table.table);
  q = std::move(q).limit(which.limit);
  if (which.cursor) {
    auto key = decode_key(*which.cursor, order, table);
    if (!key) co_return key.error();
    q = std::move(q).after(std::move(*key));
  }
  auto found = co_await search_to_a_place(*store, who, table, std::move(q));
  if (!found) co_return found.error();
  row_page page;
  page.next_cursor = search_cursor(*found, table);
  page.found = std::move(*found);
  co_return page;
}

task<result<receipt>> write_batch(std::shared_ptr<storage> store, scope who, batch b) {
  co_return co_await store->write(who, std::move(b));
}

task<result<receipt>> write_change(std::shared_ptr<storage> store, scope who, change c) {
  batch b;
  b.add(std::move(c));
  return write_batch(std::move(store), who, std::move(b));
}

void tell_damaged(damage_observer const& told, scope const& who, std::string_view table, row const& in) {
  if (told) told(damaged_row_of(who, table, in.empty() ? value() : in.front()));
}

}  // namespace sambung::detail
