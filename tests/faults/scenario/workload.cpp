#include "faults/scenario/workload.hpp"

#include "core/sha256.hpp"
#include "faults/scenario/passing_failure.hpp"

#include <exception>
#include <thread>

namespace sambung::tests {
namespace {

using clock_type = std::chrono::steady_clock;

}  // namespace

engine_options story_engine(story_provider& story, std::shared_ptr<storage> store) {
  engine_options options;
  options.storage = std::move(store);
  options.providers.add("story", story.handle());
  options.turns.flush_bytes = 64;
  options.turns.flush_interval = std::chrono::milliseconds(5);
  return options;
}

workload::workload(workload_options options, story_provider& story, history_sink sink)
    : options_(std::move(options)), story_(story), tell_(std::move(sink)) {}

template <class F>
auto workload::insist(F f) {
  auto const give_up = clock_type::now() + options_.patience;
  for (;;) {
    try {
      return f();
    } catch (error const& e) {
      if (!may_pass(e.code()) || clock_type::now() >= give_up) throw;
    }
    std::this_thread::sleep_for(pause_between_tries);
  }
}

void workload::settle(engine& e) {
  for (std::size_t number = 0; number < options_.accounts; ++number) {
    accounts_.push_back(new_account(e, number));
    new_chats(e, accounts_.back());
  }
}

workload::account workload::new_account(engine& e, std::size_t number) {
  account made;
  made.name = "account" + std::to_string(number);
  made.who.canary = "canary" + std::to_string(options_.seed) + "of" + made.name;
  // A repeated call whose first try was stored after all is told that the name is taken.
  made.who.tenant = insist([&] {
    try {
      return sync_wait(e.tenants().create(made.name)).id;
    } catch (error const& why) {
      if (why.code() != errc::already_exists) throw;
      return sync_wait(e.tenants().find(made.name)).id;
    }
  });
  auto const address = made.name + "@example.org";
  made.who.user = insist([&] {
    try {
      return sync_wait(e.users().create(made.who.tenant, address)).id;
    } catch (error const& why) {
      if (why.code() != errc::already_exists) throw;
      return sync_wait(e.users().find(address)).id;
    }
  });
  tell_(made.who);
  return made;
}

void workload::new_chats(engine& e, account& who) {
  auto chats = e.workspace(principal::trusted(who.who.tenant, who.who.user, member_role::owner)).chats();
  for (std::size_t number = 0; number < options_.chats; ++number) {
    new_chat from(who.name + "-chat" + std::to_string(number), "story/teller");
    from.idempotency_key = from.title;
    tell_(chat_asked{who.who.user, from.title});
    auto const made = insist([&] { return sync_wait(chats.create(from)); });
    tell_(chat_made{from.title, made.id});
    who.chats.push_back(made.id);
  }
}

void workload::play(engine& e, std::function<void()> const& between) {
  std::vector<std::exception_ptr> thrown(accounts_.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < accounts_.size(); ++i)
    threads.emplace_back([&, i] {
      try {
        play_account(e, accounts_[i], i == 0 ? between : [] {});
      } catch (...) {
        thrown[i] = std::current_exception();
      }
    });
  for (auto& thread : threads) thread.join();
  for (auto const& one : thrown)
    if (one) std::rethrow_exception(one);
}

void workload::play_account(engine& e, account& who, std::function<void()> const& between) {
  for (auto const& chat : who.chats) {
    for (std::size_t number = 0; number < options_.sends; ++number) send(e, who, chat);
    between();
  }
}

void workload::send(engine& e, account& who, chat_id chat) {
  send_asked asked;
  asked.chat = chat;
  asked.key = who.name + "-send" + std::to_string(who.sends);
  auto const kind = options_.seed + who.sends++;
  asked.keyed = kind % 5 != 0;
  asked.text = who.who.canary + ' ' + asked.key + (kind % 2 == 0 ? " (slowly)" : "");
  send_options how;
  if (asked.keyed) how.idempotency_key = asked.key;
  auto chats = e.workspace(principal::trusted(who.who.tenant, who.who.user, member_role::owner)).chats();
  tell_(asked);
  auto const once = [&] {
    auto reading = sync_wait(chats.send(chat, asked.text, how));
    follow(e, who, reading, asked);
  };
  if (asked.keyed) return insist(once);
  try {
    once();
  } catch (error const& why) {
    // Without a key nobody can ask again: whether it is there stays open.
    if (!may_pass(why.code())) throw;
  }
}

void workload::follow(engine& e, account const& who, turn& reading, send_asked const& asked) {
  while (auto event = sync_wait(reading.next())) {
    if (auto const* started = std::get_if<turn_started>(&*event)) {
      tell_(question_stored{asked.key, *started->user_message_id, started->message_id});
      if (pauses(asked.text)) watch_flush(e, who, started->message_id, asked);
    }
    if (auto const* finished = std::get_if<turn_finished>(&*event)) {
      auto const stored = insist([&] { return sync_wait(reading.answer()); });
      tell_(answer_final{asked.key, finished->state, sha256_hex(text_of(stored.parts))});
    }
  }
}

// Reads until the first half of the answer is in storage, or its turn is over, then lets the provider go on.
void workload::watch_flush(engine& e, account const& who, message_id answer, send_asked const& asked) {
  auto chats = e.workspace(principal::trusted(who.who.tenant, who.who.user, member_role::owner)).chats();
  tell_flushed_text(chats, answer, asked, std::chrono::seconds(2), tell_);
  story_.go_on(asked.text);
}

void tell_flushed_text(chats& from, message_id answer, send_asked const& asked, std::chrono::milliseconds patience,
                       history_sink const& tell) {
  auto const deadline = clock_type::now() + patience;
  while (clock_type::now() < deadline) {
    auto const seen = sync_wait(as_result(from.get_message(answer)));
    if (seen && seen->state != message_state::streaming) return;
    if (seen && !seen->parts.empty()) return tell(text_flushed{asked.key, text_of(seen->parts).size()});
    std::this_thread::sleep_for(pause_between_tries);
  }
}

}  // namespace sambung::tests
