// bounded_rows: what a read gives while it is gathered: up to a limit of rows, and up to max_read_bytes.
#pragma once

#include <sambung/storage/query.hpp>

#include <utility>

namespace sambung::detail {

class bounded_rows {
 public:
  explicit bounded_rows(std::size_t limit) : limit_(limit) {}

  // Whether the next row, which is there, still belongs to it.
  bool has_room() {
    bool const room = found_.items.size() < limit_ && bytes_ < max_read_bytes;
    found_.more = !room;
    return room;
  }
  void add(row next) {
    bytes_ += text_bytes(next);
    found_.items.push_back(std::move(next));
  }

  rows take() && { return std::move(found_); }

 private:
  std::size_t const limit_;
  std::size_t bytes_ = 0;
  rows found_;
};

}  // namespace sambung::detail
