#include "services/auth/known_device.hpp"

#include "limiter/account_name.hpp"

#include <sambung/security/token.hpp>

#include <algorithm>
#include <vector>

namespace sambung {
namespace {

// "device.<name>.<account>.<account>", the newest account first: nothing else that is signed for cookies looks so.
constexpr std::string_view kind = "device";
constexpr std::size_t accounts_of_a_device = 8;
constexpr std::size_t account_digits = 32;

std::string short_name(std::string_view email) { return account_name(email).substr(0, account_digits); }

struct device {
  std::string name;  // empty: not one of ours
  std::vector<std::string> accounts;
};

device parse(std::string_view kept) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= kept.size();) {
    auto const end = std::min(kept.find('.', begin), kept.size());
    parts.emplace_back(kept.substr(begin, end - begin));
    begin = end + 1;
  }
  device known;
  if (parts.size() < 3 || parts.front() != kind) return known;
  known.name = parts[1];
  known.accounts.assign(parts.begin() + 2, parts.end());
  return known;
}

}  // namespace

std::string name_of_device(std::string_view kept, std::string_view email) {
  auto known = parse(kept);
  bool const signed_in = std::ranges::find(known.accounts, short_name(email)) != known.accounts.end();
  return signed_in ? std::move(known.name) : std::string();
}

std::string known_device(std::string_view kept, std::string_view email, random_source& random) {
  auto known = parse(kept);
  if (known.name.empty()) known.name = make_token({}, random).view();
  auto const account = short_name(email);
  std::erase(known.accounts, account);
  known.accounts.insert(known.accounts.begin(), account);
  if (known.accounts.size() > accounts_of_a_device) known.accounts.resize(accounts_of_a_device);
  auto text = std::string(kind) + '.' + known.name;
  for (auto const& one : known.accounts) text += '.' + one;
  return text;
}

}  // namespace sambung
