// What the tests of mistakes share.
#pragma once

#include "support/desk.hpp"
#include "support/eventually.hpp"
#include "support/thrown.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <optional>

namespace sambung::tests {

inline bool says(failure const& why, std::string_view what) {
  if (why.message.find(what) != std::string::npos) return true;
  for (auto const& one : why.issues)
    if ((one.path + ": " + one.message).find(what) != std::string::npos) return true;
  return false;
}
inline bool says(std::optional<failure> const& why, std::string_view what) { return why && says(*why, what); }

// An answer as it is stored, whoever asks.
inline message stored_answer(desk& d, message_id id) {
  collection<message> const messages(*d.storage, testing::tenant_scope(d.tenant));
  return sync_wait(messages.get(id)).value();
}

// Whether a whole turn goes well in a new chat: what a mistake leaves behind harms nobody.
inline bool still_works(desk& d) {
  d.model->otherwise([](completion_request const&) { return say("fine"); });
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));
  return text_of(sync_wait(turn.answer()).parts) == "fine";
}

// Three ways to throw: one that is Sambung's, one of the standard library, one of neither.
inline std::vector<std::function<void()>> all_kinds_of_throws() {
  return {[] { throw error(errc::not_found, "no such thing"); }, [] { throw std::runtime_error("a secret"); },
          [] { throw 42; }, [] { throw "a literal"; }};
}

}  // namespace sambung::tests
