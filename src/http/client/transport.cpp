#include <sambung/provider/transport.hpp>

#include <sambung/core/secret.hpp>

#include "core/text.hpp"
#include "http/client/dialer.hpp"
#include "http/client/pool.hpp"
#include "http/client/proxy.hpp"
#include "http/client/target.hpp"
#include "http/client/tunnel.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <array>

namespace sambung {
namespace http {
namespace {

namespace beast = boost::beast;

constexpr std::size_t max_fields = 100;
constexpr int max_informational = 16;
constexpr std::size_t input_bytes = 32'768;
// Up to here a body is put behind the header and sent in one piece.
constexpr std::size_t joined_bytes = 16'384;

// Beast's parser without its containers: fields and body go straight to where they are needed.
class response_parser final : public beast::http::basic_parser<false> {
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
  using error_code = beast::error_code;
  using string_view = beast::string_view;

  void refuse(std::string why, error_code& ec) {
    fault = std::move(why);
    ec = beast::http::make_error_code(beast::http::error::bad_value);
  }

  void on_request_impl(beast::http::verb, string_view, string_view, int, error_code&) override {}
  void on_response_impl(int code, string_view, int, error_code&) override { status = code; }
  void on_field_impl(beast::http::field, string_view name, string_view value, error_code& ec) override {
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

failure broken(std::string message) { return {errc::unavailable, std::move(message)}; }
failure malformed(std::string message) { return {errc::provider_error, std::move(message)}; }

// One request and its response on one connection.
class exchange {
 public:
  exchange(lease held, std::size_t max_header_bytes)
      : lease_(std::move(held)),
        max_header_bytes_(max_header_bytes),
        parser_(std::make_unique<response_parser>(max_header_bytes)),
        input_(std::make_unique_for_overwrite<char[]>(input_bytes)) {}
  ~exchange() {
    // The end of a body often comes right behind the last thing its reader wanted to know.
    if (lease_ && parser_->is_header_done() && !parser_->is_done()) try_to_end();
    if (reusable()) lease_.give_back();
  }
  exchange(exchange const&) = delete;
  exchange& operator=(exchange const&) = delete;

  // The peer ended the connection before the first byte of a response.
  bool never_answered() const { return broke_ && !got_bytes_; }
  bool ended() const { return parser_->is_done(); }
  response_parser& response() { return *parser_; }

  // A timed-out write is told apart from a broken one: after the latter the response may be there all the same.
  task<io_status> write(std::string_view bytes, time_point deadline) {
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

  // Until the header of the final response is there. False: the deadline came first.
  task<result<bool>> read_header(time_point deadline) {
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

  // Whether there is some of the body, or its end. False: wait() for more.
  result<bool> try_read_body() {
    for (;;) {
      if (auto parsed = parse(); !parsed) return parsed.error();
      if (!parser_->body.empty() || parser_->is_done()) return true;
      if (body_fault_) return *body_fault_;
      auto const more = fill();
      if (!more || !*more) return more;
    }
  }

  // False: the deadline came first.
  task<bool> wait(time_point deadline) { return lease_.wire().wait(blocked_on_, deadline); }

 private:
  bool reusable() const {
    return lease_ && lease_.connected() && parser_->is_done() && parser_->keep_alive() && begin_ == end_ && !eof_ &&
           !unsent_ && parser_->status != 101;
  }

  result<void> parse() {
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
  bool in_header() const { return !parser_->is_header_done() || parser_->fault; }

  std::string why(beast::error_code ec) const {
    if (ec == beast::http::error::header_limit) return "the provider's response header is too long";
    return "the provider's response is unusable: " + parser_->fault.value_or(ec.message());
  }

  // One read. False: nothing is there yet.
  result<bool> fill() {
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

  result<bool> at_end() {
    eof_ = true;
    if (!parser_->is_header_done()) return broken("the provider closed the connection without a response");
    beast::error_code ec;
    parser_->put_eof(ec);
    if (ec) return broken("the provider closed the connection in the middle of its response");
    return true;
  }

  void try_to_end() {
    // A few reads, since TLS gives one record at a time.
    for (int reads = 0; reads < 4; ++reads) {
      if (!parse() || body_fault_ || parser_->is_done() || begin_ != 0 || end_ == input_bytes) return;
      auto const step = lease_.wire().read_some(std::span<char>(input_.get() + end_, input_bytes - end_));
      if (step.status != io_status::ok) return;
      end_ += step.bytes;
    }
  }

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

class exchange_body final : public http_body {
 public:
  exchange_body(std::unique_ptr<exchange> running, time_point deadline)
      : exchange_(std::move(running)), deadline_(deadline) {}

  task<result<std::string_view>> read(time_point deadline) override {
    if (!exchange_) co_return std::string_view();
    auto& body = exchange_->response().body;
    if (handed_out_) body.clear();
    handed_out_ = true;
    for (;;) {
      auto const there = exchange_->try_read_body();
      if (!there) co_return there.error();
      if (*there) break;
      bool const in_time = co_await exchange_->wait(std::min(deadline, deadline_));
      if (!in_time) co_return failure(errc::deadline_exceeded, "the provider's response took too long");
    }
    if (!body.empty()) co_return std::string_view(body);
    exchange_.reset();
    co_return std::string_view();
  }

 private:
  std::unique_ptr<exchange> exchange_;
  time_point deadline_;
  bool handed_out_ = false;
};

bool sendable(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

bool is_token(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

// The proxy that reads the request itself: of http: URLs only.
proxy const* forwarder(target const& where, proxy const* through) { return where.to.tls ? nullptr : through; }

// Enough for the head, so that it never moves: a copy left behind would hold the caller's key.
std::size_t head_bytes(http_request const& request, target const& where, proxy const* by) {
  auto bytes = 256 + request.method.size() + where.path.size() + 2 * where.authority.size();
  if (by) bytes += by->authorization.view().size();
  for (auto const& [name, value] : request.headers) bytes += name.size() + value.size() + 4;
  return bytes;
}

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

result<std::string> encode_head(http_request const& request, target const& where, proxy const* by) {
  if (!is_token(request.method)) return failure(errc::invalid_argument, "the method cannot be sent");
  std::string head;
  head.reserve(head_bytes(request, where, by) + (request.body.size() <= joined_bytes ? request.body.size() : 0));
  head.append(request.method).append(" ");
  if (by) head.append("http://").append(where.authority);
  head.append(where.path).append(" HTTP/1.1\r\nHost: ").append(where.authority);
  head.append("\r\nAccept-Encoding: identity\r\n");
  if (by && !by->authorization.empty())
    head.append("Proxy-Authorization: ").append(by->authorization.view()).append("\r\n");
  for (auto const& [name, value] : request.headers) {
    if (!is_token(name) || !sendable(value))
      return failure(errc::invalid_argument, "a header for the provider holds characters that cannot be sent");
    head.append(name).append(": ").append(value).append("\r\n");
  }
  if (!request.body.empty() || request.method != "GET")
    head.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
  head.append("\r\n");
  if (request.body.size() <= joined_bytes) head += request.body;
  return head;
}

// The proxy looks names up: what can be checked here is an address, and the name that stands for this machine.
bool allowed_behind_proxy(std::string const& host, address_filter const& allow) {
  if (!allow) return true;
  if (parse_ip(host)) return allow(host, host);
  auto name = lower_case(host);
  if (name.ends_with('.')) name.pop_back();
  bool const is_this_machine = name == "localhost" || name.ends_with(".localhost");
  return !is_this_machine || allow(host, "127.0.0.1");
}

class tcp_transport final : public transport {
 public:
  tcp_transport(http_transport_options options, proxies through)
      : options_(std::move(options)),
        proxies_(std::move(through)),
        rules_{std::move(options_.resolve), std::move(options_.allow_address)},
        pool_(std::make_shared<pool>(options_.max_connections, options_.keep_alive)) {}

  // Reading the system's authorities takes tens of milliseconds: not before somebody needs them.
  result<void> prepare_tls() {
    std::lock_guard const lock(tls_mutex_);
    if (tls_) return {};
    auto made = client_ssl_context(options_.ca_file);
    if (!made) return made.error();
    tls_ = std::move(*made);
    return {};
  }

  task<result<http_response>> send(http_request request) override {
    auto const where = parse_target(request.url);
    if (!where) co_return where.error();
    auto const* const by = forwarder(*where, proxies_.on_the_way(where->to));
    auto head = encode_head(request, *where, by);
    if (!head) co_return head.error();
    wiped_call const wiped(request.headers, *head);
    for (auto use = idle_use::allowed;; use = idle_use::refused) {
      auto held = co_await connected(*where, request, use);
      if (!held) co_return held.error();
      bool const reused = held->reused();
      auto running = std::make_unique<exchange>(std::move(*held), options_.max_header_bytes);
      auto const done = co_await perform(*running, request, *head);
      // The host closed the idle connection before it saw the request.
      if (!done && reused && running->never_answered()) continue;
      if (!done) co_return done.error();
      if (by && running->response().status == proxy_authentication_required) co_return credentials_refused();
      http_response response;
      response.status = running->response().status;
      response.headers = std::move(running->response().headers);
      response.body = std::make_unique<exchange_body>(std::move(running), request.deadline);
      co_return response;
    }
  }

 private:
  enum class idle_use { allowed, refused };

  task<result<lease>> connected(target const& where, http_request const& request, idle_use use) {
    auto const started = std::chrono::steady_clock::now();
    auto const deadline = std::min(started + request.connect_timeout, request.deadline);
    std::string key = (where.to.tls ? "https:" : "http:") + where.to.text();
    auto held = co_await pool_->acquire(std::move(key), deadline);
    if (!held) co_return failure(errc::unavailable, "all connections to the provider are in use");
    if (use == idle_use::refused) held.drop_connection();
    if (!held.connected()) {
      auto made = co_await connect(where, deadline);
      if (!made) co_return made.error();
      held.connect(std::move(*made));
    }
    co_return held;
  }

  task<result<std::unique_ptr<connection>>> connect(target const& where, time_point deadline) {
    auto const prepared = where.to.tls ? prepare_tls() : result<void>();
    if (!prepared) co_return prepared.error();
    auto made = co_await reach(where, deadline);
    if (!made || !where.to.tls) co_return made;
    auto const shaken = co_await shake_hands(**made, where.to, tls_.get(), deadline);
    if (!shaken) co_return shaken.error();
    co_return made;
  }

  // A connection to the host, or to a proxy that passes everything on to it.
  task<result<std::unique_ptr<connection>>> reach(target const& where, time_point deadline) {
    auto const* const through = proxies_.on_the_way(where.to);
    if (!through) co_return co_await dial(where.to, rules_, deadline);
    if (!allowed_behind_proxy(where.to.host, rules_.allow))
      co_return failure(errc::permission_denied, "the address of " + where.to.host + " is not allowed");
    dial_rules any;
    any.resolve = rules_.resolve;
    auto made = co_await dial(through->at, any, deadline);
    if (!made || !where.to.tls) co_return made;
    auto const opened = co_await open_tunnel(**made, where, *through, deadline);
    if (!opened) co_return opened.error();
    co_return made;
  }

  task<result<void>> perform(exchange& running, http_request const& request, std::string const& head) {
    auto const started = std::chrono::steady_clock::now();
    auto const deadline = std::min(started + request.header_timeout, request.deadline);
    auto written = co_await running.write(head, deadline);
    bool const joined = request.body.size() <= joined_bytes;
    if (written == io_status::ok && !joined) written = co_await running.write(request.body, deadline);
    if (written == io_status::wait_write) co_return late(request);
    auto const read = co_await running.read_header(deadline);
    if (read && !*read) co_return late(request);
    if (!read) co_return read.error();
    co_return result<void>();
  }

  static failure late(http_request const& request) {
    if (std::chrono::steady_clock::now() >= request.deadline)
      return {errc::deadline_exceeded, "the call to the provider took too long"};
    return broken("the provider sent no response header in time");
  }

  http_transport_options options_;
  proxies proxies_;
  dial_rules rules_;
  std::mutex tls_mutex_;
  ssl_context tls_;
  std::shared_ptr<pool> pool_;
};

}  // namespace
}  // namespace http

result<std::shared_ptr<transport>> http_transport(http_transport_options options) {
  if (options.max_connections == 0) return failure(errc::invalid_argument, "max_connections must be at least 1");
  auto through = http::proxies::make(options.proxy);
  if (!through) return through.error();
  bool const own_authority = !options.ca_file.empty();
  auto const made = std::make_shared<http::tcp_transport>(std::move(options), std::move(*through));
  if (own_authority)
    if (auto const prepared = made->prepare_tls(); !prepared) return prepared.error();
  return std::shared_ptr<transport>(made);
}

}  // namespace sambung
