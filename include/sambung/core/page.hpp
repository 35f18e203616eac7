// Pages: how every list is read. Newest first, by opaque cursors, never by offsets.
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/error.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace sambung {

// The largest page any list gives; asking for more is errc::invalid_argument. Where rows are large a page has fewer: a
// list goes on as long as there is a cursor.
inline constexpr std::size_t max_page_size = 200;

// Which page of a list.
struct page_request {
  page_request() = default;
  explicit page_request(std::size_t limit_, std::optional<std::string> cursor_ = std::nullopt)
      : limit(limit_), cursor(std::move(cursor_)) {}

  std::size_t limit = 50;             // 1 to max_page_size
  std::optional<std::string> cursor;  // page::next_cursor of the page before; none for the first page
};
SAMBUNG_DESCRIBE_STRUCT(page_request, (), (limit, cursor))

// One page. A cursor stays valid while rows come and go: the next page goes on behind the last row of this one.
template <class T>
struct page {
  std::vector<T> items;
  std::optional<std::string> next_cursor;  // none on the last page
  std::size_t damaged = 0;                 // rows of this page that could not be read: they are left out
};

}  // namespace sambung
