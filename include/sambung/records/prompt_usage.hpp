#pragma once

#include <sambung/core/export.hpp>
#include <sambung/records/part.hpp>
#include <sambung/records/prompt_version.hpp>

namespace sambung {

// What is summed of the turns that a version was sent with.
struct prompt_sums : token_counts {
  std::int64_t sends = 0;          // turns that have ended
  std::int64_t answers = 0;        // of them complete
  std::int64_t cost_microusd = 0;  // of the turns whose cost is known
  std::int64_t unpriced = 0;       // turns that used something at a cost that is not known
  std::int64_t liked = 0;          // answers that their user thinks well of, now
  std::int64_t disliked = 0;
  friend bool operator==(prompt_sums const&, prompt_sums const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(prompt_sums, (token_counts), (sends, answers, cost_microusd, unpriced, liked, disliked))

// The sums of one version. They stay when the chats go.
struct prompt_usage : prompt_sums {
  prompt_version_id id;
  prompt_template_id template_id;
  std::int64_t number = 1;  // of the version
};
SAMBUNG_DESCRIBE_STRUCT(prompt_usage, (prompt_sums), (id, template_id, number))

SAMBUNG_API record_description describe_record(record_of<prompt_usage>);

}  // namespace sambung
