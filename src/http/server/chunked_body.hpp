// Reads one chunked request body (RFC 9112, section 7.1), without a socket.
#pragma once

#include "http/server/http_limits.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <string>
#include <string_view>

namespace sambung::serving {

// Beast undoes the chunks. It merges trailers into its header fields, which nobody reads: the parse guard's count.
class chunked_body {
 public:
  enum class state { read, done, malformed, too_large };

  // `begun`: the request's head, which the parse guard let pass, and what came with it.
  chunked_body(http_limits const& limits, std::size_t max_body_bytes, std::string_view begun);
  chunked_body(chunked_body const&) = delete;
  chunked_body& operator=(chunked_body const&) = delete;

  // Looks at what has come.
  state advance();

  // While it is to read: where more of it goes, and that so much came.
  boost::asio::mutable_buffer space();
  void received(std::size_t count) { encoded_.commit(count); }

  // What of it has come takes so many bytes.
  std::size_t size() const { return parser_.get().body().size(); }

  // Once it is done.
  std::string take() { return std::move(parser_.get().body()); }
  std::string_view leftover() const;  // what came behind it

 private:
  std::size_t const max_line_bytes_;
  std::size_t const max_extension_bytes_;
  std::size_t extension_bytes_ = 0;
  boost::beast::flat_buffer encoded_;
  boost::beast::http::request_parser<boost::beast::http::string_body> parser_;
  // The parser keeps a reference.
  struct count_extensions {
    chunked_body* body;
    void operator()(std::uint64_t size, boost::beast::string_view text, boost::beast::error_code& fault) const;
  } count_extensions_{this};
};

}  // namespace sambung::serving
