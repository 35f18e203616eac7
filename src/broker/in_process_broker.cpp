#include <sambung/broker/broker.hpp>

#include "broker/feed.hpp"
#include "broker/mailbox.hpp"

#include <boost/intrusive/list.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <mutex>
#include <unordered_map>

namespace sambung {
namespace {

// How often what is old is looked for.
constexpr std::chrono::milliseconds expiry_interval{10'000};

struct channel;

// One topic of a subscription, which has it as long as the channel's list does.
struct follower : boost::intrusive::list_base_hook<> {
  follower(channel& of_, mailbox_ptr told_) : of(&of_), told(std::move(told_)) {}

  channel* of;
  mailbox_ptr told;
};

struct channel {
  explicit channel(feed_position since) : kept(since) {}

  feed kept;
  boost::intrusive::list<follower, boost::intrusive::constant_time_size<false>> followers;
  timestamp left_at;  // by the last of them
};

void gather(channel const& of, std::vector<mailbox_ptr>& told) {
  for (auto const& one : of.followers) told.push_back(one.told);
}

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
      gather(found->second, told);
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
      gather(home, told);
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

  void leave(std::vector<follower>& all) {
    std::lock_guard lock(mutex_);
    --subscriptions_;
    for (auto& one : all) {
      auto& home = *one.of;
      home.followers.erase(home.followers.iterator_to(one));
      if (home.followers.empty()) home.left_at = clock_->now();
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
    gather(home, told);
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

  std::vector<follower> follow(std::vector<topic> const& which, mailbox_ptr const& box, timestamp now) {
    std::vector<follower> all;
    all.reserve(which.size());
    // Nothing of what was before is known, also when nothing has happened since.
    auto const since = next(now);
    for (auto const& one : which) all.emplace_back(channels_.try_emplace(one, since).first->second, box);
    for (auto& one : all) one.of->followers.push_back(one);
    ++subscriptions_;
    count_.store(channels_.size(), std::memory_order_release);
    return all;
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
  explicit local_subscription(std::shared_ptr<local_broker> of) : of_(std::move(of)) {}
  ~local_subscription() override {
    if (entered_) of_->leave(follows_);
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

  mailbox_ptr const& box() const { return box_; }
  void enter(std::vector<follower> as) noexcept {
    follows_ = std::move(as);
    entered_ = true;
  }

 private:
  std::shared_ptr<local_broker> const of_;
  mailbox_ptr const box_ = std::make_shared<mailbox>();
  std::vector<follower> follows_;  // in the lists of their channels
  bool entered_ = false;
  std::int64_t seen_ = 0;
};

task<result<std::unique_ptr<subscription>>> local_broker::subscribe(std::vector<topic> which) {
  std::ranges::sort(which);
  which.erase(std::unique(which.begin(), which.end()), which.end());
  auto made = std::make_unique<local_subscription>(shared_from_this());
  {
    std::lock_guard lock(mutex_);
    auto const now = clock_->now();
    expire(now, expiry_interval);
    if (!has_room(which)) expire(now, std::chrono::milliseconds(0));
    if (!has_room(which)) co_return failure(errc::unavailable, "too much is followed");
    made->enter(follow(which, made->box(), now));
  }
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
