#include <sambung/testing/scripted_vendor.hpp>

#include "testing/vendor_connection.hpp"

#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sambung::testing {
namespace {

constexpr int accept_milliseconds = 10;

vendor_wire wire_of(vendor_request const& request) {
  if (request.target.starts_with("/v1/messages")) return vendor_wire::anthropic;
  return request.target.starts_with("/api/") ? vendor_wire::ollama : vendor_wire::openai;
}

bool wants_stream(vendor_request const& request) { return request.body.find(R"("stream":true)") != std::string::npos; }

int listen_locally(unsigned short& port) {
  int const fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (fd < 0 || ::bind(fd, any, size) != 0 || ::listen(fd, 256) != 0 || ::getsockname(fd, any, &size) != 0)
    throw std::runtime_error("the scripted vendor cannot listen");
  port = ntohs(address.sin_port);
  return fd;
}

}  // namespace

std::string vendor_request::header(std::string_view lower_case_name) const {
  for (auto const& [name, value] : headers)
    if (name == lower_case_name) return value;
  return {};
}

scripted_vendor::scripted_vendor(vendor_security security) : state_(std::make_shared<state>()) {
  if (security == vendor_security::tls)
    state_->certificate = std::make_unique<test_certificate>("DNS:localhost,IP:127.0.0.1");
  if (security == vendor_security::tls_wrong_host)
    state_->certificate = std::make_unique<test_certificate>("DNS:elsewhere.example");
  otherwise([](vendor_request const& request) {
    auto const wire = wire_of(request);
    return wants_stream(request) ? vendor_script::streamed_answer({"ok"}, wire) : vendor_script::answer("ok", wire);
  });
  state_->listener = listen_locally(state_->port);
  state_->acceptor = std::thread([s = state_.get()] {
    while (!s->stopping) {
      pollfd one{s->listener, POLLIN, 0};
      if (::poll(&one, 1, accept_milliseconds) <= 0) continue;
      int const fd = ::accept4(s->listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) continue;
      int const on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      std::lock_guard const lock(s->mutex);
      ++s->open;
      auto const number = s->accepted++;
      s->workers.emplace_back([s, fd, number] {
        bool client_closed = false;
        {
          vendor_connection connection(*s, fd, number);
          client_closed = connection.run();
        }
        std::lock_guard const inner(s->mutex);
        --s->open;
        s->closed_by_client += client_closed ? 1 : 0;
        s->changed.notify_all();
      });
    }
  });
}

scripted_vendor::~scripted_vendor() {
  state_->stopping = true;
  state_->acceptor.join();
  for (auto& worker : state_->workers) worker.join();
  ::close(state_->listener);
}

unsigned short scripted_vendor::port() const { return state_->port; }

std::string scripted_vendor::origin() const {
  return (state_->certificate ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(state_->port);
}

std::string scripted_vendor::base_url() const { return origin() + "/v1"; }

std::string scripted_vendor::ca_file() const {
  return state_->certificate ? state_->certificate->file() : std::string();
}

scripted_vendor& scripted_vendor::push(vendor_script script) {
  std::lock_guard const lock(state_->mutex);
  state_->scripts.push_back(std::move(script));
  return *this;
}

scripted_vendor& scripted_vendor::otherwise(handler h) {
  std::lock_guard const lock(state_->mutex);
  state_->otherwise = std::move(h);
  return *this;
}

std::vector<vendor_request> scripted_vendor::requests() const {
  std::lock_guard const lock(state_->mutex);
  return state_->requests;
}

std::size_t scripted_vendor::connections() const {
  std::lock_guard const lock(state_->mutex);
  return state_->accepted;
}

std::size_t scripted_vendor::open_connections() const {
  std::lock_guard const lock(state_->mutex);
  return state_->open;
}

bool scripted_vendor::closed_by_client_within(std::chrono::milliseconds time, std::size_t count) {
  return state_->wait(time, [&] { return state_->closed_by_client >= count; });
}

bool scripted_vendor::requests_within(std::chrono::milliseconds time, std::size_t count) {
  return state_->wait(time, [&] { return state_->requests.size() >= count; });
}

void scripted_vendor::close_idle_connections() {
  {
    std::lock_guard const lock(state_->mutex);
    ++state_->idle_generation;
  }
  state_->wait(std::chrono::milliseconds(2'000), [&] { return state_->open == 0; });
}

}  // namespace sambung::testing
