// listing: how every list is asked for and answered by a procedure: a page at a time, newest first.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/json_codec.hpp>
#include <sambung/core/page.hpp>

#include <optional>
#include <string>
#include <vector>

namespace sambung {

struct list_input {
  std::int64_t limit = 50;
  std::optional<std::string> cursor;  // nextCursor of the page before
};
SAMBUNG_DESCRIBE_STRUCT(list_input, (), (limit, cursor))
SAMBUNG_API record_description describe_record(record_of<list_input>);

SAMBUNG_API page_request to_page_request(list_input in);

template <class T>
struct list_output {
  std::vector<T> items;
  std::optional<std::string> next_cursor;
  std::int64_t damaged = 0;  // how many of this page could not be read and were left out

  BOOST_DESCRIBE_CLASS(list_output, (), (items, next_cursor, damaged), (), ())
};

template <class T>
list_output<T> to_list(page<T> found) {
  list_output<T> out;
  out.items = std::move(found.items);
  out.next_cursor = std::move(found.next_cursor);
  out.damaged = static_cast<std::int64_t>(found.damaged);
  return out;
}

}  // namespace sambung
