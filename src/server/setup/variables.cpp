#include "server/setup/variables.hpp"

#include "http/server/base_url.hpp"
#include "http/server/proxies.hpp"
#include "server/admin_address.hpp"
#include "server/setup/telemetry_variables.hpp"

#include <boost/url/parse.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace sambung::setup {
namespace {

constexpr std::uint64_t max_seconds = 3'600;
constexpr std::uint64_t max_token_seconds = 366 * 86'400;
constexpr std::uint64_t max_slow_query_ms = 3'600'000;
constexpr std::uint64_t max_idempotency_seconds = 365 * 86'400;

bool is_database_url(std::string_view url) {
  return url == "memory:" || (url.starts_with("sqlite:") && url.size() > 7) || is_shared_database(url);
}

// Scheme, host and perhaps a port: what browsers send.
bool is_origin(std::string_view text) {
  auto const url = boost::urls::parse_uri(text);
  return url && (url->scheme() == "https" || url->scheme() == "http") && !url->host().empty() && url->path().empty() &&
         !url->has_query() && !url->has_fragment() && !url->has_userinfo();
}

bool is_host(std::string_view text) {
  return text.find_first_of("/@ ?#\\") == text.npos && text.find("://") == text.npos;
}

bool is_base_url(std::string_view text) { return serving::parse_base_url(text).has_value(); }

bool is_admin_address(std::string_view text) { return text == "off" || serving::parse_admin_address(text).has_value(); }

bool is_web(std::string_view text) {
  std::error_code fault;
  return text == "off" || std::filesystem::is_directory(text, fault);
}

// What stands in examples for the secret that the operator was to make up.
bool is_placeholder(std::string_view secret) {
  std::string plain;
  for (char c : secret) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    if (c >= 'a' && c <= 'z') plain += c;
  }
  static constexpr std::array<std::string_view, 8> words{"changeme",   "changethis", "replaceme", "replacethis",
                                                         "yoursecret", "secrethere", "mysecret",  "placeholder"};
  return std::ranges::any_of(words, [&](std::string_view word) { return plain.find(word) != plain.npos; });
}

bool is_secret(std::string_view text) {
  return text.size() >= secret_ring::min_bytes && !is_placeholder(text) &&
         text.find_first_not_of(text.front()) != text.npos;
}

bool take_secret(draft& into, std::string value) {
  bool const good = is_secret(value);
  into.secret.emplace(std::move(value));
  return good;
}

bool take_earlier_secrets(draft& into, std::string const& value) {
  for (auto& one : opening::items_of(value)) {
    if (!is_secret(one)) return false;
    into.earlier_secrets.emplace_back(std::move(one));
  }
  return true;
}

bool take_jwt_key(draft& into, std::string const& file) {
  std::ifstream opened(file);
  std::string pem((std::istreambuf_iterator<char>(opened)), {});
  auto key = jwt_key::ed25519("ed25519", pem);
  wipe(pem);
  if (!opened || !key || !key->may_sign()) return false;
  into.auth.jwt.keys = {std::move(*key)};
  return true;
}

bool take_proxies(draft& into, std::string const& value) {
  into.trusted_proxies = opening::items_of(value);
  return serving::trusted_proxies::make(into.trusted_proxies).has_value();
}

bool take_rates(draft& into, std::string const& value) {
  auto const read = parse_rates(value);
  if (read) into.rates = *read;
  return read.has_value();
}

bool take_admin_token(draft& into, std::string value) {
  bool const good = is_secret(value) && value.find_first_of(" \t,") == value.npos;
  into.admin_token = secret_string(std::move(value));
  return good;
}

bool take_metrics(draft& into, std::string const& value) {
  into.measured = value != "off";
  into.metrics_for = value == "public" ? metrics_exposure::everybody : metrics_exposure::operators;
  return value == "off" || value == "admin" || value == "public";
}

bool take_slow_query(draft& into, std::string const& value) {
  auto const read = opening::whole_number(value);
  if (read) into.slow_query = std::chrono::milliseconds(std::min(*read, max_slow_query_ms));
  return read && *read <= max_slow_query_ms;
}

std::vector<std::string> take_prices(draft& into, std::string const& file) {
  auto const own = price_list::read(file);
  if (own) {
    into.prices = own->over(into.prices);
    return {};
  }
  if (own.error().issues.empty()) return {"must be a file of prices: " + own.error().message};
  std::vector<std::string> faults;
  for (auto const& one : own.error().issues) faults.push_back(one.path + ": " + one.message);
  return faults;
}

constexpr std::uint64_t mebi = 1'048'576;

// server_limits, those that a deployment may want to move.
void add_limits(variable_table& table) {
  auto const most = [&](std::string name, std::uint64_t least, std::uint64_t largest, std::string meaning,
                        std::size_t server_limits::* which) {
    table.number(std::move(name), least, largest, std::move(meaning),
                 [which](draft& into) -> auto& { return into.limits.*which; });
  };
  auto const time = [&](std::string name, std::string meaning, std::chrono::milliseconds server_limits::* which) {
    table.seconds(std::move(name), 1, max_seconds, std::move(meaning),
                  [which](draft& into) -> auto& { return into.limits.*which; });
  };
  most("SAMBUNG_MAX_HEADER_BYTES", 1'024, mebi, "bytes of a request's header", &server_limits::max_header_bytes);
  most("SAMBUNG_MAX_HEADER_FIELDS", 10, 10'000, "fields of a request's header", &server_limits::max_header_fields);
  most("SAMBUNG_MAX_BODY_BYTES", 1'024, 1'024 * mebi, "bytes of a request's body", &server_limits::max_body_bytes);
  most("SAMBUNG_MAX_BODIES_BYTES", mebi, 1'048'576 * mebi,
       "bytes that bodies of requests and answers hold together, over all connections",
       &server_limits::max_bodies_bytes);
  most("SAMBUNG_MAX_ANSWER_BYTES_PER_USER", mebi, 1'048'576 * mebi,
       "of them, those of answers to one user that are not taken yet", &server_limits::max_answer_bytes_per_user);
  most("SAMBUNG_MAX_CONNECTIONS", 1, 1'000'000, "connections at once", &server_limits::max_connections);
  most("SAMBUNG_MAX_CONNECTIONS_PER_ADDRESS", 1, 1'000'000, "of them, those of one address that is no trusted proxy's",
       &server_limits::max_connections_per_address);
  most("SAMBUNG_MAX_STREAMS_PER_USER", 1, 1'000'000, "streams that one user reads at once",
       &server_limits::max_streams_per_user);
  most("SAMBUNG_MAX_SOCKETS_PER_USER", 1, 1'000'000, "WebSockets of one user at once",
       &server_limits::max_sockets_per_user);
  most("SAMBUNG_MAX_SOCKETS_PER_ADDRESS", 1, 1'000'000, "WebSockets of one address at once; of IPv6, of its 64 bits",
       &server_limits::max_sockets_per_address);
  most("SAMBUNG_STREAM_BUFFER_BYTES", 4'096, 64 * mebi, "bytes of a stream that wait for a slow reader",
       &server_limits::stream_buffer_bytes);
  time("SAMBUNG_HEADER_TIME", "for a header to come in, from its first byte", &server_limits::header_time);
  time("SAMBUNG_BODY_TIME", "for a body to come in", &server_limits::body_time);
  time("SAMBUNG_IDLE_TIME", "after which a connection without a request is closed", &server_limits::idle_time);
  time("SAMBUNG_WRITE_STALL", "after which a reader that takes nothing is dropped", &server_limits::write_stall);
  time("SAMBUNG_LONG_POLL_TIME", "that a read of /streams waits when there is nothing to tell",
       &server_limits::long_poll_time);
  time("SAMBUNG_STREAM_CONNECTION_TIME", "after which the events of /streams are left to a new connection",
       &server_limits::stream_connection_time);
  table.number("SAMBUNG_LOG_BUFFER_BYTES", 4'096, 1'024 * mebi,
               "bytes of the access log that wait for whoever reads stderr; more lines are left out and counted",
               &draft::log_buffer_bytes);
}

}  // namespace

variable_table database_table() {
  variable_table table;
  table
      .text("SAMBUNG_DATABASE_URL", "memory:, sqlite:PATH or postgresql://...", "the database", &draft::database_url,
            is_database_url)
      .named_also("DATABASE_URL")
      .secret();
  table
      .text("SAMBUNG_MIGRATOR_URL", "postgresql://...",
            "PostgreSQL only: the database as the role that owns the tables", &draft::migrator_url, is_shared_database)
      .secret()
      .or_else("none: nothing is migrated");
  return table;
}

variable_table server_table() {
  variable_table table;
  table.text("SAMBUNG_HOST", "an address or a host name", "where to listen", &draft::host, is_host);
  table.number("SAMBUNG_PORT", 0, 65'535, "the port to listen on; 0 is any free one", &draft::port);
  table
      .text("SAMBUNG_WEB", "off or a folder", "what browsers are given: no page, or that of a folder", &draft::web,
            is_web)
      .or_else("the page that is built into the server");
  table.text("SAMBUNG_ADMIN_ADDRESS", "an address and a port, unix:/PATH, or off",
             "where operators ask for `/metrics` and `/admin/status`; where the default is taken, nowhere",
             &draft::admin_address, is_admin_address);
  table
      .taken_by("SAMBUNG_ADMIN_TOKEN", "at least 32 bytes that nobody can guess, such as 48 random ones in base64",
                "what operators present there; required where that is no loopback address", take_admin_token)
      .secret();
  table
      .taken_by("SAMBUNG_METRICS", "off, admin or public",
                "whether anything is measured, and whether `/metrics` is on the public port too", take_metrics)
      .or_else("`admin`");
  table.choice("SAMBUNG_ENV", "`production` refuses what is unsafe where strangers are", &draft::stage);
  table.text("SAMBUNG_URL", "a base URL, such as https://chat.example.com",
             "what browsers have in their address bar: its host and origin are allowed; https there means secure "
             "cookies and HSTS",
             &draft::url, is_base_url);
  table
      .taken_by("SAMBUNG_SECRET", "at least 32 bytes that nobody can guess, such as 48 random ones in base64",
                "what sessions, tokens and stored keys hang on", take_secret)
      .secret()
      .or_else("SQLite: made up in `<database file>.secret`; PostgreSQL: required; memory: new at each start");
  table
      .taken_by("SAMBUNG_EARLIER_SECRETS", "secrets that SAMBUNG_SECRET once was",
                "separated by commas: what was made with them still opens", take_earlier_secrets)
      .secret();
  table.choice("SAMBUNG_SIGN_UP", "who may sign up; with `first_user` whoever comes first owns the server",
               [](draft& into) -> auto& { return into.auth.sign_up; });
  table
      .text("SAMBUNG_FIRST_TOKEN_FILE", "a path where nothing is yet",
            "where the API token of a new database is written, for the server's user only, instead of being printed",
            &draft::first_token_file)
      .or_else("none: it is printed; in production there is no such token");
  table.seconds("SAMBUNG_FIRST_TOKEN_LIFETIME", 1, max_token_seconds, "after which the token of that file expires",
                &draft::first_token_lifetime);
  table
      .taken_by("SAMBUNG_JWT_KEY_FILE", "a file with the PEM of an Ed25519 private key", "what signs access tokens",
                take_jwt_key)
      .or_else("keys derived from `SAMBUNG_SECRET`");
  table.text("SAMBUNG_JWT_ISSUER", "text", "`iss` of access tokens",
             [](draft& into) -> auto& { return into.auth.jwt.issuer; });
  table.text("SAMBUNG_JWT_AUDIENCE", "text", "`aud` of access tokens",
             [](draft& into) -> auto& { return into.auth.jwt.audience; });
  table
      .text("SAMBUNG_TLS_CERTIFICATE", "a PEM file",
            "the certificate with its chain, read again when it changes; with `SAMBUNG_TLS_KEY`", &draft::certificate)
      .or_else("none: plain HTTP");
  table.text("SAMBUNG_TLS_KEY", "a PEM file", "the key of that certificate", &draft::certificate_key);
  table
      .taken_by("SAMBUNG_TRUSTED_PROXIES", "addresses or networks, such as 10.0.0.0/8",
                "whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed, separated by commas", take_proxies)
      .or_else("nobody");
  table
      .taken_by("SAMBUNG_RATE_LIMITS", "rates, such as address=200/s:400,account=2/m:10",
                "changes of how much one client may ask for: NAME=AMOUNT/(s, m or h):BURST, `NAME=off`, or `off`",
                take_rates)
      .or_else("the rates of the HTTP reference");
  table.number("SAMBUNG_MODEL_BODY_BYTES", 65'536, 256 * 1'048'576,
               "the largest body of a request to a model: chats, pictures and files",
               [](draft& into) -> auto& { return into.limits.max_model_body_bytes; });
  add_limits(table);
  table.seconds("SAMBUNG_SHUTDOWN_GRACE", 0, max_seconds, "for requests and turns to finish in after SIGTERM",
                &draft::shutdown_grace);
  table.seconds("SAMBUNG_LEASE", 1, max_seconds, "after which other servers give up a turn whose server is gone",
                &draft::lease);
  table
      .taken_by("SAMBUNG_SLOW_QUERY_MS", "milliseconds, 0 to 3600000",
                "after which a call of the database has a line `slow_query` in the log; 0: none has", take_slow_query)
      .or_else("200");
  table.seconds("SAMBUNG_IDEMPOTENCY_LIFETIME", max_seconds, max_idempotency_seconds,
                "after which an idempotency key may be used again for something else", &draft::idempotency_lifetime);
  table.number(
      "SAMBUNG_AUDITED_FAILURES", 1, 1'000'000,
      "the most entries of the audit log about wrong passwords in an hour; what is over is counted in later ones",
      [](draft& into) -> auto& { return into.auth.audited_failures; });
  table
      .list("SAMBUNG_ALLOWED_HOSTS", "host names, such as chat.example.com",
            "what a `Host` header may name, separated by commas", &draft::allowed_hosts, is_host)
      .or_else("loopback names");
  table.list("SAMBUNG_ALLOWED_ORIGINS", "origins, such as https://chat.example.com",
             "web origins that may call from a browser, separated by commas", &draft::allowed_origins, is_origin);
  add_telemetry(table);
  table.read_by("SAMBUNG_PRICES", "a file of prices", "prices that go before those that Sambung brings", take_prices);
  return table;
}

}  // namespace sambung::setup
