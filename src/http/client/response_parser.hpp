// response_parser: the responses that a transport takes.
#pragma once

#include <sambung/provider/transport.hpp>

#include "core/text.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <optional>
#include <string>

namespace sambung::http {

// Beast's parser without its containers: fields and body go straight to where they are needed.
class response_parser final : public boost::beast::http::basic_parser<false> {
 public:
  explicit response_parser(std::size_t max_header_bytes) {
    header_limit(static_cast<std::uint32_t>(max_header_bytes));
    body_limit(boost::none);
    eager(true);
  }

  int status = 0;
  http_headers headers;
  std::string body;  // what arrived since it was cleared last
  std::optional<std::string> fault;

 private:
  using error_code = boost::beast::error_code;
  using string_view = boost::beast::string_view;
  using error = boost::beast::http::error;
  static constexpr std::size_t max_fields = 100;

  void refuse(std::string why, error_code& ec) {
    fault = std::move(why);
    ec = make_error_code(error::bad_value);
  }

  void on_request_impl(boost::beast::http::verb, string_view, string_view, int, error_code&) override {}
  void on_response_impl(int code, string_view, int, error_code&) override { status = code; }
  void on_field_impl(boost::beast::http::field, string_view name, string_view value, error_code& ec) override {
    if (is_header_done()) return;  // a trailer says nothing that may be trusted
    if (headers.size() == max_fields) return refuse("it has too many header fields", ec);
    headers.emplace_back(lower_case({name.data(), name.size()}), std::string(value.data(), value.size()));
  }
  void on_header_impl(error_code& ec) override {
    int lengths = 0;
    bool encoded = false;
    for (auto const& [name, value] : headers) {
      if (name == "content-encoding" && !value.empty() && lower_case(value) != "identity")
        return refuse("it is compressed, which was not asked for", ec);
      // Beast takes any other encoding for an empty body.
      if (name == "transfer-encoding") {
        if (encoded || lower_case(value) != "chunked") return refuse("its transfer encoding is unknown", ec);
        encoded = true;
      }
      if (name == "content-length") ++lengths;
    }
    if (lengths > 1 || (lengths == 1 && encoded)) return refuse("it has no single length", ec);
  }
  void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
  std::size_t on_body_impl(string_view bytes, error_code&) override { return keep(bytes); }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code&) override { return keep(bytes); }
  void on_finish_impl(error_code&) override {}

  std::size_t keep(string_view bytes) {
    body.append(bytes.data(), bytes.size());
    return bytes.size();
  }
};

}  // namespace sambung::http
