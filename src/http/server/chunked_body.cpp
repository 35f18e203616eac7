#include "http/server/chunked_body.hpp"

#include <algorithm>

namespace sambung::serving {
namespace {

// Whoever has sent much is read from in larger pieces.
constexpr std::size_t smallest_read = 2'048;
constexpr std::size_t largest_read = 16'384;

}  // namespace

chunked_body::chunked_body(http_limits const& limits, std::size_t max_body_bytes, std::string_view begun)
    : max_line_bytes_(limits.max_header_bytes),
      max_extension_bytes_(limits.max_chunk_extension_bytes),
      encoded_(limits.max_header_bytes + 65'536) {
  parser_.body_limit(max_body_bytes);
  parser_.header_limit(static_cast<std::uint32_t>(limits.max_header_bytes));
  parser_.eager(true);
  parser_.on_chunk_header(count_extensions_);
  encoded_.commit(boost::asio::buffer_copy(encoded_.prepare(begun.size()), boost::asio::buffer(begun)));
}

void chunked_body::count_extensions::operator()(std::uint64_t, boost::beast::string_view text,
                                                boost::beast::error_code& fault) const {
  body->extension_bytes_ += text.size();
  if (body->extension_bytes_ > body->max_extension_bytes_) fault = boost::beast::http::error::bad_chunk_extension;
}

boost::asio::mutable_buffer chunked_body::space() {
  return encoded_.prepare(std::clamp<std::size_t>(size(), smallest_read, largest_read));
}

chunked_body::state chunked_body::advance() {
  boost::beast::error_code fault;
  encoded_.consume(parser_.put(encoded_.cdata(), fault));
  if (fault == boost::beast::http::error::body_limit) return state::too_large;
  if (fault && fault != boost::beast::http::error::need_more) return state::malformed;
  if (parser_.is_done()) return state::done;
  return encoded_.size() > max_line_bytes_ ? state::malformed : state::read;
}

std::string_view chunked_body::leftover() const {
  auto const data = encoded_.cdata();
  return {static_cast<char const*>(data.data()), data.size()};
}

}  // namespace sambung::serving
