// query_shape: what a call of the storage looks like without its values: tables, columns, comparisons, order, limit.
#pragma once

#include <sambung/storage/storage.hpp>

#include <array>
#include <span>
#include <string>

namespace sambung {

// Made for every call, so it allocates nothing; what has no room is left out. Lifetime: `in` outlives it.
class query_shape {
 public:
  query_shape() = default;
  query_shape(schema const& in, query const& q);
  query_shape(schema const& in, text_query const& q);
  query_shape(schema const& in, batch const& b);
  query_shape(schema const& in, std::string const& table);

  // The one table that it is about; null for several, and for one that is not in the schema.
  record_description const* table() const { return table_; }

  // "where chat_id = ? and id < ? order by id descending limit 50", "insert messages 2, update chats 1".
  std::string text() const;

 private:
  static constexpr std::size_t max_columns = 8;
  static constexpr std::size_t max_steps = 8;
  static constexpr std::size_t max_looked_at = 256;  // changes of a batch

  struct column_use {
    std::size_t column = 0;
    comparison op = comparison::equal;
  };
  struct batch_step {
    record_description const* table = nullptr;
    std::size_t kind = 0;  // of a change
    std::size_t count = 0;
  };
  enum class form { unknown, query, search, batch };

  void take(std::vector<condition> const& conditions);
  void take(record_description const* table, std::size_t kind);
  std::string text_of_query() const;
  std::string text_of_batch() const;

  form form_ = form::unknown;
  record_description const* table_ = nullptr;
  std::array<column_use, max_columns> conditions_{};
  std::size_t condition_count_ = 0;
  std::array<std::size_t, max_columns> order_{};
  std::size_t order_count_ = 0;
  direction direction_ = direction::descending;
  bool goes_on_ = false;
  std::size_t limit_ = 0;
  std::array<batch_step, max_steps> steps_{};
  std::size_t step_count_ = 0;
  std::size_t changes_ = 0;  // all of them
};

}  // namespace sambung
