// exchange: what is sent and read for one call.
#pragma once

#include "http/client/pool.hpp"
#include "http/client/response_parser.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sambung::http {

// One request and its response on one connection.
class exchange {
 public:
  exchange(lease held, std::size_t max_header_bytes);
  ~exchange();
  exchange(exchange const&) = delete;
  exchange& operator=(exchange const&) = delete;

  // The peer ended the connection before the first byte of a response.
  bool never_answered() const { return broke_ && !got_bytes_; }
  response_parser& response() { return *parser_; }

  // A timed-out write is told apart from a broken one: after the latter the response may be there all the same.
  task<io_status> write(std::string_view bytes, time_point deadline);

  // Until the header of the final response is there. False: the deadline came first.
  task<result<bool>> read_header(time_point deadline);

  // Whether there is some of the body, or its end. False: wait() for more.
  result<bool> try_read_body();

  // False: the deadline came first.
  task<bool> wait(time_point deadline) { return lease_.wire().wait(blocked_on_, deadline); }

 private:
  bool reusable() const;
  result<void> parse();
  bool in_header() const;
  std::string why(boost::beast::error_code ec) const;
  // One read. False: nothing is there yet.
  result<bool> fill();
  result<bool> at_end();
  void try_to_end();

  lease lease_;
  std::size_t max_header_bytes_;
  std::unique_ptr<response_parser> parser_;
  std::unique_ptr<char[]> input_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  direction blocked_on_ = direction::read;  // by the last fill()
  bool got_bytes_ = false;
  bool broke_ = false;
  bool eof_ = false;
  bool unsent_ = false;
  std::optional<failure> body_fault_;  // what came whole in front of it is delivered first
};

}  // namespace sambung::http
