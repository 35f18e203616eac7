#include "server/connection.hpp"

#include "http/server/access_log.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffer_traits.hpp>
#include <boost/beast/core/buffers_suffix.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <array>
#include <limits>

namespace sambung::serving {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::use_awaitable;
using std::chrono::steady_clock;

constexpr std::size_t read_size = 4'096;
constexpr std::size_t linger_bytes = 4 * 1'048'576;
constexpr std::chrono::milliseconds linger_time{2'000};
constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();
constexpr std::chrono::milliseconds farewell_time{
    1'000};  // for a stream's last event to a caller that lost its authority
constexpr std::uint64_t no_stream = std::numeric_limits<std::uint64_t>::max();

std::string const& late() {
  static std::string const response = bare_response("408 Request Timeout", {});
  return response;
}

std::string_view view_of(boost::beast::flat_buffer const& buffer) {
  auto const data = buffer.cdata();
  return {static_cast<char const*>(data.data()), data.size()};
}

// The stream ended before its source did.
struct cut_off {};

}  // namespace

// One request while it is served. Views stay valid until the next one is read.
struct connection::request {
  std::string id;
  request_head head;
  bool parsed = false;
  std::size_t head_size = 0;
  std::size_t used = 0;   // bytes of in_ that belong to it
  std::string leftover;   // what came behind a chunked body
  bool body_read = true;  // false: the rest of the body is still on its way, so the connection must close
  std::string_view body;
  admission admitted;
  http_response response;
  bool refused = false;
  bool keep_alive = true;
  std::uint64_t bytes_out = 0;
  steady_clock::time_point begin = steady_clock::now();
};

// What a stream has encoded and its socket has not taken yet.
class connection::outbox {
 public:
  outbox(asio::any_io_executor executor, std::size_t limit) : limit_(limit), filled_(executor), emptied_(executor) {}

  std::string& pending() { return pending_; }

  void added(bool last) {
    ended_ = ended_ || last;
    filled_.cancel();
  }

  // What is there and was not sent, and what still comes, is dropped for `last_words`, which end it.
  void cut_off_with(std::string last_words) {
    last_words_ = std::move(last_words);
    cut_ = true;
    added(true);
  }
  bool cut() const { return cut_; }

  bool full() const { return pending_.size() > limit_; }
  asio::awaitable<void> wait_for_room() {
    while (full()) {
      emptied_.expires_at(steady_clock::time_point::max());
      co_await emptied_.async_wait(asio::as_tuple(use_awaitable));
    }
  }

  // Waits for something to send; after `patience` that is `keep_alive`. False at the end.
  asio::awaitable<bool> take(std::string& out, std::chrono::milliseconds patience, std::string_view keep_alive) {
    out.clear();
    while (pending_.empty() && !ended_) {
      filled_.expires_after(patience);
      auto const [fault] = co_await filled_.async_wait(asio::as_tuple(use_awaitable));
      if (!fault && pending_.empty()) pending_ = keep_alive;
    }
    if (cut_) pending_ = std::exchange(last_words_, {});
    out.swap(pending_);
    emptied_.cancel();
    co_return !out.empty();
  }

 private:
  std::size_t limit_;
  std::string pending_;
  bool ended_ = false;
  bool cut_ = false;
  std::string last_words_;
  asio::steady_timer filled_;
  asio::steady_timer emptied_;
};

// A stream while it is sent, and who reads it.
struct connection::open_stream {
  open_stream(std::unique_ptr<body_source> source_, asio::any_io_executor executor, std::size_t limit)
      : source(std::move(source_)), out(executor, limit) {}

  std::unique_ptr<body_source> source;
  outbox out;
  std::optional<identity> reader;  // none: nobody had to say who they are
  bool asking = false;             // whether they still may
};

connection::connection(std::shared_ptr<server_core> core, asio::ip::tcp::socket socket,
                       std::shared_ptr<asio::ssl::context> const& certificate)
    : core_(std::move(core)),
      stream_(std::move(socket), certificate),
      deadline_(no_limit),
      caller_known_at_(no_stream) {
  boost::system::error_code fault;
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), fault);
  if (auto const peer = stream_.socket().remote_endpoint(fault); !fault) peer_.address = peer.address();
  peer_.encrypted = stream_.encrypted();
}

void connection::start() {
  enter(phase::header, core_->options.limits.header_time);
  auto self = shared_from_this();
  auto ended = [self](std::exception_ptr) {
    self->stream_.close();
    self->core_->remove(*self);
  };
  asio::co_spawn(
      stream_.get_executor(), [self] { return self->run(); },
      asio::bind_cancellation_slot(cancel_.slot(), std::move(ended)));
}

// Exceptions end the connection: a socket that failed or a client that went away has nobody to tell.
asio::awaitable<void> connection::run() {
  if (stream_.encrypted()) co_await stream_.open();
  enter(phase::header, core_->options.limits.header_time);
  bool more = true;
  while (more) more = co_await serve_one();
  if (unread_ || stream_.encrypted()) co_await linger();
}

asio::awaitable<bool> connection::serve_one() {
  request current;
  current.head_size = co_await read_head(current);
  if (current.head_size == 0 && !current.refused) co_return false;
  current.id = to_string(core_->ids.next());
  current.keep_alive = false;
  if (!current.refused) {
    auto head = parse_request_head(view_of(in_).substr(0, current.head_size), core_->options.limits.max_header_fields);
    if (head) {
      current.head = std::move(*head);
      current.parsed = true;
      current.keep_alive = current.head.keep_alive;
      current.used = current.head_size;
      co_await answer(current);
    } else {
      refuse(current, head.error().status, head.error().why);
    }
  }
  unread_ = !current.parsed || !current.body_read;
  if (core_->draining() || unread_) current.keep_alive = false;
  if (current.response.stream) co_await respond_with_stream(current);
  else co_await respond(current);
  log(current);
  in_.consume(current.used);
  if (!current.leftover.empty()) {
    auto const space = in_.prepare(current.leftover.size());
    in_.commit(asio::buffer_copy(space, asio::buffer(current.leftover)));
  }
  if (core_->draining()) current.keep_alive = false;
  if (current.keep_alive) enter(phase::idle, core_->options.limits.idle_time);
  co_return current.keep_alive;
}

// The size of the next request's head; 0 when the client closed, or when the head is refused.
asio::awaitable<std::size_t> connection::read_head(request& current) {
  auto const& limits = core_->options.limits;
  std::size_t searched = 0;
  while (true) {
    auto const bytes = view_of(in_);
    auto const end = find_head_end(bytes, searched);
    if ((end ? end : bytes.size()) > limits.max_header_bytes) {
      refuse(current, 431, "the header is too large");
      co_return 0;
    }
    if (end) co_return end;
    if (!may_begin_head(bytes, searched)) {
      refuse(current, 400, "malformed request");
      co_return 0;
    }
    searched = bytes.size();
    boost::system::error_code fault;
    auto const space = in_.prepare(read_size);
    auto const count = co_await stream_.async_read_some(space, asio::redirect_error(use_awaitable, fault));
    if (fault) co_return 0;
    in_.commit(count);
    if (phase_ == phase::idle) enter(phase::header, limits.header_time);
    if (searched == 0) current.begin = steady_clock::now();
  }
}

// Decides by the head, reads the body only of a request that may have one, and answers.
asio::awaitable<void> connection::answer(request& current) {
  enter_without_limit(phase::answering);
  current.admitted = core_->door.admit(current.head, peer_, current.id);
  if (!current.admitted.settled()) co_await core_->door.settle(current.admitted, current.head, current.id);
  if (current.admitted.refusal) {
    current.response = std::move(*current.admitted.refusal);
    current.refused = true;
    current.body_read = read_ahead(current);
    co_return;
  }
  co_await read_body(current);
  if (current.refused) co_return;
  enter_without_limit(phase::answering);
  current.response = co_await core_->door.answer(current.admitted, current.head, current.body, current.id);
}

// Whether the whole body has arrived together with the head; then it is in in_.
bool connection::read_ahead(request& current) {
  if (current.head.chunked) return false;
  auto const size = current.head.content_length.value_or(0);
  if (in_.size() - current.head_size < size) return false;
  current.body = view_of(in_).substr(current.head_size, size);
  current.used = current.head_size + size;
  return true;
}

asio::awaitable<void> connection::read_body(request& current) {
  if (read_ahead(current)) co_return;
  enter(phase::body, core_->options.limits.body_time);
  if (current.head.expects_continue) {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await asio::async_write(stream_, asio::buffer(go_on), use_awaitable);
  }
  if (current.head.chunked) co_await read_chunked_body(current);
  else co_await read_sized_body(current);
}

asio::awaitable<void> connection::read_sized_body(request& current) {
  auto const begun = view_of(in_).substr(current.head_size);
  body_.assign(begun);
  body_.resize(*current.head.content_length);
  auto const rest = asio::buffer(body_) + begun.size();
  co_await asio::async_read(stream_, rest, use_awaitable);
  current.used = in_.size();
  current.body = body_;
}

// Beast undoes the chunks. It merges trailers into its header fields, which nobody reads: the guard's count.
asio::awaitable<void> connection::read_chunked_body(request& current) {
  auto const& limits = core_->options.limits;
  http::request_parser<http::string_body> parser;
  parser.body_limit(limits.max_body_bytes);
  parser.header_limit(static_cast<std::uint32_t>(limits.max_header_bytes));
  parser.eager(true);
  std::size_t extension_bytes = 0;
  auto count_extensions = [&](std::uint64_t, boost::beast::string_view text, boost::beast::error_code& fault) {
    extension_bytes += text.size();
    if (extension_bytes > limits.max_chunk_extension_bytes) fault = http::error::bad_chunk_extension;
  };
  parser.on_chunk_header(count_extensions);
  boost::beast::flat_buffer encoded(limits.max_header_bytes + 65'536);
  asio::buffer_copy(encoded.prepare(in_.size()), in_.cdata());
  encoded.commit(in_.size());
  current.used = in_.size();
  while (true) {
    boost::system::error_code fault;
    encoded.consume(parser.put(encoded.cdata(), fault));
    if (fault == http::error::need_more) fault = {};
    if (fault || (encoded.size() > limits.max_header_bytes && !parser.is_done())) {
      current.body_read = false;
      refuse(current, fault == http::error::body_limit ? 413 : 400,
             fault == http::error::body_limit ? "the body is too large" : "malformed chunked body");
      co_return;
    }
    if (parser.is_done()) break;
    auto const space = encoded.prepare(16'384);
    encoded.commit(co_await stream_.async_read_some(space, use_awaitable));
  }
  current.leftover = view_of(encoded);
  body_ = std::move(parser.get().body());
  current.body = body_;
}

void connection::refuse(request& current, int status, std::string_view message) {
  if (current.id.empty()) current.id = to_string(core_->ids.next());
  auto const* form = current.parsed ? current.admitted.to.form : &form_of({});
  current.response = protocol_error(*form, status, message, current.id);
  current.refused = true;
  current.keep_alive = false;
}

void connection::begin_response(request& current) {
  head_facts facts;
  facts.date = date_.at(core_->clock->now());
  facts.request_id = current.id;
  facts.cors = current.admitted.cors;
  facts.https = current.admitted.client.https || core_->door.is_https();
  facts.chunked = current.head.version == http_version::http_1_1;
  if (current.response.stream && !facts.chunked) current.keep_alive = false;
  facts.keep_alive = current.keep_alive;
  head_out_.clear();
  append_head(head_out_, current.response, facts);
}

template <class Buffers>
asio::awaitable<void> connection::write(Buffers const& buffers) {
  allow_write();
  beast::buffers_suffix<Buffers> rest(buffers);
  rest.consume(stream_.write_now(buffers));
  if (beast::buffer_bytes(rest) == 0) co_return;
  auto progress = [this](boost::system::error_code const& fault, std::size_t) -> std::size_t {
    allow_write();
    return fault ? 0 : 1'048'576;
  };
  co_await asio::async_write(stream_, rest, progress, use_awaitable);
}

// A stream that was cut off keeps the time it was given then, however its client reads.
void connection::allow_write() {
  wrote_ = true;
  if (open_ && open_->out.cut()) return;
  enter(phase::writing, core_->options.limits.write_stall);
}

asio::awaitable<void> connection::respond(request& current) {
  begin_response(current);
  bool const with_body = current.head.method != "HEAD";
  std::array<asio::const_buffer, 2> const buffers{
      asio::buffer(head_out_), with_body ? asio::buffer(current.response.body) : asio::const_buffer()};
  co_await write(buffers);
  current.bytes_out = with_body ? current.response.body.size() : 0;
}

asio::awaitable<void> connection::respond_with_stream(request& current) {
  begin_response(current);
  auto const stream = std::make_shared<open_stream>(std::move(current.response.stream), stream_.get_executor(),
                                                    core_->options.limits.stream_buffer_bytes);
  if (auto const* self = current.admitted.from.self()) stream->reader = self->who();
  open_ = stream;
  if (stream->reader) caller_known_at_ = current.admitted.revocations;
  try {
    co_await run_stream(*stream, current);
  } catch (cut_off const&) {
    current.keep_alive = false;
    current.response.fault = to_string(errc::unauthenticated);
  }
  caller_known_at_ = no_stream;
  open_.reset();
}

asio::awaitable<void> connection::run_stream(open_stream& stream, request& current) {
  using namespace asio::experimental::awaitable_operators;
  stream.out.pending() = stream.source->opening();
  if (stream.out.pending().empty()) co_await write(asio::buffer(head_out_));
  auto producing = produce(*stream.source, stream.out);
  auto consuming = consume(*stream.source, stream.out, current);
  co_await (std::move(producing) && std::move(consuming));
}

asio::awaitable<void> connection::produce(body_source& source, outbox& out) {
  bool more = true;
  while (more) {
    more = co_await source.read(out.pending());
    out.added(!more);
    if (more && out.full()) co_await out.wait_for_room();
  }
}

// Sends whatever is there in one write: events that came while the last write was under way go together.
asio::awaitable<void> connection::consume(body_source& source, outbox& out, request& current) {
  bool const chunked = current.head.version == http_version::http_1_1;
  bool head_due = !source.opening().empty();
  std::string piece;
  char size[24];
  while (true) {
    if (!out.cut()) enter_without_limit(phase::answering);
    bool const any = co_await out.take(piece, source.keep_alive_interval(), source.keep_alive());
    if (!any) break;
    auto const size_length = std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
    std::array<asio::const_buffer, 4> const buffers{
        head_due ? asio::buffer(head_out_) : asio::const_buffer(),
        chunked ? asio::buffer(size, static_cast<std::size_t>(size_length)) : asio::const_buffer(), asio::buffer(piece),
        chunked ? asio::buffer("\r\n", 2) : asio::const_buffer()};
    head_due = false;
    co_await write(buffers);
    current.bytes_out += piece.size();
  }
  if (chunked) co_await write(asio::buffer("0\r\n\r\n", 5));
  if (out.cut()) throw cut_off();
}

// Closes so that the client gets what was written although not all was read of what it sent: a plain close would reset
// the connection.
asio::awaitable<void> connection::linger() {
  enter(phase::closing, linger_time);
  co_await stream_.end();
  if (!unread_) co_return;
  boost::system::error_code fault;
  std::size_t seen = 0;
  std::array<char, read_size> bytes;
  while (!fault && seen < linger_bytes)
    seen += co_await stream_.socket().async_read_some(asio::buffer(bytes), asio::redirect_error(use_awaitable, fault));
}

void connection::log(request const& current) {
  if (!core_->logs()) return;
  access_record record;
  record.time = core_->clock->now();
  record.request_id = current.id;
  auto const& client = current.parsed ? current.admitted.client.address : peer_.address;
  auto const remote = client.to_string();
  record.remote = remote;
  record.method = current.head.method;
  record.path = current.head.path();
  record.user_agent = current.head.value("user-agent");
  record.status = current.response.status;
  record.bytes = current.bytes_out;
  record.took = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - current.begin);
  if (auto const* self = current.admitted.from.self()) record.who = self->who();
  record.fault = current.response.fault;
  core_->log(encode(record));
}

void connection::enter(phase next, std::chrono::milliseconds time) {
  deadline_ = (steady_clock::now() + time).time_since_epoch().count();
  phase_ = next;
}

void connection::enter_without_limit(phase next) {
  deadline_ = no_limit;
  phase_ = next;
}

void connection::sweep(steady_clock::time_point now, std::uint64_t revocations, bool with_peer) {
  bool const late_now = now.time_since_epoch().count() > deadline_;
  // Who is written to needs no look: a write to a client that has gone fails by itself.
  bool const silent = with_peer && !wrote_.exchange(false);
  bool const ask_peer = silent && phase_ == phase::answering;
  auto const known_at = caller_known_at_.load();
  bool const ask_caller = known_at != no_stream && known_at != revocations;
  if (!late_now && !ask_peer && !ask_caller) return;
  asio::post(stream_.get_executor(), [self = shared_from_this(), late_now, ask_peer, ask_caller] {
    if (late_now) return self->expire();
    if (ask_peer) self->look_for_peer();
    if (ask_caller) self->ask_about_caller();
  });
}

void connection::ask_about_caller() {
  if (!open_ || !open_->reader || open_->asking || !core_->begin_aside()) return;
  open_->asking = true;
  asio::co_spawn(
      stream_.get_executor(), [self = shared_from_this(), stream = open_] { return self->check_caller(stream); },
      core_->aside_ended());
}

// Storage that does not answer tells nothing: the next sweep asks again.
asio::awaitable<void> connection::check_caller(std::shared_ptr<open_stream> stream) {
  auto const asked_at = core_->door.revocations();
  auto const valid = co_await as_result(core_->door.still_valid(*stream->reader));
  stream->asking = false;
  if (!valid || stream != open_) co_return;
  if (*valid) {
    caller_known_at_ = asked_at;
    co_return;
  }
  failure const ended(errc::unauthenticated, "the authority of this call has ended");
  std::string last_words;
  stream->source->append_failure(last_words, ended);
  stream->out.cut_off_with(std::move(last_words));
  enter(phase_, farewell_time);
}

void connection::post_close_if_idle() {
  asio::post(stream_.get_executor(), [self = shared_from_this()] {
    if (self->phase_ == phase::idle || (self->phase_ == phase::header && self->in_.size() == 0)) self->drop();
  });
}

void connection::post_drop() {
  asio::post(stream_.get_executor(), [self = shared_from_this()] { self->drop(); });
}

void connection::expire() {
  if (steady_clock::now().time_since_epoch().count() <= deadline_ || !stream_.is_open()) return;
  bool const begun = phase_ == phase::body || (phase_ == phase::header && in_.size() > 0);
  if (begun) stream_.end_with(late());
  drop();
}

// A closed connection reads as an end; nothing else tells while there is nothing to write.
void connection::look_for_peer() {
  if (phase_ == phase::answering && stream_.is_open() && stream_.peer_gone()) drop();
}

void connection::drop() {
  deadline_ = no_limit;
  stream_.close();
  cancel_.emit(asio::cancellation_type::terminal);
}

}  // namespace sambung::serving
