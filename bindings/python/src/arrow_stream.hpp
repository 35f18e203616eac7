// arrow_stream: tables as Arrow's C stream (https://arrow.apache.org/docs/format/CStreamInterface.html), without any
// library of Arrow's, and without Python: whoever reads one may do so on any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

// As the specification spells them.
extern "C" {
struct ArrowSchema;
struct ArrowArray;
struct ArrowArrayStream {
  int (*get_schema)(ArrowArrayStream*, ArrowSchema*);
  int (*get_next)(ArrowArrayStream*, ArrowArray*);
  char const* (*get_last_error)(ArrowArrayStream*);
  void (*release)(ArrowArrayStream*);
  void* private_data;
};
}

namespace sambung::python {

enum class column_kind { text, integer, real, boolean, time, json };

struct arrow_column {
  std::string name;
  column_kind kind = column_kind::text;
};

// The values of one column in one batch.
struct column_values {
  std::int64_t nulls = 0;
  std::vector<std::uint8_t> valid;  // bits
  std::vector<std::uint8_t> bits;   // of booleans
  std::vector<std::int64_t> whole;  // of integers and times
  std::vector<double> real;
  std::vector<std::int64_t> offsets{0};
  std::string text;
};

void set_bit(std::vector<std::uint8_t>& bits, std::size_t at, bool on);

struct batch_values {
  std::int64_t rows = 0;
  std::vector<column_values> columns;
};

// A stream of copies: each batch is given once.
ArrowArrayStream* new_arrow_stream(std::vector<arrow_column> columns, std::deque<batch_values> batches);
// Releases it unless its reader has.
void delete_arrow_stream(ArrowArrayStream* stream);

}  // namespace sambung::python
