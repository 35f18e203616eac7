#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/json_codec.hpp>
#include <sambung/records/message.hpp>
#include <sambung/records/prompt_version.hpp>
#include <sambung/records/reported_block.hpp>

namespace sambung {

// The most bytes that the blocks of one answer have, and the values of its prompt, as JSON.
inline constexpr std::size_t max_context_digest_bytes = 16 * 1'024;
inline constexpr std::size_t max_kept_value_bytes = 64 * 1'024;

// What an answer's model had to read beside the system prompt and the history: of an answer without such things there
// is none. Written with the answer, and finished with it.
struct answer_context {
  message_id id;  // the answer's
  sambung::chat_id chat_id;
  std::optional<sambung::prompt_version_id> prompt_version_id;  // of the kept prompt that was sent
  std::optional<std::string> prompt_label;                      // that led to it
  bool follows_label = false;                                   // another answer is made with what that leads to then
  bool prompt_gone = false;                          // it could not be filled in again: nothing counts for the version
  std::optional<boost::json::object> prompt_values;  // what it was filled in with; none over max_kept_value_bytes
  std::optional<std::int64_t> budget;                // tokens; none until the answer has ended
  std::optional<std::int64_t> tokens;                // of the messages; none until then
  std::vector<reported_block> blocks;                // in max_context_digest_bytes
  std::int64_t not_listed = 0;                       // blocks of the history, the oldest, that did not fit in there
  timestamp created_at;
};
SAMBUNG_DESCRIBE_STRUCT(answer_context, (),
                        (id, chat_id, prompt_version_id, prompt_label, follows_label, prompt_gone, prompt_values,
                         budget, tokens, blocks, not_listed, created_at))

SAMBUNG_API record_description describe_record(record_of<answer_context>);

}  // namespace sambung
