#include "server/server_core.hpp"

#include "core/caught.hpp"
#include "core/executor_probe.hpp"
#include "core/serial_executor.hpp"
#include "core/waitable.hpp"
#include "http/server/access_log.hpp"
#include "server/completed_options.hpp"
#include "server/connection.hpp"
#include "server/listening.hpp"
#include "services/base/engine_core.hpp"
#include "services/events/events_state.hpp"

#include <sambung/core/run_on.hpp>
#include <sambung/rpc/procedures/standard_procedures.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sambung::serving {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::ip::tcp;
using std::chrono::steady_clock;

constexpr std::chrono::milliseconds sweep_interval{250};
constexpr unsigned peer_sweeps = 2;  // every so many sweeps clients are looked for
constexpr std::chrono::milliseconds close_time{2'000};
constexpr std::size_t log_bytes = 1'048'576;  // of the lines between two sweeps
constexpr std::size_t checks_at_once = 16;    // of callers of open streams
constexpr unsigned memory_sweeps = 8;         // every so many memory is given back
constexpr unsigned status_sweeps = 4;         // every so many it is noted what was measured until then
constexpr unsigned file_sweeps = 8;  // every so many the files of the certificate and of the page are looked at

}  // namespace

server_core::server_core(engine const& served_, asio::any_io_executor executor, server_options options_)
    : served(served_.core_),
      measured(served.metrics()),
      options(completed_options(std::move(options_), measured.all())),
      limits(http_limits_of(options.limits)),
      bodies(limits.max_bodies_bytes),
      streams(options.limits.max_streams_per_user),
      answer_bytes(options.limits.max_answer_bytes_per_user),
      sockets(options.limits.max_sockets_per_user, options.limits.max_sockets_per_address),
      procedures(served.permissions()),
      door(served, procedures, options),
      ids(options.clock, options.random),
      clock(options.clock),
      executor_(executor),
      control_(serial_executor(executor, options.threads)),
      sweeper_(control_),
      emptied_(control_),
      caller_checks_(checks_at_once),
      admin_(*this, control_),
      log_(log_bytes),
      slow_(options.slow_request),
      addresses_(options.limits.max_connections_per_address) {
  if (auto const& measured = served_.metrics()) procedures.measure(measured);
  standard_procedures(procedures, served.auth());
  if (options.tls) certificates_.emplace(certificate_files(options.tls->certificate, options.tls->key));
}

std::shared_ptr<asio::ssl::context> server_core::certificate() const {
  return certificates_ ? certificates_->current() : nullptr;
}

// `f` only posts: the lock is held.
template <class F>
void server_core::for_each_connection(F&& f) {
  std::lock_guard lock(mutex_);
  for (auto& [key, each] : connections_)
    if (auto const one = each.one.lock()) f(*one);
}

std::uint16_t server_core::listen(std::string const& host, std::uint16_t port) {
  if (host.empty()) throw error(errc::invalid_argument, "listening needs a host: 0.0.0.0 and :: are every address");
  auto const address = resolve(control_, host, port);
  std::shared_ptr<tcp::acceptor> acceptor;
  try {
    acceptor = open_acceptor(control_, address);
  } catch (boost::system::system_error const& e) {
    throw error(errc::unavailable,
                "cannot listen on " + host + " port " + std::to_string(port) + ": " + e.code().message());
  }
  procedures.seal();
  auto const bound = acceptor->local_endpoint().port();
  asio::post(control_, [self = shared_from_this(), acceptor] {
    if (self->stopped_ || self->draining_) return;
    self->acceptors_.push_back(acceptor);
    asio::co_spawn(self->control_, [self, acceptor] { return self->accept(acceptor); }, asio::detached);
    if (std::exchange(self->sweeping_, true)) return;
    asio::co_spawn(self->control_, [self] { return self->sweep(); }, asio::detached);
  });
  return bound;
}

std::uint16_t server_core::listen_admin(std::string const& address) {
  auto const where = parse_admin_address(address);
  if (!where) throw error(errc::invalid_argument, "this is no address for operators");
  return admin_.listen(*where);
}

task<void> server_core::accept(std::shared_ptr<tcp::acceptor> acceptor) {
  while (acceptor->is_open()) {
    auto executor = serial_executor(executor_, options.threads);
    auto [fault, socket] = co_await acceptor->async_accept(executor, asio::as_tuple(use_awaitable));
    if (!fault) {
      admit(std::move(socket));
    } else if (acceptor->is_open() && fault != asio::error::connection_aborted) {
      // Out of descriptors, most likely: connections that end give some back.
      asio::steady_timer pause(control_, sweep_interval);
      co_await pause.async_wait(asio::as_tuple(use_awaitable));
    }
  }
}

std::optional<places<std::string>::place> server_core::place_for(tcp::socket const& from) {
  boost::system::error_code fault;
  auto const peer = from.remote_endpoint(fault);
  if (fault || door.trusts(peer.address())) return places<std::string>::place();
  auto place = addresses_.take(rate_name(peer.address()));
  return place ? std::optional(std::move(place)) : std::nullopt;
}

void server_core::admit(tcp::socket socket) {
  std::shared_ptr<connection> made;
  auto place = place_for(socket);
  if (place) {
    std::lock_guard lock(mutex_);
    if (connections_.size() < options.limits.max_connections) {
      made = std::make_shared<connection>(shared_from_this(), std::move(socket), certificate());
      connections_.emplace(made.get(), held{made, std::move(*place)});
      measured.connections.add();
      memory_.saw(connections_.size());
    }
  }
  if (made) return made->start();
  (place ? measured.refused_of_all : measured.refused_of_address).add();
  static std::string const full = bare_response("503 Service Unavailable", "Retry-After: 1\r\n");
  client_stream(std::move(socket), certificate()).end_with(full);
}

void server_core::remove(held_connection const& ended) {
  bool last = false;
  {
    std::lock_guard lock(mutex_);
    if (connections_.erase(&ended) > 0) measured.connections.add(-1);
    last = connections_.empty();
  }
  if (last && draining_) asio::post(control_, [self = shared_from_this()] { self->emptied_.cancel(); });
}

void server_core::replace(held_connection const& ended, std::shared_ptr<held_connection> const& next) {
  std::lock_guard lock(mutex_);
  auto place = connections_.extract(&ended);
  place.key() = next.get();
  place.mapped().one = next;
  connections_.insert(std::move(place));
}

std::size_t server_core::count() {
  std::lock_guard lock(mutex_);
  return connections_.size();
}

void server_core::flush_log() {
  if (!options.access_log) return;
  auto [lines, lost] = log_.take();
  if (lost > 0) lines += encode_lost(clock->now(), lost);
  lines += slow_.left_out(clock->now());
  if (lines.empty()) return;
  try {
    options.access_log(lines);
  } catch (...) {
    served.observer().failed(
        failed_part(engine_part::periodic, "access_log", caught(std::current_exception(), "the access log failed")));
  }
}

task<void> server_core::sweep() {
  for (unsigned round = 0; !stopped_; ++round) {
    sweeper_.expires_after(sweep_interval);
    co_await sweeper_.async_wait(asio::as_tuple(use_awaitable));
    auto const now = steady_clock::now();
    measured.late(now - sweeper_.expiry());
    auto const revocations = door.revocations();
    for_each_connection([&](held_connection& one) { one.sweep(now, revocations, round % peer_sweeps == 0); });
    if (round % file_sweeps == 0) look_after_certificate(), look_after_files();
    if (round % status_sweeps == 0) admin_.look();
    if (round % memory_sweeps == 0) memory_.look(bodies.given_back(), count());
    flush_log();
  }
}

void server_core::close_acceptors() {
  boost::system::error_code ignored;
  for (auto const& acceptor : acceptors_) acceptor->close(ignored);
  acceptors_.clear();
}

// Counted before it is asked, so that drain() either sees it or is seen by it.
bool server_core::begin_background() {
  background_.begin();
  if (!parking_) return true;
  background_.ending()();
  return false;
}

void server_core::check_in_turn(asio::any_io_executor executor, std::function<std::optional<task<void>>()> begin) {
  caller_checks_.enter([core = shared_from_this(), executor, begin = std::move(begin)] {
    asio::post(executor, [core, executor, begin] {
      auto check = begin();
      if (!check || !core->begin_background()) return core->caller_checks_.leave();
      auto ended = [core, counted = core->background_ended()](std::exception_ptr) mutable {
        core->caller_checks_.leave();
        counted();
      };
      asio::co_spawn(executor, std::move(*check), std::move(ended));
    });
  });
}

void server_core::stop() {
  asio::post(control_, [self = shared_from_this()] {
    self->draining_ = true;
    self->stopped_ = true;
    self->close_acceptors();
    self->admin_.close();
    self->sweeper_.cancel();
    self->for_each_connection([](held_connection& one) { one.post_drop(); });
  });
}

task<bool> server_core::is_run() const {
  executor_probe const probe(executor_);
  co_return co_await probe.answered_within(executor_patience);
}

task<void> server_core::shutdown(std::chrono::milliseconds grace) {
  bool const begun = shutting_down_.exchange(true);
  auto ending = begun ? hurry(grace) : drain(grace);
  auto running = run_on(asio::strand<asio::any_io_executor>(control_), std::move(ending));
  try {
    co_await std::move(running);
  } catch (boost::system::system_error const&) {
    if (!begun) shutting_down_ = false;  // cancelled: whoever asks again begins again
    throw;
  }
}

// The deadline may move while it is waited for.
task<void> server_core::wait_until_empty(steady_clock::time_point const& deadline) {
  while (count() > 0 && steady_clock::now() < deadline) {
    emptied_.expires_at(deadline);
    co_await emptied_.async_wait(asio::as_tuple(use_awaitable));
  }
}

// Beside the drain that goes on: what it waits for ends sooner.
task<void> server_core::hurry(std::chrono::milliseconds grace) {
  grace_until_ = std::min(grace_until_, steady_clock::now() + waitable(grace));
  emptied_.cancel();
  if (parking_) co_await served.shutdown(grace);
}

// Requests first, so that the streams of turns that end in time end well; then the turns that are left.
task<void> server_core::drain(std::chrono::milliseconds grace) {
  grace_until_ = std::min(grace_until_, steady_clock::now() + waitable(grace));
  draining_ = true;
  door.drain();
  served.core_->events->close();  // those streams end by nothing else
  close_acceptors();
  for_each_connection([until = grace_until_](held_connection& one) { one.post_drain(until); });
  co_await wait_until_empty(grace_until_);
  parking_ = true;
  co_await background_.all_ended();
  auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(grace_until_ - steady_clock::now());
  auto const parked = co_await as_result(served.shutdown(std::max(left, std::chrono::milliseconds(0))));
  auto const closed_until = steady_clock::now() + close_time;
  co_await wait_until_empty(closed_until);
  for_each_connection([](held_connection& one) { one.post_drop(); });
  auto const dropped_until = steady_clock::now() + close_time;
  co_await wait_until_empty(dropped_until);
  stopped_ = true;
  admin_.close();
  sweeper_.cancel();
  flush_log();
  if (!parked) throw error(parked.error());
}

}  // namespace sambung::serving
