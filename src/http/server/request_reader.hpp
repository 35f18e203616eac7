// request_reader: the requests in the bytes that a client sends, without a socket: whoever has one reads into space(),
// says received(), and asks again.
//
//   find_head() until it is there, then read_ahead() or find_body() until that is there, then finish(): the next one.
//
// What it holds grows with what has arrived, never with what was announced.
#pragma once

#include "http/server/body_budget.hpp"
#include "http/server/chunked_body.hpp"
#include "http/server/http_limits.hpp"
#include "http/server/request_head.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sambung::serving {

// Thread safety: none. Lifetime: limits and budget outlive it; what it gives is valid until finish(), but for the body.
class request_reader {
 public:
  enum class step {
    read,     // more has to come
    done,     // it has come
    refused,  // see fault(): nothing more can be read from this client
  };

  // `together`: what the bodies of all connections come out of.
  request_reader(http_limits const& limits, body_budget& together) : limits_(&limits), together_(&together) {}

  boost::asio::mutable_buffer space();
  void received(std::size_t count);

  // Looks for a head.
  step find_head();
  // How large the body may be, once it is known what it is for; limits.max_body_bytes until then.
  void allow_body(std::size_t max_bytes) { allowed_body_ = max_bytes; }
  // Takes the body if all of it came together with the head; true without a body.
  bool read_ahead();
  // Looks for a body that did not. A fault of 413 when it is larger than may be, of 503 when all bodies together are.
  step find_body();
  // Nobody reads the body any more: its memory goes before the rest of the request does.
  void drop_body();
  // Its answer takes long: of the head stays what the access log tells, and the room in which more would have been
  // read goes. What head() views moves along; views that others made of it do not.
  void rest();

  // The request was answered: its bytes go. What came behind it stays, as the beginning of the next.
  void finish();

  request_head const& head() const { return head_; }
  std::string_view body() const { return body_; }
  head_fault const& fault() const { return fault_; }

  // Whether all of the request was read; false: what still comes of it must not be taken for the next one.
  bool complete() const { return complete_; }
  // Whether something came behind the request, once all of it was read.
  bool followed() const { return in_.size() > used_; }
  // Whether nothing is there, neither of a request nor behind one.
  bool empty() const { return in_.size() == 0; }

 private:
  enum class part { head, sized, chunked };

  // A body that did not come with the head.
  struct long_body {
    explicit long_body(body_budget& together) : share(together) {}

    std::string bytes;       // and room for more of it
    std::size_t filled = 0;  // while it comes
    body_share share;        // of what long bodies take
  };

  step refuse(int status, std::string_view why);
  std::size_t max_body_bytes() const { return allowed_body_.value_or(limits_->max_body_bytes); }
  bool make_room(std::size_t size);
  step find_sized_body();
  step find_chunked_body();

  http_limits const* limits_;
  body_budget* together_;
  std::optional<std::size_t> allowed_body_;
  boost::beast::flat_buffer in_;  // the head, and what came with it
  part part_ = part::head;
  std::size_t searched_ = 0;   // bytes of in_ that have no end of a head
  std::size_t head_size_ = 0;  // once it is known
  std::size_t used_ = 0;       // bytes of in_ that belong to the request
  request_head head_;
  std::unique_ptr<long_body> long_;
  std::unique_ptr<chunked_body> chunks_;
  std::string_view body_;
  head_fault fault_;
  bool complete_ = false;
};

}  // namespace sambung::serving
