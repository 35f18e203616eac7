// A stored hash on the first line and what somebody typed behind it. Only cheap hashes are checked.
#include <sambung/security/password_hash.hpp>

#include "security/password_schemes.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace {

using sambung::passwords::scheme;

bool is_cheap(std::string_view hash) {
  auto const form = sambung::passwords::form_of(hash);
  if (form.scheme == scheme::bcrypt) return form.cost <= 5;
  return form.scheme == scheme::other_crypt && (hash.starts_with("$1$") || hash.starts_with("$5$")) &&
         hash.find("rounds") == hash.npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const input(reinterpret_cast<char const*>(data), size);
  auto const end = std::min(input.find('\n'), input.size());
  auto const hash = input.substr(0, end);
  auto const typed = input.substr(std::min(end + 1, input.size()));

  auto const normal = sambung::normal_password(typed);
  if (normal && sambung::normal_password(normal->view()).value().view() != normal->view()) std::abort();
  if (normal &&
      (normal->view().size() < sambung::min_password_bytes || normal->view().size() > sambung::max_password_bytes))
    std::abort();
  if (!is_cheap(hash)) return 0;
  bool const right = sambung::check_password(hash, typed, sambung::min_password_cost).right;
  if (right && (typed.empty() || typed.find('\0') != typed.npos)) std::abort();
  return 0;
}
