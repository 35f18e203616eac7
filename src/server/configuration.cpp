#include <sambung/server/configuration.hpp>

#include <boost/describe/enum_from_string.hpp>
#include <boost/url/parse.hpp>

#include <charconv>

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
    seconds("SAMBUNG_SHUTDOWN_GRACE", out_.shutdown_grace, 0);
    seconds("SAMBUNG_LEASE", out_.lease, 1);
    list("SAMBUNG_ALLOWED_HOSTS", out_.allowed_hosts, is_host, "must be host names, such as chat.example.com");
    list("SAMBUNG_ALLOWED_ORIGINS", out_.allowed_origins, is_origin,
         "must be origins, such as https://chat.example.com");
    auto providers = providers_from(env_);
    if (providers) out_.providers = std::move(*providers);
    else issues_.insert(issues_.end(), providers.error().issues.begin(), providers.error().issues.end());
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

std::string describe(failure const& why) {
  if (why.issues.empty()) return why.message + '\n';
  std::string lines;
  for (auto const& one : why.issues) lines += one.path + ": " + one.message + '\n';
  return lines;
}

}  // namespace sambung
