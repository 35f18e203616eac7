#include "http/client/exchange.hpp"

#include <algorithm>

namespace sambung::http {
namespace {

namespace beast = boost::beast;

constexpr int max_informational = 16;
constexpr std::size_t input_bytes = 32'768;

failure broken(std::string message) { return {errc::unavailable, std::move(message)}; }
failure malformed(std::string message) { return {errc::provider_error, std::move(message)}; }

}  // namespace

exchange::exchange(lease held, std::size_t max_header_bytes)
    : lease_(std::move(held)),
      max_header_bytes_(max_header_bytes),
      parser_(std::make_unique<response_parser>(max_header_bytes)),
      input_(std::make_unique_for_overwrite<char[]>(input_bytes)) {}

exchange::~exchange() {
  // The end of a body often comes right behind the last thing its reader wanted to know.
  if (lease_ && parser_->is_header_done() && !parser_->is_done()) try_to_end();
  if (reusable()) lease_.give_back();
}

task<io_status> exchange::write(std::string_view bytes, time_point deadline) {
  auto& wire = lease_.wire();
  while (!bytes.empty()) {
    auto const step = wire.write_some(bytes);
    if (step.status == io_status::ok) {
      bytes.remove_prefix(step.bytes);
      continue;
    }
    if (step.status != io_status::wait_read && step.status != io_status::wait_write) {
      unsent_ = true;
      co_return io_status::broken;
    }
    auto const which = step.status == io_status::wait_read ? direction::read : direction::write;
    bool const in_time = co_await wire.wait(which, deadline);
    if (!in_time) co_return io_status::wait_write;
  }
  co_return io_status::ok;
}

task<result<bool>> exchange::read_header(time_point deadline) {
  for (int informational = 0;;) {
    if (auto parsed = parse(); !parsed) co_return parsed.error();
    if (parser_->is_header_done()) {
      bool const final = parser_->status >= 200 || parser_->status == 101;
      if (final) co_return true;
      if (++informational > max_informational) co_return malformed("the provider sent too many 1xx responses");
      parser_ = std::make_unique<response_parser>(max_header_bytes_);
      continue;
    }
    auto const more = fill();
    if (!more) co_return more.error();
    if (*more) continue;
    bool const in_time = co_await wait(deadline);
    if (!in_time) co_return false;
  }
}

result<bool> exchange::try_read_body() {
  for (;;) {
    if (auto parsed = parse(); !parsed) return parsed.error();
    if (!parser_->body.empty() || parser_->is_done()) return true;
    if (body_fault_) return *body_fault_;
    auto const more = fill();
    if (!more || !*more) return more;
  }
}

bool exchange::reusable() const {
  return lease_ && lease_.connected() && parser_->is_done() && parser_->keep_alive() && begin_ == end_ && !eof_ &&
         !unsent_ && parser_->status != 101;
}

result<void> exchange::parse() {
  while (begin_ != end_ && !parser_->is_done() && !body_fault_) {
    beast::error_code ec;
    auto const used = parser_->put(boost::asio::const_buffer(input_.get() + begin_, end_ - begin_), ec);
    begin_ += used;
    if (ec == beast::http::error::need_more) break;
    if (ec && in_header()) return malformed(why(ec));
    if (ec) body_fault_ = malformed(why(ec));
    if (parser_->is_header_done() && parser_->status < 200) break;
    if (used == 0) break;
  }
  if (begin_ == end_) begin_ = end_ = 0;
  return {};
}

// A header that was refused is a header, although it has been read.
bool exchange::in_header() const { return !parser_->is_header_done() || parser_->fault; }

std::string exchange::why(beast::error_code ec) const {
  if (ec == beast::http::error::header_limit) return "the provider's response header is too long";
  return "the provider's response is unusable: " + parser_->fault.value_or(ec.message());
}

result<bool> exchange::fill() {
  if (begin_ != 0) {
    std::copy(input_.get() + begin_, input_.get() + end_, input_.get());
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == input_bytes) return malformed("the provider's response is unusable: a line is too long");
  auto const step = lease_.wire().read_some(std::span<char>(input_.get() + end_, input_bytes - end_));
  broke_ = step.status == io_status::end || step.status == io_status::broken;
  switch (step.status) {
    case io_status::ok:
      end_ += step.bytes;
      got_bytes_ = true;
      return true;
    case io_status::end:
      return at_end();
    case io_status::broken:
      return broken("the connection to the provider broke");
    case io_status::wait_read:
      blocked_on_ = direction::read;
      return false;
    case io_status::wait_write:
      break;
  }
  blocked_on_ = direction::write;
  return false;
}

result<bool> exchange::at_end() {
  eof_ = true;
  if (!parser_->is_header_done()) return broken("the provider closed the connection without a response");
  beast::error_code ec;
  parser_->put_eof(ec);
  if (ec) return broken("the provider closed the connection in the middle of its response");
  return true;
}

void exchange::try_to_end() {
  // A few reads, since TLS gives one record at a time.
  for (int reads = 0; reads < 4; ++reads) {
    if (!parse() || body_fault_ || parser_->is_done() || begin_ != 0 || end_ == input_bytes) return;
    auto const step = lease_.wire().read_some(std::span<char>(input_.get() + end_, input_bytes - end_));
    if (step.status != io_status::ok) return;
    end_ += step.bytes;
  }
}

}  // namespace sambung::http
