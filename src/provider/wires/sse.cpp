#include "provider/wires/sse.hpp"

#include "core/text.hpp"

namespace sambung {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

std::string_view sse_decoder::without_bom(std::string_view bytes) {
  while (bom_ < 3 && !bytes.empty()) {
    if (bytes.front() != byte_order_mark[bom_]) {
      // What looked like the beginning of one belongs to the first line.
      for (std::size_t i = 0; i < bom_; ++i) tail_ += byte_order_mark[i];
      bom_ = 3;
      return bytes;
    }
    ++bom_;
    bytes.remove_prefix(1);
  }
  return bytes;
}

void sse_decoder::keep_tail(std::string_view tail) {
  if (tail_.size() + tail.size() > max_bytes_) overflowed_ = true;
  else tail_.append(tail);
}

void sse_decoder::field(std::string_view line, bool stable) {
  auto const colon = line.find(':');
  auto const name = line.substr(0, colon);
  auto value = colon == line.npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "data") {
    data_line(value, stable);
  } else if (name == "event") {
    event_ = value;
  } else if (name == "id") {
    if (value.find('\0') == value.npos) id_ = value;
  } else if (name == "retry") {
    if (auto const number = whole_number<std::uint64_t>(value)) retry_ = *number;
  }
}

void sse_decoder::data_line(std::string_view value, bool stable) {
  if (!has_data_ && stable) {
    has_data_ = true;
    view_ = value;
    return;
  }
  if (has_data_) {
    own_data();
    data_ += '\n';
  }
  has_data_ = owned_ = true;
  if (data_.size() + value.size() > max_bytes_) overflowed_ = true;
  else data_ += value;
}

void sse_decoder::own_data() {
  if (!has_data_ || owned_) return;
  data_.assign(view_);
  owned_ = true;
}

void sse_decoder::reset_event() {
  has_data_ = owned_ = false;
  data_.clear();
  event_.clear();
}

}  // namespace sambung
