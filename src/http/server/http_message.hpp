// One request on its way in and one response on its way out, between the connection and what answers.
#pragma once

#include "http/server/request_head.hpp"

#include <sambung/core/error.hpp>
#include <sambung/core/task.hpp>
#include <sambung/core/time.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sambung::serving {

// A body that comes piece by piece: an event stream.
class body_source {
 public:
  virtual ~body_source() = default;

  // Appends the next piece as soon as it is there; false when that was the last. What it throws, having appended
  // nothing, is a failure that ends the body.
  virtual task<bool> read(std::string& out) = 0;

  // For one that is quiet most of the time, so that nobody need hold a coroutine for it; by default it is not. From now
  // on `told` is called, from any thread, whenever read_now() may have something: it neither waits nor throws. Asked
  // once.
  virtual void notify(std::function<void()>) {}
  // Appends the next piece if it is there already, unless it is the last. False: rests() says whether nothing is to be
  // done until `told` is called, or read() is to be waited for.
  virtual bool read_now(std::string&) { return false; }
  virtual bool rests() const { return false; }

  // Appends what ends the body with a failure, between two pieces.
  virtual void append_failure(std::string& out, failure const& why) = 0;

  virtual std::string_view opening() const = 0;     // what the body begins with
  virtual std::string_view keep_alive() const = 0;  // what to send when nothing happens
  virtual std::chrono::milliseconds keep_alive_interval() const = 0;
};

// What browsers may do with JSON, which is never a page: nothing in it may run or be framed.
inline constexpr std::string_view json_security =
    "X-Content-Type-Options: nosniff\r\n"
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "X-Frame-Options: DENY\r\n";

// Bytes that go to several clients at once, for as long as `owner` is held.
struct shared_bytes {
  std::shared_ptr<void const> owner;  // null: there are none
  std::string_view view;
};

// What the access log tells of an answer.
struct answer_outcome {
  int status = 200;
  std::string_view fault;  // what went wrong: a literal; empty when nothing did
  std::string detail;      // what is to be known of it by the log alone
};

struct http_response : answer_outcome {
  http_response() = default;
  explicit http_response(int status_) { status = status_; }
  http_response(int status_, std::string body_) : http_response(status_) { body = std::move(body_); }

  // What is sent, unless it comes as a stream.
  std::string_view content() const { return shared.owner ? shared.view : std::string_view(body); }

  std::string_view content_type = "application/json";  // a literal
  std::string_view security = json_security;           // lines that outlive it
  std::string_view caching = "no-store";               // Cache-Control: a literal
  std::string headers;                                 // further lines, each ended by CRLF
  std::string body;
  shared_bytes shared;                  // instead of body
  std::unique_ptr<body_source> stream;  // instead of both
};

// A fault of HTTP itself, which no errc stands for.
struct protocol_fault {
  int status;
  std::string_view name;  // "payload_too_large"
  std::string_view code;  // "PAYLOAD_TOO_LARGE": for protocols that write codes so
};

// How a protocol writes errors. Thread safety: safe to use from any thread. Lifetime: of the program.
class error_form {
 public:
  virtual std::string encode(failure const& why, std::string_view request_id) const = 0;
  virtual std::string encode(protocol_fault const& fault, std::string_view message,
                             std::string_view request_id) const = 0;

  // The header beside Retry-After that says the same; empty: none.
  virtual std::string_view retry_header() const { return {}; }

 protected:
  ~error_form() = default;
};

// The most bytes that the body of an answer to a fault has.
inline constexpr std::size_t max_fault_bytes = 8'192;

// What of a failure there is room for in max_fault_bytes, however its protocol writes it. Whoever sent the input has
// written much of the text: of what is long the beginning is told, and how many issues were left out.
failure shortened(failure why);

// For the access log.
void note_failure(answer_outcome& outcome, failure const& why);

// A failure as a response: status, body and headers from the one table.
http_response error_response(error_form const& form, failure const& why, std::string_view request_id);

// 400, 403, 404, 405, 408, 413, 415, 417, 421, 426, 431, 503.
http_response protocol_error(error_form const& form, int status, std::string_view message, std::string_view request_id);

// Whether repeating the call cannot help, or would do it twice: such responses carry "x-should-retry: false".
bool is_permanent(errc code) noexcept;

// What the head of a response says besides the response itself.
struct head_facts {
  std::string_view date;  // as Date has it
  std::string_view request_id;
  std::string_view cors;  // lines, each ended by CRLF
  bool keep_alive = true;
  bool https = false;    // as the client sees it
  bool chunked = false;  // of a stream: framed by chunks; otherwise it ends with the connection
};

// Appends status line and header, the blank line included. Security headers are on every response.
void append_head(std::string& out, http_response const& response, head_facts const& facts);

// A whole response without a body that is sent where no request is being answered: "408 Request Timeout".
std::string bare_response(std::string_view status, std::string_view more_lines);

// "Fri, 20 Nov 2026 05:01:45 GMT", made anew when the second changes. Valid until the next one on this thread.
std::string_view http_date(timestamp now);

}  // namespace sambung::serving
