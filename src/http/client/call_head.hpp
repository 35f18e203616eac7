// call_head: the head of a request as it is sent.
#pragma once

#include <sambung/core/secret.hpp>
#include <sambung/provider/transport.hpp>

#include "http/client/proxy.hpp"
#include "http/client/target.hpp"

#include <string>

namespace sambung::http {

// Up to here a body is put behind the header and sent in one piece.
inline constexpr std::size_t joined_bytes = 16'384;

// The head, and a body that is joined to it; `by`: the proxy that reads it, if there is one. errc::invalid_argument for
// what cannot be sent.
result<std::string> encode_head(http_request const& request, target const& where, proxy const* by);

// Headers hold keys: neither they nor their encoded form outlive the call.
class wiped_call {
 public:
  wiped_call(http_headers& headers, std::string& head) : headers_(headers), head_(head) {}
  ~wiped_call() {
    for (auto& [name, value] : headers_) wipe(value);
    wipe(head_);
  }
  wiped_call(wiped_call const&) = delete;
  wiped_call& operator=(wiped_call const&) = delete;

 private:
  http_headers& headers_;
  std::string& head_;
};

}  // namespace sambung::http
