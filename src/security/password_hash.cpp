#include <sambung/security/password_hash.hpp>

#include "security/password_schemes.hpp"

#include <crypt.h>
#include <time.h>

#include <algorithm>
#include <array>

namespace sambung {
namespace {

using std::chrono::nanoseconds;

// No normal form is so much shorter than its text that a longer one could fit.
constexpr std::size_t max_typed_bytes = 16 * max_password_bytes;

failure refused(std::string why) {
  return failure(errc::invalid_argument, "the password cannot be used", {issue{"password", std::move(why)}});
}

// What may be compared with a stored hash.
result<secret_string> readable(std::string_view typed) {
  if (typed.empty()) return refused("must have at least 8 bytes");
  if (typed.size() > max_typed_bytes) return refused("must have at most 72 bytes");
  if (typed.find('\0') != typed.npos) return refused("must not contain NUL");
  auto const normal = passwords::normalized(typed, passwords::normal_form::c);
  if (!normal) return refused("must be valid UTF-8");
  if (normal->view().size() > max_password_bytes) return refused("must have at most 72 bytes");
  return *normal;
}

std::string setting_of(int cost, std::span<char const> salt) {
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> made{};
  if (!crypt_gensalt_rn("$2b$", static_cast<unsigned long>(cost), salt.data(), static_cast<int>(salt.size()),
                        made.data(), static_cast<int>(made.size())))
    throw error(errc::internal, "libxcrypt makes no salt");
  return made.data();
}

void throw_away(int cost) {
  static constexpr std::array<char, 16> salt{};
  passwords::bcrypt(secret_string("throw-away"), setting_of(cost, salt));
}

nanoseconds time_of_this_thread() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
}

// What one bcrypt hash of `cost` takes more than `spent`; how much that is, the cheaper ones that it is made of tell.
void throw_away_the_rest(int cost, nanoseconds spent) {
  int const part = std::max(min_password_cost, cost - 6);
  int const parts = 1 << (cost - part);
  auto const start = time_of_this_thread();
  for (int done = 1; done <= parts; ++done) {
    throw_away(part);
    auto const used = time_of_this_thread() - start;
    if (spent + used >= used / done * parts) return;
  }
}

// After a wrong password. Hashes of cost c, c + 1, ..., cost - 1 are what lacks from c to cost.
void make_equal(passwords::stored_form form, nanoseconds spent, int cost) {
  if (form.scheme == passwords::scheme::unknown) return throw_away(cost);
  if (form.scheme != passwords::scheme::bcrypt) return throw_away_the_rest(cost, spent);
  for (int one = form.cost; one < cost; ++one) throw_away(one);
}

}  // namespace

result<secret_string> normal_password(std::string_view typed) {
  auto normal = readable(typed);
  if (normal && normal->view().size() < min_password_bytes) return refused("must have at least 8 bytes");
  return normal;
}

std::string hash_password(secret_string const& password, int cost, random_source& random) {
  if (cost < min_password_cost || cost > max_password_cost)
    throw error(errc::invalid_argument, "the cost of a password is 4 to 16");
  std::array<char, 16> salt{};
  random.fill(std::as_writable_bytes(std::span(salt)));
  return passwords::bcrypt(password, setting_of(cost, salt));
}

password_check check_password(std::string_view hash, std::string_view typed, int cost) {
  cost = std::clamp(cost, min_password_cost, max_password_cost);
  auto const password = readable(typed);
  auto const form = passwords::form_of(hash);
  auto const start = time_of_this_thread();
  bool const fits = form.scheme != passwords::scheme::unknown &&
                    passwords::fits(hash, form.scheme, password ? *password : secret_string("unreadable"));
  if (!fits || !password) {
    make_equal(form, time_of_this_thread() - start, cost);
    return {};
  }
  password_check check;
  check.right = true;
  check.outdated = form.cost != cost || !hash.starts_with("$2b$");
  return check;
}

}  // namespace sambung
