// What a server allows and how it behaves.
#pragma once

#include <sambung/core/clock.hpp>
#include <sambung/core/describe.hpp>
#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/core/secret.hpp>
#include <sambung/server/identify.hpp>
#include <sambung/server/rates.hpp>
#include <sambung/server/static_files.hpp>
#include <sambung/telemetry/log_level.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sambung {

// Past a size limit a request is refused (431 header, 413 body); past a time limit its connection is closed, with 408
// when a request was on its way. Trusted proxies are no addresses: whoever is behind them is.
struct server_limits {
  server_limits() = default;

  std::size_t max_header_bytes = 16'384;
  std::size_t max_header_fields = 100;
  std::size_t max_body_bytes = 1'048'576;
  std::size_t max_model_body_bytes = 32 * 1'048'576;  // of a body that is for a model: chats, pictures and files
  // What bodies of requests and answers hold together, of all connections; a body that would be more is answered 503.
  std::size_t max_bodies_bytes = 256 * 1'048'576;
  // Of them, those of answers to one user: over 16 KiB, until they are taken; one more is answered 429. One that is
  // larger by itself is given while no other is on its way.
  std::size_t max_answer_bytes_per_user = 64 * 1'048'576;
  std::size_t max_chunk_extension_bytes = 16'384;       // of one chunked body, all chunks together
  std::size_t max_connections = 10'000;                 // one more is answered 503 and closed
  std::size_t max_connections_per_address = 2'500;      // of IPv6: 64 bits; one more is answered 503 and closed
  std::size_t max_streams_per_user = 256;               // one more is answered 429
  std::chrono::milliseconds header_time{10'000};        // from the first byte of a request to the end of its header
  std::chrono::milliseconds body_time{30'000};          // from there to the end of its body; a message to /ws
  std::chrono::milliseconds idle_time{60'000};          // between requests
  std::chrono::milliseconds write_stall{30'000};        // without progress; then the reader is dropped, not the turn
  std::chrono::milliseconds rpc_keep_alive{5'000};      // between comments on a quiet event iterator
  std::chrono::milliseconds openai_keep_alive{15'000};  // between comments on a quiet completion stream
  std::chrono::milliseconds long_poll_time{20'000};     // of a Durable Stream: with nothing to tell
  // Of a Durable Stream's server-sent events; then it ends between two of them, and its reader comes back.
  std::chrono::milliseconds stream_connection_time{60'000};
  // How often it is looked whether the callers of open streams and WebSockets still may, even when nothing was taken
  // away: an authority that ends by itself, such as a token's, is used no longer than that behind its end.
  std::chrono::milliseconds caller_check_time{60'000};
  std::size_t stream_buffer_bytes = 65'536;  // encoded and not yet taken by a slow reader
  // Of WebSockets (/ws).
  std::size_t max_message_bytes = 1'048'576;              // of one message; a larger one closes it (1009)
  std::size_t max_calls_per_socket = 64;                  // open at once; one more is answered TOO_MANY_REQUESTS
  std::size_t max_sockets_per_user = 32;                  // one more is closed (1013)
  std::size_t max_sockets_per_address = 256;              // of IPv6: 64 bits; one more is closed (1013)
  std::chrono::milliseconds socket_sign_in_time{10'000};  // without anybody known it is closed (1008)
  std::chrono::milliseconds socket_ping_time{25'000};     // of silence, before a ping
  std::chrono::milliseconds socket_silence{60'000};       // without a byte of the client: it is dropped
};
SAMBUNG_DESCRIBE_STRUCT(server_limits, (),
                        (max_header_bytes, max_header_fields, max_body_bytes, max_model_body_bytes, max_bodies_bytes,
                         max_answer_bytes_per_user, max_chunk_extension_bytes, max_connections,
                         max_connections_per_address, max_streams_per_user, header_time, body_time, idle_time,
                         write_stall, rpc_keep_alive, openai_keep_alive, long_poll_time, stream_connection_time,
                         caller_check_time, stream_buffer_bytes, max_message_bytes, max_calls_per_socket,
                         max_sockets_per_user, max_sockets_per_address, socket_sign_in_time, socket_ping_time,
                         socket_silence))
SAMBUNG_API record_description describe_record(record_of<server_limits>);

// Gets whole lines of JSON, each ended by '\n', some at a time and at the latest a quarter of a second after they
// happened; {"event": "lines_lost"} says how many there was no room for. Called by one thread at a time, which serves
// connections too: it must not block; of what it throws the engine's observer is told. log_writer does neither.
using access_log_sink = std::function<void(std::string_view lines)>;

// TLS that ends in this server: 1.2 or later. Both files are PEM, the certificate with its chain behind it. They are
// looked at every two seconds and read again when they changed; what cannot be used then is logged, and the certificate
// before it stays.
struct tls_files {
  tls_files(std::string certificate_, std::string key_) : certificate(std::move(certificate_)), key(std::move(key_)) {}

  std::string certificate;
  std::string key;  // without a password
};
SAMBUNG_DESCRIBE_STRUCT(tls_files, (), (certificate, key))

// Whether whoever reaches the server may read what it measures, at /metrics: names of routes, models and procedures and
// how often they are used, nothing of people.
enum class metrics_exposure { operators, everybody };

struct server_options {
  server_options() = default;

  server_limits limits;
  executor_threads threads = executor_threads::many;  // of the executor that the server is given
  // Names that a Host header may have besides localhost, 127.0.0.1 and [::1]: "chat.example.com" for any port,
  // "chat.example.com:8443" for that one.
  std::vector<std::string> allowed_hosts;
  // Web origins that may call from a browser: "https://chat.example.com", exactly as browsers send it.
  std::vector<std::string> allowed_origins;
  // What browsers have in their address bar: "https://chat.example.com". Its host and its origin are allowed. https
  // there means that every request counts as one over https: secure cookies, Strict-Transport-Security.
  std::string url;
  std::optional<tls_files> tls;  // none: plain HTTP
  // What browsers are given besides; none: paths that Sambung does not serve itself are 404.
  std::optional<sambung::static_files> static_files;
  // Addresses and networks ("10.0.0.0/8") whose X-Forwarded-For and X-Forwarded-Proto are believed.
  std::vector<std::string> trusted_proxies;
  // Asked first who sends a request. With it a call with any cookie, not only with Sambung's own, must say its origin.
  identify_function identify;
  request_rates rates;
  std::shared_ptr<sambung::limiter> limiter;  // none: local_limiter()
  access_log_sink access_log;                 // none: no log
  // What /metrics answers: sambung::prometheus_text(*measured). Called from several threads at once, which
  // serve connections too. None: it is not there.
  std::function<std::string()> metrics_text;
  metrics_exposure metrics_for = metrics_exposure::operators;
  // What operators present (Authorization: Bearer), of at least 32 bytes; empty: whoever reaches server::listen_admin()
  // is one.
  secret_string admin_token;
  // What POST /admin/drain does, such as to shut down as a signal would; it only starts that. None: it is not there.
  std::function<void()> drain;
  // What POST /admin/log-level does with a level; it throws nothing. None: it is not there.
  std::function<result<void>(std::string_view level)> set_log_level;
  // Which lines it gets; may be changed meanwhile. None: those of info, warn and error.
  std::shared_ptr<log_threshold> threshold;
  // A request whose answer is ready later than that has a line {"event": "slow_request"} of its own, ten of them in a
  // second and then one that says how many were left out. Of streams the time until they begin counts. 0: none has.
  std::chrono::milliseconds slow_request{5'000};
  std::shared_ptr<sambung::clock> clock;  // none: system_clock(); only now() is asked
  std::shared_ptr<random_source> random;  // none: system_random(); for request ids
};
SAMBUNG_DESCRIBE_STRUCT(server_options, (),
                        (limits, threads, allowed_hosts, allowed_origins, url, tls, trusted_proxies, rates,
                         admin_token))
SAMBUNG_API record_description describe_record(record_of<server_options>);

}  // namespace sambung
