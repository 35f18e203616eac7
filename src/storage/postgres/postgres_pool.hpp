// A few connections to one PostgreSQL server, as many threads that use them, and a bounded queue in front.
//
// A connection that breaks is replaced when one is next needed. While the server is away every call fails at once, but
// for one that tries to connect again, four times a second. Where the server gives fewer connections than wanted, calls
// share those that are there.
#pragma once

#include "core/blocking_pool.hpp"
#include "storage/postgres/postgres_connection.hpp"

namespace sambung::sql {

struct pool_settings {
  session_settings session;
  std::size_t connections;
  std::size_t max_queued;
  std::chrono::milliseconds max_wait;
};

// What may be done again after the connection broke.
enum class repetition {
  safe,    // it changed nothing
  unsafe,  // nobody knows whether it happened
};

// Thread safety: run() is safe to call from any thread.
class postgres_pool {
 public:
  using clock = std::chrono::steady_clock;

  explicit postgres_pool(pool_settings settings);
  // Calls that are still on their way are finished, or cut like any other.
  ~postgres_pool();
  postgres_pool(postgres_pool const&) = delete;
  postgres_pool& operator=(postgres_pool const&) = delete;

  // Runs f(connection) on one of the threads; f returns a value or a result, and throws error or postgres_error. Again
  // when the server resolved a deadlock by stopping it, or, where that is safe, once when the connection broke.
  template <class F>
  auto run(repetition again, F f) {
    auto call = [this, again, f = std::move(f), deadline = clock::now() + settings_.max_wait](std::size_t) mutable {
      return on_connection(again, deadline, f);
    };
    return threads_.run(std::move(call));
  }

  // Calls f(connect) on one of the threads, where connect(again, deadline, g) gives what run() would for g, or
  // refused(failure) when none was free for max_wait; neither may throw. It is queued whatever waits already.
  template <class F, class Refused>
  void post(F f, Refused refused) {
    auto work = [this, f = std::move(f)](std::size_t) mutable {
      f([&](repetition again, clock::time_point deadline, auto& g) { return on_connection(again, deadline, g); });
    };
    threads_.post(std::move(work), std::move(refused));
  }

  // No connection of before is lent again: what they have prepared is of other tables.
  void renew();

  std::size_t waiting() const { return threads_.waiting(); }
  void tell_waits(blocking_pool::wait_listener to) { threads_.tell_waits(std::move(to)); }
  std::size_t max_queued() const { return settings_.max_queued; }
  std::chrono::milliseconds max_wait() const { return settings_.max_wait; }

 private:
  struct member {
    std::unique_ptr<postgres_connection> connection;
    clock::time_point busy_since;
    std::uint64_t generation = 0;
  };

  // A connection while one thread uses it.
  class lease {
   public:
    lease(postgres_pool& from, std::unique_ptr<member> held) : from_(from), held_(std::move(held)) {}
    ~lease() {
      if (held_) from_.take_back(std::move(held_), usable_);
    }
    lease(lease&&) = default;
    lease& operator=(lease&&) = delete;

    postgres_connection& connection() const { return *held_->connection; }
    // Nobody shall use it again.
    void discard() { usable_ = false; }

   private:
    postgres_pool& from_;
    std::unique_ptr<member> held_;
    bool usable_ = true;
  };

  template <class T>
  struct as_result_of {
    using type = result<T>;
  };
  template <class T>
  struct as_result_of<result<T>> {
    using type = result<T>;
  };

  template <class F>
  auto on_connection(repetition again, clock::time_point deadline, F& f) ->
      typename as_result_of<std::invoke_result_t<F&, postgres_connection&>>::type {
    for (int attempt = 0;; ++attempt) {
      try {
        auto mine = acquire(attempt == 0 ? deadline : clock::now() + settings_.max_wait);
        if constexpr (std::is_void_v<std::invoke_result_t<F&, postgres_connection&>>) {
          with(mine, f);
          return {};
        } else {
          return with(mine, f);
        }
      } catch (postgres_error const& e) {
        if (!may_repeat(again, deadline, attempt, e)) return failure_of(e);
        if (!e.lost_connection()) back_off(attempt);
      } catch (error const& e) {
        return e.why();
      }
    }
  }

  template <class F>
  static auto with(lease& mine, F& f) {
    try {
      return f(mine.connection());
    } catch (postgres_error const& e) {
      if (e.lost_connection()) mine.discard();
      throw;
    }
  }

  // Waits for a connection, or makes one. Throws postgres_error or error.
  lease acquire(clock::time_point deadline);
  [[noreturn]] void say_why(postgres_error const& said, std::unique_lock<std::mutex>& lock);
  std::unique_ptr<member> idle_member();
  bool may_connect() const;
  bool one_may_come() const;
  lease connect(std::unique_lock<std::mutex>& lock);
  static void begin_session(lease& fresh);
  lease lend(std::unique_ptr<member> one);
  void take_back(std::unique_ptr<member> one, bool usable);

  static bool may_repeat(repetition again, clock::time_point deadline, int attempt, postgres_error const& e);
  static void back_off(int attempt);
  void watch();

  pool_settings const settings_;

  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<member>> idle_;  // the one used last is the last
  std::vector<member*> busy_;
  std::size_t connecting_ = 0;                     // while nothing spoke against it
  std::optional<clock::time_point> next_attempt_;  // of connecting to a server that refused; none: it did not
  bool attempting_ = false;                        // somebody does, although it refused
  bool was_let_in_ = false;                        // a connection was made once
  std::optional<failure> refusal_;                 // why none was, as last known

  std::uint64_t generation_ = 0;  // of the connections that are lent

  bool stopping_ = false;
  std::condition_variable stop_;
  blocking_pool threads_;
  std::thread watchman_;  // cuts connections that stay silent, and ends calls that wait for too long
};

}  // namespace sambung::sql
