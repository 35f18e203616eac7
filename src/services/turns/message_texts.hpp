// What messages are found by: the text of each, in a row of its own beside the message's.
#pragma once

#include <sambung/core/task.hpp>
#include <sambung/records/message_text.hpp>
#include <sambung/storage/batch.hpp>
#include <sambung/storage/query.hpp>

namespace sambung {

class engine_core;

// Adds what `said` is found by to a batch, unless it has no text. Whoever adds it again changes nothing: a message of
// which others may have written it already is safe to add.
void add_text(batch& b, user_id owner, message const& said);

// The owner's messages with every word of `searched`, in one chat or in all: the index itself intersects them with what
// is the owner's (storage/owner_mark.hpp) and in the chat, so that other messages cost nothing. At most
// max_searched_bytes of `searched`.
text_query texts_with(user_id owner, std::string_view searched, std::optional<chat_id> in = std::nullopt);
inline constexpr std::size_t max_searched_bytes = 500;

// No message with a lower id is from later than that, given when the one with this id is from: ids of messages are made
// when they are written, and whoever stores older ones says of when they are, not of later.
timestamp latest_time_up_to(message_id last, timestamp created_at);

// Goes on through the messages of before, newest first, some thousand at a time. False when every one is found, or when
// another server goes through them now; true when this one may go on. Ends early while the engine closes. What was done
// is stored with how far it went. Throws storage's failures.
task<bool> write_texts_of_before(engine_core& core, scope who);

// How far back messages are found, while not all are.
task<std::optional<timestamp>> texts_since(engine_core& core, scope who);

}  // namespace sambung
