#include "arrow_stream.hpp"

#include <memory>
#include <utility>

// As the specification spells them.
extern "C" {
struct ArrowSchema {
  char const* format;
  char const* name;
  char const* metadata;
  std::int64_t flags;
  std::int64_t n_children;
  ArrowSchema** children;
  ArrowSchema* dictionary;
  void (*release)(ArrowSchema*);
  void* private_data;
};
struct ArrowArray {
  std::int64_t length;
  std::int64_t null_count;
  std::int64_t offset;
  std::int64_t n_buffers;
  std::int64_t n_children;
  void const** buffers;
  ArrowArray** children;
  ArrowArray* dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};
}

namespace sambung::python {
namespace {

constexpr std::int64_t nullable_flag = 2;

char const* format_of(column_kind kind) {
  switch (kind) {
    case column_kind::text:
    case column_kind::json:
      return "U";  // with offsets of 64 bits
    case column_kind::integer:
      return "l";
    case column_kind::real:
      return "g";
    case column_kind::boolean:
      return "b";
    case column_kind::time:
      return "tsm:UTC";
  }
  return "U";
}

// What an ArrowArray points to.
struct held_array {
  column_values values;
  std::vector<void const*> buffers;
  std::vector<std::unique_ptr<ArrowArray>> children;
  std::vector<ArrowArray*> pointers;
};

void release_array(ArrowArray* array) {
  auto* const held = static_cast<held_array*>(array->private_data);
  for (auto const& child : held->children)
    if (child->release) child->release(child.get());
  delete held;
  array->release = nullptr;
}

void fill_array(ArrowArray& out, std::unique_ptr<held_array> held, std::int64_t rows, std::int64_t nulls) {
  out = {};
  out.length = rows;
  out.null_count = nulls;
  out.n_buffers = static_cast<std::int64_t>(held->buffers.size());
  out.buffers = held->buffers.data();
  out.n_children = static_cast<std::int64_t>(held->children.size());
  for (auto const& child : held->children) held->pointers.push_back(child.get());
  out.children = held->pointers.data();
  out.release = release_array;
  out.private_data = held.release();
}

void fill_column(ArrowArray& out, column_kind kind, column_values values, std::int64_t rows) {
  auto held = std::make_unique<held_array>();
  held->values = std::move(values);
  auto const& of = held->values;
  held->buffers.push_back(of.nulls ? of.valid.data() : nullptr);
  if (kind == column_kind::text || kind == column_kind::json) {
    held->buffers.push_back(of.offsets.data());
    held->buffers.push_back(of.text.data());
  } else if (kind == column_kind::real) {
    held->buffers.push_back(of.real.data());
  } else if (kind == column_kind::boolean) {
    held->buffers.push_back(of.bits.data());
  } else {
    held->buffers.push_back(of.whole.data());
  }
  auto const nulls = of.nulls;
  fill_array(out, std::move(held), rows, nulls);
}

struct held_schema {
  std::string name;
  std::vector<std::unique_ptr<ArrowSchema>> children;
  std::vector<ArrowSchema*> pointers;
};

void release_schema(ArrowSchema* schema) {
  auto* const held = static_cast<held_schema*>(schema->private_data);
  for (auto const& child : held->children)
    if (child->release) child->release(child.get());
  delete held;
  schema->release = nullptr;
}

void fill_schema(ArrowSchema& out, char const* format, std::unique_ptr<held_schema> held, std::int64_t flags) {
  out = {};
  out.format = format;
  out.name = held->name.c_str();
  out.flags = flags;
  out.n_children = static_cast<std::int64_t>(held->children.size());
  for (auto const& child : held->children) held->pointers.push_back(child.get());
  out.children = held->pointers.data();
  out.release = release_schema;
  out.private_data = held.release();
}

struct held_stream {
  std::vector<arrow_column> columns;
  std::deque<batch_values> batches;
};

int get_schema(ArrowArrayStream* stream, ArrowSchema* out) {
  auto const& of = *static_cast<held_stream*>(stream->private_data);
  auto held = std::make_unique<held_schema>();
  for (auto const& one : of.columns) {
    auto child = std::make_unique<held_schema>();
    child->name = one.name;
    fill_schema(*held->children.emplace_back(std::make_unique<ArrowSchema>()), format_of(one.kind), std::move(child),
                nullable_flag);
  }
  fill_schema(*out, "+s", std::move(held), 0);
  return 0;
}

int get_next(ArrowArrayStream* stream, ArrowArray* out) {
  auto& of = *static_cast<held_stream*>(stream->private_data);
  *out = {};  // released: the end
  if (of.batches.empty()) return 0;
  auto batch = std::move(of.batches.front());
  of.batches.pop_front();
  auto held = std::make_unique<held_array>();
  held->buffers.push_back(nullptr);
  for (std::size_t i = 0; i < of.columns.size(); ++i)
    fill_column(*held->children.emplace_back(std::make_unique<ArrowArray>()), of.columns[i].kind,
                std::move(batch.columns[i]), batch.rows);
  fill_array(*out, std::move(held), batch.rows, 0);
  return 0;
}

char const* get_last_error(ArrowArrayStream*) { return nullptr; }

void release_stream(ArrowArrayStream* stream) {
  delete static_cast<held_stream*>(stream->private_data);
  stream->release = nullptr;
}

}  // namespace

void set_bit(std::vector<std::uint8_t>& bits, std::size_t at, bool on) {
  if (bits.size() <= at / 8) bits.resize(at / 8 + 1);
  if (on) bits[at / 8] = static_cast<std::uint8_t>(bits[at / 8] | (1U << (at % 8)));
}

ArrowArrayStream* new_arrow_stream(std::vector<arrow_column> columns, std::deque<batch_values> batches) {
  auto held = std::make_unique<held_stream>();
  held->columns = std::move(columns);
  held->batches = std::move(batches);
  return new ArrowArrayStream{get_schema, get_next, get_last_error, release_stream, held.release()};
}

void delete_arrow_stream(ArrowArrayStream* stream) {
  if (stream->release) stream->release(stream);
  delete stream;
}

}  // namespace sambung::python
