#include "http/server/request_reader.hpp"

#include <algorithm>

namespace sambung::serving {
namespace {

constexpr std::size_t head_read_size = 4'096;
constexpr std::size_t first_body_room = 4'096;
// What an idle connection may keep of the room that its heads took.
constexpr std::size_t idle_head_room = 8'192;

constexpr std::string_view no_room = "too many bodies are on their way";

std::string_view view_of(boost::beast::flat_buffer const& buffer) {
  auto const data = buffer.cdata();
  return {static_cast<char const*>(data.data()), data.size()};
}

}  // namespace

boost::asio::mutable_buffer request_reader::space() {
  switch (part_) {
    case part::sized:
      return boost::asio::buffer(long_->bytes) + long_->filled;
    case part::chunked:
      return chunks_->space();
    case part::head:
      break;
  }
  return in_.prepare(head_read_size);
}

void request_reader::received(std::size_t count) {
  switch (part_) {
    case part::sized:
      long_->filled += count;
      return;
    case part::chunked:
      return chunks_->received(count);
    case part::head:
      in_.commit(count);
  }
}

request_reader::step request_reader::refuse(int status, std::string_view why) {
  fault_ = {status, why};
  complete_ = false;
  chunks_.reset();
  drop_body();
  return step::refused;
}

request_reader::step request_reader::find_head() {
  auto const bytes = view_of(in_);
  auto const end = find_head_end(bytes, searched_);
  if ((end ? end : bytes.size()) > limits_->max_header_bytes) return refuse(431, "the header is too large");
  if (!end) {
    if (!may_begin_head(bytes, searched_)) return refuse(400, "malformed request");
    searched_ = bytes.size();
    return step::read;
  }
  auto parsed = parse_request_head(bytes.substr(0, end), limits_->max_header_fields);
  if (!parsed) return refuse(parsed.error().status, parsed.error().why);
  head_ = std::move(*parsed);
  head_size_ = end;
  used_ = end;
  return step::done;
}

bool request_reader::read_ahead() {
  if (head_.chunked) return false;
  auto const size = head_.content_length.value_or(0);
  if (in_.size() - head_size_ < size) return false;
  body_ = view_of(in_).substr(head_size_, size);
  used_ = head_size_ + size;
  complete_ = true;
  return true;
}

request_reader::step request_reader::find_body() {
  if (part_ == part::head) {
    if (read_ahead()) return step::done;
    used_ = in_.size();
    long_ = std::make_unique<long_body>(*together_);
    if (head_.chunked) {
      chunks_ = std::make_unique<chunked_body>(*limits_, max_body_bytes(), view_of(in_));
      part_ = part::chunked;
    } else {
      if (*head_.content_length > max_body_bytes()) return refuse(413, "the body is too large");
      auto const begun = view_of(in_).substr(head_size_);
      long_->bytes.assign(begun);
      long_->filled = begun.size();
      part_ = part::sized;
    }
  }
  return part_ == part::chunked ? find_chunked_body() : find_sized_body();
}

bool request_reader::make_room(std::size_t size) {
  if (!long_->share.grow_to(size)) return false;
  long_->bytes.resize(size);
  return true;
}

// The room doubles, so that an announced length takes nothing before its bytes are there.
request_reader::step request_reader::find_sized_body() {
  auto const announced = *head_.content_length;
  if (long_->filled < announced) {
    auto const more = std::max(first_body_room, 2 * long_->filled);
    if (long_->filled == long_->bytes.size() && !make_room(std::min<std::size_t>(announced, more)))
      return refuse(503, no_room);
    return step::read;
  }
  body_ = long_->bytes;
  complete_ = true;
  return step::done;
}

request_reader::step request_reader::find_chunked_body() {
  auto const found = chunks_->advance();
  if (!long_->share.grow_to(chunks_->size())) return refuse(503, no_room);
  switch (found) {
    case chunked_body::state::read:
      return step::read;
    case chunked_body::state::malformed:
      return refuse(400, "malformed chunked body");
    case chunked_body::state::too_large:
      return refuse(413, "the body is too large");
    case chunked_body::state::done:
      break;
  }
  long_->bytes = chunks_->take();
  body_ = long_->bytes;
  complete_ = true;
  return step::done;
}

void request_reader::drop_body() {
  body_ = {};
  long_.reset();
}

void request_reader::rest() {
  if (chunks_ || !body_.empty()) return;
  head_.keep_for_log();
  auto const behind = view_of(in_).substr(used_);
  auto size = head_.method.size() + head_.target.size();
  for (auto const& field : head_.fields) size += field.name.size() + field.value.size();
  boost::beast::flat_buffer kept;
  auto* to = static_cast<char*>(kept.prepare(size + behind.size()).data());
  auto const keep = [&](std::string_view from) {
    std::string_view const moved(to, from.size());
    to = std::ranges::copy(from, to).out;
    return moved;
  };
  head_.method = keep(head_.method);
  head_.target = keep(head_.target);
  for (auto& field : head_.fields) {
    field.name = keep(field.name);
    field.value = keep(field.value);
  }
  keep(behind);
  kept.commit(size + behind.size());
  head_size_ = used_ = size;
  in_ = std::move(kept);
}

void request_reader::finish() {
  in_.consume(used_);
  if (chunks_) {
    auto const rest = chunks_->leftover();
    in_.commit(boost::asio::buffer_copy(in_.prepare(rest.size()), boost::asio::buffer(rest)));
    chunks_.reset();
  }
  drop_body();
  allowed_body_.reset();
  if (in_.size() == 0 && in_.capacity() > idle_head_room) in_.shrink_to_fit();
  part_ = part::head;
  searched_ = head_size_ = used_ = 0;
  head_ = request_head();
  complete_ = false;
}

}  // namespace sambung::serving
