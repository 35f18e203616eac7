// server: Sambung over HTTP, to embed. /rpc speaks oRPC, /v1 speaks OpenAI's chat completions; docs/reference/http.md.
//
//   boost::asio::io_context io(1);
//   sambung::server server(engine, io.get_executor());
//   auto port = server.listen("127.0.0.1", 8787);
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/engine/engine.hpp>
#include <sambung/rpc/registry.hpp>
#include <sambung/server/options.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace sambung {

namespace serving {
class server_core;
}

// Thread safety: listen(), listen_admin() and shutdown() are safe to call from any thread, procedures() before the
// first listen() only. Lifetime: whatever runs the executor outlives it; the engine may go first, then no turn begins
// any more. It starts no thread. Destroying it without shutdown() closes every connection at once.
class SAMBUNG_API server {
 public:
  // Throws error(errc::invalid_argument) for a url or a trusted proxy that is none, and for a certificate that cannot
  // be used.
  server(engine& served, boost::asio::any_io_executor executor, server_options options = server_options());
  ~server();
  server(server const&) = delete;
  server& operator=(server const&) = delete;

  // The standard procedures; an application adds its own before the first listen(), after it that is errc::conflict.
  procedure_registry& procedures();

  // Accepts connections at an address ("127.0.0.1", "::1", "0.0.0.0") or host name and a port, 0 for any free one, and
  // returns the port. May be called for several addresses. Throws error: errc::invalid_argument for a host that is
  // none, errc::unavailable when the address is taken or not this machine's.
  std::uint16_t listen(std::string const& host, std::uint16_t port);

  // Accepts operators at "127.0.0.1:9464" (port 0: any free one), which is plain HTTP, or at a UNIX socket,
  // "unix:/run/sambung/admin.sock", which only the server's user can connect to, and returns the port (0 of a socket).
  // They may ask for /metrics, /healthz, /readyz and /admin/status, POST to /admin/drain and /admin/log-level, and are
  // answered until shutdown() has ended. Pages in a browser and tokens of users are refused. Throws error:
  // errc::invalid_argument for what is no such address, and for one that is no loopback address without
  // server_options::admin_token; errc::unavailable when the address is taken. Thread safety: as listen().
  std::uint16_t listen_admin(std::string const& address);

  // Accepts no more, answers new requests with 503, closes idle connections, lets requests and turns finish for up to
  // `grace`, then shuts the engine down (which parks the turns still running) and closes what is left within two
  // seconds. WebSockets are told to come back (1012): one whose calls have ended at once, one with open streams at a
  // random moment of the first half of `grace`. On any executor. Called again while it goes on, it leaves that no more
  // than the new `grace`. Throws error(errc::deadline_exceeded) when no thread runs the server's executor.
  task<void> shutdown(std::chrono::milliseconds grace = std::chrono::seconds(10));

 private:
  std::shared_ptr<serving::server_core> core_;
};

}  // namespace sambung
