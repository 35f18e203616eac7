#include <sambung/server/setup/configuration.hpp>

#include "http/server/base_url.hpp"
#include "http/server/proxies.hpp"
#include "server/setup/secret_file.hpp"

#include <boost/describe/enum_from_string.hpp>
#include <boost/url/parse.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>

namespace sambung {
namespace {

constexpr int max_seconds = 3'600;

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> items;
  for (std::size_t begin = 0; begin <= text.size();) {
    auto const end = std::min(text.find(',', begin), text.size());
    auto item = text.substr(begin, end - begin);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
    if (!item.empty()) items.emplace_back(item);
    begin = end + 1;
  }
  return items;
}

bool is_database_url(std::string_view url) {
  return url == "memory:" || (url.substr(0, 7) == "sqlite:" && url.size() > 7) || is_shared_database(url);
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

bool is_loopback(std::string_view host) {
  if (host == "localhost") return true;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  auto const address = parse_ip(host);
  return address && address->is_loopback();
}

bool is_loopback_origin(std::string_view origin) {
  auto const url = boost::urls::parse_uri(origin);
  return url && is_loopback(std::string(url->encoded_host()));
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

// The file of a "sqlite:" URL; empty for another database.
std::string database_file(std::string_view url) {
  if (!url.starts_with("sqlite:")) return {};
  url.remove_prefix(7);
  if (url.starts_with("///")) url.remove_prefix(3);
  return std::string(url);
}

// Reads one variable after the other and notes what is wrong.
class configuration_reader {
 public:
  explicit configuration_reader(environment const& env) : env_(env) {}

  result<configuration> read() {
    database();
    if (auto host = env_("SAMBUNG_HOST")) out_.host = std::move(*host);
    if (!is_host(out_.host)) wrong("SAMBUNG_HOST", "must be an address or a host name");
    port();
    stage();
    public_url();
    secrets();
    sign_up();
    jwt();
    tls();
    proxies();
    rates();
    seconds("SAMBUNG_SHUTDOWN_GRACE", out_.shutdown_grace, 0);
    seconds("SAMBUNG_LEASE", out_.lease, 1);
    list("SAMBUNG_ALLOWED_HOSTS", out_.allowed_hosts, is_host, "must be host names, such as chat.example.com");
    list("SAMBUNG_ALLOWED_ORIGINS", out_.allowed_origins, is_origin,
         "must be origins, such as https://chat.example.com");
    providers();
    prices();
    if (out_.stage == deployment_stage::production) refuse_unsafe();
    return outcome();
  }

  result<configuration> read_database() {
    database();
    return outcome();
  }

 private:
  result<configuration> outcome() {
    if (!issues_.empty()) return failure(errc::invalid_argument, "the configuration is wrong", std::move(issues_));
    return std::move(out_);
  }

  void wrong(std::string variable, std::string message) {
    issues_.push_back({std::move(variable), std::move(message)});
  }

  void database() {
    std::string variable = "SAMBUNG_DATABASE_URL";
    auto url = env_(variable);
    if (!url) url = env_(variable = "DATABASE_URL");
    if (url && !is_database_url(*url)) wrong(std::move(variable), "must be memory:, sqlite:PATH or postgresql://...");
    else if (url) out_.database_url = std::move(*url);
    migrator();
  }

  void migrator() {
    auto url = env_("SAMBUNG_MIGRATOR_URL");
    if (!url) return;
    if (!is_shared_database(*url)) wrong("SAMBUNG_MIGRATOR_URL", "must be postgresql://...");
    else if (!is_shared_database(out_.database_url)) wrong("SAMBUNG_MIGRATOR_URL", "is for a PostgreSQL database only");
    out_.migrator_url = std::move(*url);
  }

  void port() {
    auto const text = env_("SAMBUNG_PORT");
    if (!text) return;
    auto const [end, fault] = std::from_chars(text->data(), text->data() + text->size(), out_.port);
    if (fault != std::errc() || end != text->data() + text->size())
      wrong("SAMBUNG_PORT", "must be a number from 0 to 65535");
  }

  void seconds(std::string variable, std::chrono::milliseconds& out, int least) {
    auto const text = env_(variable);
    if (!text) return;
    int read = 0;
    auto const [end, fault] = std::from_chars(text->data(), text->data() + text->size(), read);
    if (fault != std::errc() || end != text->data() + text->size() || read < least || read > max_seconds)
      return wrong(std::move(variable),
                   "must be whole seconds, " + std::to_string(least) + " to " + std::to_string(max_seconds));
    out = std::chrono::seconds(read);
  }

  void stage() {
    auto const text = env_("SAMBUNG_ENV");
    if (text && !boost::describe::enum_from_string(text->c_str(), out_.stage))
      wrong("SAMBUNG_ENV", "must be development, test or production");
  }

  void public_url() {
    auto text = env_("SAMBUNG_URL");
    if (!text) return;
    if (!serving::parse_base_url(*text)) wrong("SAMBUNG_URL", "must be a base URL, such as https://chat.example.com");
    else out_.url = std::move(*text);
  }

  void secrets() {
    std::vector<secret_string> found;
    if (auto text = env_("SAMBUNG_SECRET")) {
      if (!is_secret(*text))
        wrong("SAMBUNG_SECRET", "must be at least 32 bytes that nobody can guess, such as 48 random ones in base64");
      found.emplace_back(std::move(*text));
      out_.has_secret = true;
    } else if (is_shared_database(out_.database_url)) {
      wrong("SAMBUNG_SECRET", "is required with PostgreSQL: every server needs the same");
    }
    if (auto const text = env_("SAMBUNG_EARLIER_SECRETS"))
      for (auto& one : split(*text)) {
        if (!is_secret(one)) return wrong("SAMBUNG_EARLIER_SECRETS", "must be secrets that SAMBUNG_SECRET once was");
        found.emplace_back(std::move(one));
      }
    if (!issues_of("SAMBUNG_SECRET")) keep(std::move(found));
  }

  void keep(std::vector<secret_string> found) {
    auto ring = secret_ring::make(std::move(found));
    if (ring) out_.auth.secrets = std::move(*ring);
    else wrong("SAMBUNG_EARLIER_SECRETS", "must differ from each other and from SAMBUNG_SECRET");
  }

  bool issues_of(std::string_view variable) const {
    return std::ranges::find(issues_, variable, &issue::path) != issues_.end();
  }

  void sign_up() {
    auto const text = env_("SAMBUNG_SIGN_UP");
    if (text && !boost::describe::enum_from_string(text->c_str(), out_.auth.sign_up))
      wrong("SAMBUNG_SIGN_UP", "must be closed, first_user or open");
  }

  void jwt() {
    if (auto issuer = env_("SAMBUNG_JWT_ISSUER")) out_.auth.jwt.issuer = std::move(*issuer);
    if (auto audience = env_("SAMBUNG_JWT_AUDIENCE")) out_.auth.jwt.audience = std::move(*audience);
    auto const file = env_("SAMBUNG_JWT_KEY_FILE");
    if (!file) return;
    std::ifstream opened(*file);
    std::string pem((std::istreambuf_iterator<char>(opened)), {});
    auto key = jwt_key::ed25519("ed25519", pem);
    wipe(pem);
    if (!opened || !key || !key->may_sign())
      return wrong("SAMBUNG_JWT_KEY_FILE", "must be a file with the PEM of an Ed25519 private key");
    out_.auth.jwt.keys = {std::move(*key)};
  }

  void tls() {
    auto certificate = env_("SAMBUNG_TLS_CERTIFICATE");
    auto key = env_("SAMBUNG_TLS_KEY");
    if (certificate && !key) wrong("SAMBUNG_TLS_KEY", "is required with SAMBUNG_TLS_CERTIFICATE");
    if (key && !certificate) wrong("SAMBUNG_TLS_CERTIFICATE", "is required with SAMBUNG_TLS_KEY");
    if (certificate && key) out_.tls.emplace(std::move(*certificate), std::move(*key));
  }

  void proxies() {
    auto const text = env_("SAMBUNG_TRUSTED_PROXIES");
    if (!text) return;
    out_.trusted_proxies = split(*text);
    if (!serving::trusted_proxies::make(out_.trusted_proxies))
      wrong("SAMBUNG_TRUSTED_PROXIES", "must be addresses or networks, such as 10.0.0.0/8");
  }

  void rates() {
    auto const text = env_("SAMBUNG_RATE_LIMITS");
    if (!text) return;
    auto const read = parse_rates(*text);
    if (read) out_.rates = *read;
    else wrong("SAMBUNG_RATE_LIMITS", read.error().message);
  }

  void providers() {
    auto found = providers_from(env_);
    if (found) out_.providers = std::move(*found);
    else
      for (auto& one : found.error().issues) issues_.push_back(std::move(one));
  }

  void prices() {
    auto const file = env_("SAMBUNG_PRICES");
    if (!file) return;
    auto const own = price_list::read(*file);
    if (own) out_.prices = own->over(out_.prices);
    else if (own.error().issues.empty()) wrong("SAMBUNG_PRICES", "must be a file of prices: " + own.error().message);
    else
      for (auto const& one : own.error().issues) wrong("SAMBUNG_PRICES", one.path + ": " + one.message);
  }

  // What may be in a laboratory, and not where strangers are.
  void refuse_unsafe() {
    bool const open_to_others = !is_loopback(out_.host);
    auto const url = serving::parse_base_url(out_.url);
    bool const behind_https = url && url->https && !out_.trusted_proxies.empty();
    if (open_to_others && !out_.tls && !behind_https)
      wrong("SAMBUNG_HOST",
            "must be a loopback address unless there is SAMBUNG_TLS_CERTIFICATE, or an https SAMBUNG_URL "
            "with SAMBUNG_TRUSTED_PROXIES");
    if (open_to_others && out_.auth.sign_up == sign_up_policy::first_user)
      wrong("SAMBUNG_SIGN_UP", "must be closed or open: whoever came first would own the server");
    if (out_.url.empty() && !issues_of("SAMBUNG_URL")) wrong("SAMBUNG_URL", "is required in production");
    if (url && !url->https && !is_loopback_origin(url->origin)) wrong("SAMBUNG_URL", "must be https in production");
    if (out_.database_url == "memory:") wrong("SAMBUNG_DATABASE_URL", "must outlive the process in production");
    auto const unsafe = [](auto const& origin) { return origin.starts_with("http://") && !is_loopback_origin(origin); };
    if (std::ranges::any_of(out_.allowed_origins, unsafe))
      wrong("SAMBUNG_ALLOWED_ORIGINS", "must be https in production");
    if (out_.rates.address.burst == 0 || out_.rates.credentials.burst == 0 || out_.rates.account.burst == 0)
      wrong("SAMBUNG_RATE_LIMITS", "must limit address, credentials and account in production");
  }

  template <class Check>
  void list(std::string variable, std::vector<std::string>& out, Check check, std::string message) {
    auto const text = env_(variable);
    if (!text) return;
    out = split(*text);
    for (auto const& item : out)
      if (!check(item)) return wrong(std::move(variable), std::move(message));
  }

  environment const& env_;
  configuration out_;
  std::vector<issue> issues_;
};

}  // namespace

result<configuration> read_configuration(environment const& env) { return configuration_reader(env).read(); }

result<configuration> read_database_configuration(environment const& env) {
  return configuration_reader(env).read_database();
}

result<secret_ring> secrets_for(configuration const& config, random_source& random) {
  auto const file = database_file(config.database_url);
  if (config.has_secret || file.empty()) return config.auth.secrets;
  auto made = serving::secret_from(file + ".secret", random);
  if (!made) return made.error();
  std::vector<secret_string> all{std::move(*made)};
  for (std::size_t i = 0; i < config.auth.secrets.size(); ++i) all.push_back(config.auth.secrets.at(i));
  return secret_ring::make(std::move(all));
}

std::string describe(failure const& why) {
  if (why.issues.empty()) return why.message + '\n';
  std::string lines;
  for (auto const& one : why.issues) lines += one.path + ": " + one.message + '\n';
  return lines;
}

}  // namespace sambung
