#include "storage/postgres/postgres_refusal.hpp"

#include <libpq-fe.h>

#include <algorithm>

namespace sambung::sql {
namespace {

constexpr std::size_t state_length = 5;

using parsed_url = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

std::string password_in(std::string const& url) {
  parsed_url const parsed(PQconninfoParse(url.c_str(), nullptr), &PQconninfoFree);
  for (auto const* one = parsed.get(); one && one->keyword; ++one)
    if (std::string_view(one->keyword) == "password" && one->val) return one->val;
  return {};
}

// On one line.
std::string told(std::string text, std::string const& password) {
  std::string line;
  for (char const c : text) {
    bool const space = c == '\n' || c == '\t' || c == ' ';
    if (!space) line += c;
    else if (!line.empty() && line.back() != ' ') line += ' ';
  }
  if (line.ends_with(' ')) line.pop_back();
  if (password.empty()) return line;
  for (auto at = line.find(password); at != line.npos; at = line.find(password, at + 3))
    line.replace(at, password.size(), "***");
  return line;
}

// "... FATAL:  28P01": PostgreSQL's documentation, PQsetErrorVerbosity. Empty when it was not the server that refused.
std::string state_in(std::string_view text) {
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  if (text.size() <= state_length || text[text.size() - state_length - 1] != ' ') return {};
  auto const last = text.substr(text.size() - state_length);
  auto const of_a_state = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); };
  return std::ranges::all_of(last, of_a_state) ? std::string(last) : std::string();
}

std::string state_of_refusal(session_settings const& to) {
  auto const url = url_with_defaults(to.url, to.connect_wait);
  std::unique_ptr<PGconn, decltype(&PQfinish)> const connection(PQconnectStart(url.c_str()), &PQfinish);
  if (!connection) return {};
  PQsetErrorVerbosity(connection.get(), PQERRORS_SQLSTATE);
  PQreset(connection.get());  // from the beginning, with the time limit that PQconnectPoll lacks
  if (PQstatus(connection.get()) == CONNECTION_OK) return {};
  return state_in(PQerrorMessage(connection.get()));
}

bool is_about_tls(std::string_view said) {
  auto const says = [&](std::string_view words) { return said.find(words) != said.npos; };
  if (says("SYSCALL") || says("closed unexpectedly")) return false;
  return says("SSL") || says("sslmode") || says("certificate");
}

errc code_of(std::string_view state, std::string_view said) {
  if (state.starts_with("22")) return errc::invalid_argument;  // a setting of the session
  if (state.starts_with("28")) return errc::unauthenticated;
  if (state == "3D000") return errc::invalid_argument;
  if (state == "42501") return errc::permission_denied;
  if (!state.empty()) return errc::unavailable;
  return is_about_tls(said) || said.starts_with("invalid ") ? errc::invalid_argument : errc::unavailable;
}

}  // namespace

failure refusal_of(session_settings const& to, postgres_error const& said) {
  auto const text = told(said.what(), password_in(to.url));
  // With a state of its own it was said on a connection.
  auto const state = said.lost_connection() ? state_of_refusal(to) : said.state();
  failure why(code_of(state, text), "PostgreSQL: " + text);
  why.sensitive = text;
  return why;
}

std::unique_ptr<postgres_connection> connect_or_say_why(session_settings const& to) {
  try {
    return std::make_unique<postgres_connection>(to);
  } catch (postgres_error const& e) {
    throw error(refusal_of(to, e));
  }
}

bool hides_password(std::string_view url) {
  auto rest = url.substr(std::min(url.find("://") + 3, url.size()));
  rest = rest.substr(0, rest.find('?'));
  auto const at = rest.rfind('@');
  return at != rest.npos && rest.find_first_of("@/") != at;
}

}  // namespace sambung::sql
