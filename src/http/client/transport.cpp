#include <sambung/provider/transport.hpp>

#include "core/text.hpp"
#include "http/client/authorities.hpp"
#include "http/client/call_head.hpp"
#include "http/client/dialer.hpp"
#include "http/client/exchange.hpp"
#include "http/client/pool.hpp"
#include "http/client/proxy.hpp"
#include "http/client/target.hpp"
#include "http/client/tunnel.hpp"

#include <algorithm>

namespace sambung {
namespace http {
namespace {

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

// The proxy that reads the request itself: of http: URLs only.
proxy const* forwarder(target const& where, proxy const* through) { return where.to.tls ? nullptr : through; }

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
    auto const authorities =
        options_.ca_file.empty() ? authorities_here() : result<authority_paths>(authority_paths{options_.ca_file, {}});
    if (!authorities) return authorities.error();
    auto made = client_ssl_context(*authorities);
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
    return {errc::unavailable, "the provider sent no response header in time"};
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

record_description describe_record(record_of<http_transport_options>) {
  return record<http_transport_options>().all_optional();
}

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
