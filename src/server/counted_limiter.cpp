#include "server/counted_limiter.hpp"

#include <algorithm>
#include <array>

namespace sambung::serving {
namespace {

constexpr std::array<std::string_view, 10> bucket_kinds{"address",     "principal", "read",       "write",  "model",
                                                        "credentials", "account",   "everywhere", "device", "other"};

enum class limit_outcome { allowed, refused, unavailable };
constexpr std::array<std::string_view, 3> limit_outcomes{"allowed", "refused", "unavailable"};

limit_outcome outcome_of(result<void> const& decided) {
  if (decided) return limit_outcome::allowed;
  return decided.error().code == errc::rate_limited ? limit_outcome::refused : limit_outcome::unavailable;
}

class counting_limiter final : public limiter {
 public:
  counting_limiter(std::shared_ptr<limiter> from, std::shared_ptr<metrics> to)
      : from_(std::move(from)), to_(std::move(to)) {
    auto const decisions = to_->counters({"sambung_limiter_decisions_total",
                                          "What limits of rates decided, by bucket that was asked.",
                                          {"bucket", "outcome"}});
    for (std::size_t kind = 0; kind < bucket_kinds.size(); ++kind)
      for (std::size_t outcome = 0; outcome < limit_outcomes.size(); ++outcome)
        decided_[kind][outcome] = decisions.at({bucket_kinds[kind], limit_outcomes[outcome]});
  }

  task<result<void>> take(std::vector<bucket_request> from) override {
    auto const asked = from;
    auto taken = co_await from_->take(std::move(from));
    count(asked, taken);
    co_return taken;
  }

  std::optional<result<void>> try_take(std::vector<bucket_request> const& from) override {
    auto taken = from_->try_take(from);
    if (taken) count(from, *taken);
    return taken;
  }

 private:
  void count(std::vector<bucket_request> const& asked, result<void> const& decided) const {
    auto const outcome = static_cast<std::size_t>(outcome_of(decided));
    for (auto const& one : asked) {
      auto const* const kind = std::ranges::find(bucket_kinds, bucket_kind(one.key));
      decided_[static_cast<std::size_t>(kind - bucket_kinds.begin())][outcome].add();
    }
  }

  std::shared_ptr<limiter> from_;
  std::shared_ptr<metrics> to_;
  std::array<std::array<counter, limit_outcomes.size()>, bucket_kinds.size()> decided_;
};

}  // namespace

// The buckets of an account are told apart by what follows its name: see account_limit.
std::string_view bucket_kind(std::string_view key) {
  auto const kind = key.substr(0, key.find('/'));
  if (kind != "account") return std::ranges::find(bucket_kinds, kind) == bucket_kinds.end() ? "other" : kind;
  if (key.find("/device/") != key.npos) return "device";
  return std::ranges::count(key, '/') > 1 ? "account" : "everywhere";
}

std::shared_ptr<limiter> counted_limiter(std::shared_ptr<limiter> from, std::shared_ptr<metrics> to) {
  return std::make_shared<counting_limiter>(std::move(from), std::move(to));
}

}  // namespace sambung::serving
