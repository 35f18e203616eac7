#include <sambung/broker/broker.hpp>

#include "broker/feed.hpp"
#include "broker/mailbox.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <mutex>
#include <set>
#include <unordered_map>

namespace sambung {
namespace {

// How often what is old is looked for.
constexpr std::chrono::milliseconds expiry_interval{10'000};

struct channel {
  explicit channel(feed_position since) : kept(since) {}

  feed kept;
  std::set<mailbox_ptr> followers;  // most have one, for which a table would take twice as much
  timestamp left_at;                // by the last of them
};

// Each look at a feed is one for its topic, of many thousand. Only the engine makes ids: nobody chooses them to
// collide.
struct topic_hash {
  std::size_t operator()(topic const& of) const noexcept { return 31 * mixed(of.tenant()) + mixed(of.user()); }

 private:
  template <class Id>
  static std::size_t mixed(std::optional<Id> const& id) noexcept {
    auto const halves =
        id ? std::bit_cast<std::array<std::uint64_t, 2>>(id->value.bytes) : std::array<std::uint64_t, 2>();
    return static_cast<std::size_t>(halves[0] ^ halves[1]);
  }
};

class local_broker final : public broker, public std::enable_shared_from_this<local_broker> {
 public:
  local_broker(std::shared_ptr<clock> clock, broker_limits limits)
      : clock_(std::move(clock)), limits_(limits), last_(by_clock(clock_->now())) {}

  task<result<std::unique_ptr<subscription>>> subscribe(std::vector<topic> which) override;

  void publish(topic const& to, std::string message) override {
    std::vector<mailbox_ptr> told;
    {
      std::lock_guard lock(mutex_);
      auto const found = channels_.find(to);
      if (found == channels_.end()) return;
      told.assign(found->second.followers.begin(), found->second.followers.end());
      for (auto const& one : told) one->put(message);
    }
    wake(told);
  }

  bool is_followed() const noexcept override { return count_.load(std::memory_order_acquire) > 0; }

  bool is_followed(topic const& one) const override {
    std::lock_guard lock(mutex_);
    return channels_.contains(one);
  }

  void append(topic const& to, std::string payload) override {
    auto const shared = std::make_shared<std::string const>(std::move(payload));
    std::vector<mailbox_ptr> told;
    {
      std::lock_guard lock(mutex_);
      auto const now = clock_->now();
      expire(now, expiry_interval);
      if (!channels_.contains(to)) return;
      if (bytes_ + shared->size() > limits_.bytes) expire(now, std::chrono::milliseconds(0));
      auto const found = channels_.find(to);
      if (found == channels_.end()) return;
      auto& home = found->second;
      change(home, [&] {
        auto const position = next(now);
        if (bytes_ + shared->size() > limits_.bytes) home.kept.clear(position, feed_loss::overflow);
        else home.kept.append(feed_event(position, shared), now, limits_);
      });
      told.assign(home.followers.begin(), home.followers.end());
    }
    wake(told);
  }

  void lose(topic const& of, feed_loss why) override {
    std::vector<mailbox_ptr> told;
    {
      std::lock_guard lock(mutex_);
      auto const found = channels_.find(of);
      if (found == channels_.end()) return;
      lose(found->second, next(clock_->now()), why, told);
    }
    wake(told);
  }

  void lose(feed_loss why) override {
    std::vector<mailbox_ptr> told;
    {
      std::lock_guard lock(mutex_);
      auto const position = next(clock_->now());
      for (auto& [name, home] : channels_) lose(home, position, why, told);
    }
    wake(told);
  }

  task<result<feed_page>> read(std::vector<topic> const& from, std::optional<feed_position> after) override {
    feed_page page;
    {
      std::lock_guard lock(mutex_);
      page = look(from, after);
    }
    co_return page;
  }

  std::optional<feed_page> read_now(std::vector<topic> const& from, feed_position after) override {
    std::lock_guard lock(mutex_);
    return look(from, after);
  }

  broker_state state() const noexcept override { return broker_state::connected; }
  bool is_shared() const noexcept override { return false; }

  broker_news take(mailbox& from) {
    std::lock_guard lock(mutex_);
    from.bytes = 0;
    return std::exchange(from.news, broker_news());
  }

  void leave(mailbox_ptr const& who, std::vector<topic> const& which) {
    std::lock_guard lock(mutex_);
    --subscriptions_;
    for (auto const& one : which) {
      auto const found = channels_.find(one);
      if (found == channels_.end() || found->second.followers.erase(who) == 0) continue;
      if (found->second.followers.empty()) found->second.left_at = clock_->now();
    }
  }

 private:
  static feed_position by_clock(timestamp now) { return now.time_since_epoch().count() * 1'000; }

  feed_position next(timestamp now) { return last_ = std::max(last_ + 1, by_clock(now)); }

  static void wake(std::vector<mailbox_ptr> const& told) {
    for (auto const& one : told) one->wake();
  }

  // What all feeds hold together follows from what one of them does.
  template <class F>
  void change(channel& home, F&& f) {
    bytes_ -= home.kept.bytes();
    f();
    bytes_ += home.kept.bytes();
  }

  void lose(channel& home, feed_position since, feed_loss why, std::vector<mailbox_ptr>& told) {
    home.kept.lose(since, why);
    told.insert(told.end(), home.followers.begin(), home.followers.end());
  }

  // What is too old goes, and feeds that nobody has followed for as long.
  void expire(timestamp now, std::chrono::milliseconds interval) {
    if (now - expired_at_ < interval && now >= expired_at_) return;
    expired_at_ = now;
    for (auto at = channels_.begin(); at != channels_.end();) {
      auto& home = at->second;
      change(home, [&] { home.kept.expire(now, limits_); });
      bool const kept = !home.followers.empty() || now - home.left_at <= limits_.age;
      if (!kept) bytes_ -= home.kept.bytes();
      at = kept ? std::next(at) : channels_.erase(at);
    }
    count_.store(channels_.size(), std::memory_order_release);
  }

  bool has_room(std::vector<topic> const& which) const {
    auto const fresh = std::ranges::count_if(which, [&](topic const& one) { return !channels_.contains(one); });
    return subscriptions_ < limits_.subscriptions &&
           channels_.size() + static_cast<std::size_t>(fresh) <= limits_.feeds;
  }

  feed_page look(std::vector<topic> const& from, std::optional<feed_position> after) {
    feed_page page;
    bool const never_reached = after && *after > last_;
    page.last = next(clock_->now());
    if (!after) return page;
    if (never_reached) page.lose(feed_loss::expired, page.last);
    for (auto const& one : from) {
      auto const found = channels_.find(one);
      if (found == channels_.end()) {
        page.lose(feed_loss::expired, page.last);
        continue;
      }
      auto const& kept = found->second.kept;
      if (auto const why = kept.lost_behind(*after)) page.lose(*why, kept.since());
      kept.read(*after, page.events);
    }
    std::ranges::sort(page.events, {}, &feed_event::position);
    return page;
  }

  std::shared_ptr<clock> const clock_;
  broker_limits const limits_;
  std::atomic<std::size_t> count_ = 0;  // of channels
  mutable std::mutex mutex_;
  feed_position last_;
  std::unordered_map<topic, channel, topic_hash> channels_;
  std::size_t bytes_ = 0;
  std::size_t subscriptions_ = 0;
  timestamp expired_at_;
};

class local_subscription final : public subscription {
 public:
  local_subscription(std::shared_ptr<local_broker> of, std::vector<topic> which, mailbox_ptr box)
      : of_(std::move(of)), which_(std::move(which)), box_(std::move(box)) {}
  ~local_subscription() override {
    of_->leave(box_, which_);
    box_->mute();
  }

  task<std::optional<broker_news>> next() override {
    auto const box = box_;
    auto const of = of_;
    auto const seen = seen_;
    co_await box->signal.above(seen);
    seen_ = box->signal.value();  // before the question: behind the top of a cancelled one nothing comes
    if (box->cancelled) co_return std::nullopt;
    co_return of->take(*box);
  }

  bool notify(std::function<void()> told) override {
    box_->listen(std::move(told));
    return true;
  }

  broker_arrival arrived() override {
    auto const now = box_->signal.value();
    if (box_->cancelled) return broker_arrival::unknown;
    if (now == seen_) return broker_arrival::none;
    seen_ = now;
    of_->take(*box_);
    return broker_arrival::news;
  }

  void cancel() noexcept override { box_->cancel(); }

 private:
  std::shared_ptr<local_broker> const of_;
  std::vector<topic> const which_;
  mailbox_ptr const box_;
  std::int64_t seen_ = 0;
};

task<result<std::unique_ptr<subscription>>> local_broker::subscribe(std::vector<topic> which) {
  auto const box = std::make_shared<mailbox>();
  {
    std::lock_guard lock(mutex_);
    auto const now = clock_->now();
    expire(now, expiry_interval);
    if (!has_room(which)) expire(now, std::chrono::milliseconds(0));
    if (!has_room(which)) co_return failure(errc::unavailable, "too much is followed");
    // Nothing of what was before is known, also when nothing has happened since.
    auto const since = next(now);
    for (auto const& one : which) channels_.try_emplace(one, since).first->second.followers.insert(box);
    ++subscriptions_;
    count_.store(channels_.size(), std::memory_order_release);
  }
  std::unique_ptr<subscription> made = std::make_unique<local_subscription>(shared_from_this(), std::move(which), box);
  co_return made;
}

}  // namespace

bool subscription::notify(std::function<void()>) { return false; }

broker_arrival subscription::arrived() { return broker_arrival::unknown; }

std::optional<feed_page> broker::read_now(std::vector<topic> const&, feed_position) { return std::nullopt; }

std::shared_ptr<broker> in_process_broker(std::shared_ptr<clock> clock, broker_limits limits) {
  if (!clock) throw error(errc::invalid_argument, "a broker needs a clock");
  return std::make_shared<local_broker>(std::move(clock), limits);
}

}  // namespace sambung
