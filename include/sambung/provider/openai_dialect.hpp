// openai_dialect: what those who speak OpenAI's protocol do not agree on.
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

#include <string>
#include <vector>

namespace sambung {

// What the limit on the answer is called: OpenAI's newer models refuse the first name, most others know only that one.
enum class limit_name { max_tokens, max_completion_tokens };
SAMBUNG_DESCRIBE_ENUM(limit_name, max_tokens, max_completion_tokens)

// Whether a streamed answer reports usage only when stream_options asks for it, or always, and then refuses the
// question.
enum class stream_usage { on_request, always };
SAMBUNG_DESCRIBE_ENUM(stream_usage, on_request, always)

// Whether an answer of the model may be sent back with its reasoning (reasoning_content, reasoning, reasoning_details),
// or is refused with it.
enum class replayed_reasoning { accepted, refused };
SAMBUNG_DESCRIBE_ENUM(replayed_reasoning, accepted, refused)

// Whether a message of the role "developer" is understood, or is to come as one of "system", which everybody knows.
enum class developer_role { known, told_as_system };
SAMBUNG_DESCRIBE_ENUM(developer_role, known, told_as_system)

struct openai_dialect {
  openai_dialect() = default;

  limit_name limit = limit_name::max_tokens;
  stream_usage usage = stream_usage::on_request;
  std::string seed = "seed";     // what the member is called
  std::string model_prefix;      // of every id in the list of models, left out of it: "models/"
  std::string reasoning_member;  // the member in which what led to calls of tools must come back; empty: it is left out
  replayed_reasoning replay = replayed_reasoning::accepted;
  developer_role developer = developer_role::told_as_system;

  // Models, by how their names begin, that call tools only when the request says that they shall not reason. Where it
  // offers tools and says nothing of an effort, this is said for it.
  std::vector<std::string> tools_without_reasoning;
};
SAMBUNG_DESCRIBE_STRUCT(openai_dialect, (),
                        (limit, usage, seed, model_prefix, reasoning_member, replay, developer,
                         tools_without_reasoning))
SAMBUNG_API record_description describe_record(record_of<openai_dialect>);

}  // namespace sambung
