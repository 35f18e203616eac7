#include <sambung/limiter/limiter.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <mutex>
#include <unordered_map>

namespace sambung {
namespace {

using milliseconds = std::chrono::milliseconds;

// What rounding may take away from a bucket that has filled for exactly as long as its caller was told to wait.
constexpr double rounding = 1e-9;
constexpr double longest_wait = 1e15;  // in milliseconds

// Nothing when it takes for ever.
std::optional<milliseconds> time_to_fill(double tokens, rate_limit const& limit) {
  if (tokens <= 0) return milliseconds(0);
  auto const wait = std::ceil(tokens / limit.per_second * 1'000);
  if (!(limit.per_second > 0 && wait < longest_wait)) return std::nullopt;
  return milliseconds(static_cast<std::int64_t>(wait));
}

struct bucket {
  bucket(rate_limit const& limit_, milliseconds now)
      : level(static_cast<double>(limit_.burst)), at(now), limit(limit_) {}

  void fill(rate_limit const& new_limit, milliseconds now) {
    limit = new_limit;
    auto const added = std::max(0.0, limit.per_second) * static_cast<double>((now - at).count()) / 1'000;
    level = std::min(static_cast<double>(limit.burst), level + added);
    at = now;
  }

  milliseconds full_at() const {
    auto const wait = time_to_fill(static_cast<double>(limit.burst) - level, limit);
    return wait ? at + *wait : milliseconds::max();
  }

  double level;  // at the time `at`
  milliseconds at;
  rate_limit limit;
};

failure too_little(bucket const& from, double wanted) {
  failure why(errc::rate_limited, "too many requests");
  if (wanted <= static_cast<double>(from.limit.burst)) why.retry_after = time_to_fill(wanted - from.level, from.limit);
  return why;
}

// Some of the buckets, under one mutex.
class alignas(64) shard {
 public:
  void begin(timestamp now, std::size_t max_buckets) {
    seen_ = now;
    max_buckets_ = max_buckets;
  }
  void lock() { mutex_.lock(); }
  void unlock() { mutex_.unlock(); }

  // The shard's own time goes on with the clock and stays where it is when the clock steps back.
  void see(timestamp now) {
    if (now > seen_) time_ += now - seen_;
    seen_ = now;
  }

  result<void> take(bucket_request const& wanted) {
    auto* const from = find_or_make(wanted);
    if (!from) return failure(errc::unavailable, "too many callers at once");
    from->fill(wanted.limit, time_);
    auto const tokens = tokens_of(wanted);
    if (from->level + rounding < tokens) return too_little(*from, tokens);
    from->level -= tokens;
    return {};
  }

  void give_back(bucket_request const& taken) {
    if (auto const found = buckets_.find(taken.key); found != buckets_.end()) found->second.level += tokens_of(taken);
  }

 private:
  using buckets = std::unordered_map<std::string, bucket>;

  // Every bucket has one: a time before which it is not full, as takes only put that off.
  struct candidate {
    milliseconds not_before;
    buckets::value_type* which;
    bool operator>(candidate const& other) const { return not_before > other.not_before; }
  };

  static double tokens_of(bucket_request const& request) {
    return static_cast<double>(std::max<std::int64_t>(0, request.tokens));
  }

  bucket* find_or_make(bucket_request const& wanted) {
    if (auto const found = buckets_.find(wanted.key); found != buckets_.end()) return &found->second;
    if (buckets_.size() >= max_buckets_ && !forget_a_full_one()) return nullptr;
    auto& made = *buckets_.try_emplace(wanted.key, wanted.limit, time_).first;
    consider({time_, &made});
    return &made.second;
  }

  bool forget_a_full_one() {
    while (!candidates_.empty() && candidates_.front().not_before <= time_) {
      std::ranges::pop_heap(candidates_, std::greater());
      auto* const which = candidates_.back().which;
      candidates_.pop_back();
      auto const full_at = which->second.full_at();
      if (full_at <= time_) {
        buckets_.erase(buckets_.find(which->first));
        return true;
      }
      consider({full_at, which});
    }
    return false;
  }

  void consider(candidate one) {
    candidates_.push_back(one);
    std::ranges::push_heap(candidates_, std::greater());
  }

  std::mutex mutex_;
  std::size_t max_buckets_ = 0;
  timestamp seen_;
  milliseconds time_{0};
  buckets buckets_;
  std::vector<candidate> candidates_;  // a heap, the earliest first
};

// One bit for each shard; locked in their order, so that two callers never wait for each other.
class shard_locks {
 public:
  shard_locks(std::vector<shard>& shards, std::uint64_t which) : shards_(shards), which_(which) {
    each([](shard& one) { one.lock(); });
  }
  shard_locks(shard_locks const&) = delete;
  shard_locks& operator=(shard_locks const&) = delete;
  ~shard_locks() {
    each([](shard& one) { one.unlock(); });
  }

  template <class F>
  void each(F f) {
    for (auto rest = which_; rest != 0; rest &= rest - 1) f(shards_[static_cast<std::size_t>(std::countr_zero(rest))]);
  }

 private:
  std::vector<shard>& shards_;
  std::uint64_t which_;
};

class in_process final : public limiter {
 public:
  in_process(std::shared_ptr<clock> clock, std::size_t max_buckets)
      : clock_(std::move(clock)), shards_(std::clamp<std::size_t>(max_buckets / buckets_worth_a_shard, 1, max_shards)) {
    for (auto& one : shards_) one.begin(clock_->now(), max_buckets / shards_.size());
  }

  task<result<void>> take(std::vector<bucket_request> from) override { co_return take_now(from); }

  std::optional<result<void>> try_take(std::vector<bucket_request> const& from) override { return take_now(from); }

 private:
  static constexpr std::size_t max_shards = 64;
  static constexpr std::size_t buckets_worth_a_shard = 1'024;

  std::size_t shard_of(std::string const& key) const { return std::hash<std::string>{}(key) % shards_.size(); }

  result<void> take_now(std::vector<bucket_request> const& from) {
    std::uint64_t which = 0;
    for (auto const& one : from) which |= std::uint64_t{1} << shard_of(one.key);
    shard_locks locks(shards_, which);
    // Read under the locks: a reading that is older than another's would look like a clock that steps back.
    auto const now = clock_->now();
    locks.each([&](shard& one) { one.see(now); });
    for (std::size_t i = 0; i < from.size(); ++i) {
      if (from[i].limit.burst == 0) continue;
      auto taken = shards_[shard_of(from[i].key)].take(from[i]);
      if (taken) continue;
      give_back({from.data(), i});
      return taken;
    }
    return {};
  }

  void give_back(std::span<bucket_request const> taken) {
    for (auto const& one : taken)
      if (one.limit.burst != 0) shards_[shard_of(one.key)].give_back(one);
  }

  std::shared_ptr<clock> clock_;
  std::vector<shard> shards_;
};

}  // namespace

std::shared_ptr<limiter> local_limiter(std::shared_ptr<clock> clock, std::size_t max_buckets) {
  return std::make_shared<in_process>(std::move(clock), max_buckets);
}

}  // namespace sambung
