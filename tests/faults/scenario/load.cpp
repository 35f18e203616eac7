#include "faults/scenario/load.hpp"

#include "core/sha256.hpp"
#include "faults/scenario/passing_failure.hpp"
#include "faults/scenario/workload.hpp"

#include <exception>

namespace sambung::tests {
namespace {

using clock_type = std::chrono::steady_clock;

void raise(std::atomic<std::chrono::milliseconds>& longest, clock_type::duration to) {
  auto const mine = std::chrono::duration_cast<std::chrono::milliseconds>(to);
  for (auto seen = longest.load(); seen < mine && !longest.compare_exchange_weak(seen, mine);) {
  }
}

}  // namespace

load::load(load_options options, std::vector<engine*> engines, story_provider& story, history_sink sink)
    : options_(std::move(options)),
      engines_(std::move(engines)),
      story_(story),
      tell_(std::move(sink)),
      thrown_(options_.writers) {}

load::~load() {
  stopping_ = true;
  for (auto& thread : threads_) thread.join();
}

template <class F>
auto load::insist(std::size_t first, F f) {
  auto const begun = clock_type::now();
  for (std::size_t tries = 0;; ++tries) {
    auto const asked = clock_type::now();
    try {
      return f(*engines_[(first + tries) % engines_.size()]);
    } catch (error const& e) {
      if (!may_pass(e.code()) || clock_type::now() - begun > options_.patience) throw;
    }
    raise(longest_wait_, clock_type::now() - asked);
    ++repeated_;
    std::this_thread::sleep_for(pause_between_tries);
  }
}

void load::start() {
  for (std::size_t number = 0; number < options_.tenants; ++number) accounts_.push_back(new_account(number));
  for (std::size_t writer = 0; writer < options_.writers; ++writer)
    threads_.emplace_back([this, writer] {
      try {
        write(writer);
      } catch (...) {
        thrown_[writer] = std::current_exception();
      }
    });
}

void load::stop() {
  stopping_ = true;
  for (auto& thread : threads_) thread.join();
  threads_.clear();
  for (auto const& one : thrown_)
    if (one) std::rethrow_exception(one);
}

account_made load::new_account(std::size_t number) {
  auto const name = "tenant" + std::to_string(number);
  auto& e = *engines_.front();
  auto const tenant = sync_wait(e.tenants().create(name)).id;
  auto const user = sync_wait(e.users().create(tenant, name + "@example.org")).id;
  account_made made{tenant, user, "canary" + std::to_string(options_.seed) + "of" + name};
  tell_(made);
  return made;
}

void load::write(std::size_t writer) {
  auto const& who = accounts_[writer % accounts_.size()];
  auto const name = "writer" + std::to_string(writer);
  for (std::size_t sent = 0, chats = 0; !stopping_; ++chats) {
    new_chat from(name + "-chat" + std::to_string(chats), "story/teller");
    from.idempotency_key = from.title;
    tell_(chat_asked{who.user, from.title});
    auto const chat = insist(writer, [&](engine& e) {
      return sync_wait(e.workspace(principal::trusted(who.tenant, who.user, member_role::owner)).chats().create(from))
          .id;
    });
    tell_(chat_made{from.title, chat});
    for (std::size_t i = 0; i < options_.sends && !stopping_; ++i, ++sent)
      send(who, chat, name + "-send" + std::to_string(sent), writer);
  }
}

void load::send(account_made const& who, chat_id chat, std::string const& key, std::size_t writer) {
  bool const slow = std::hash<std::string>()(key) % options_.slow_every == 0;
  send_asked const asked{chat, key, true, who.canary + ' ' + key + (slow ? " (slowly)" : "")};
  tell_(asked);
  send_options how;
  how.idempotency_key = key;
  insist(writer, [&](engine& e) {
    auto chats = e.workspace(principal::trusted(who.tenant, who.user, member_role::owner)).chats();
    auto reading = sync_wait(chats.send(chat, asked.text, how));
    follow(chats, asked, reading);
  });
}

void load::follow(chats& from, send_asked const& asked, turn& reading) {
  while (auto event = sync_wait(reading.next())) {
    if (auto const* started = std::get_if<turn_started>(&*event)) {
      tell_(question_stored{asked.key, *started->user_message_id, started->message_id});
      if (pauses(asked.text)) watch_flush(from, started->message_id, asked);
    }
    if (std::holds_alternative<turn_finished>(*event)) {
      auto const stored = sync_wait(from.get_message(reading.message_id()));
      tell_(answer_final{asked.key, stored.state, sha256_hex(text_of(stored.parts))});
    }
  }
}

// Reads until some of the answer is in storage, then lets the provider go on.
void load::watch_flush(chats& from, message_id answer, send_asked const& asked) {
  tell_flushed_text(from, answer, asked, std::chrono::seconds(1), tell_);
  story_.go_on(asked.text);
}

}  // namespace sambung::tests
