// model_capabilities: what a model can be asked for, as far as that is known.
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/provider/completion.hpp>
#include <sambung/provider/embedding.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sambung {

// What is unknown is allowed: the vendor will say.
enum class support { unknown, no, yes };
SAMBUNG_DESCRIBE_ENUM(support, unknown, no, yes)

struct model_capabilities {
  support images = support::unknown;
  support files = support::unknown;
  support tools = support::unknown;
  support parallel_tool_calls = support::unknown;  // choosing whether there may be several
  support json_object = support::unknown;
  support json_schema = support::unknown;
  support reasoning_effort = support::unknown;
  support sampling = support::unknown;  // temperature and top_p
  support seed = support::unknown;
  support penalties = support::unknown;  // of presence and frequency
  support stop = support::unknown;
  support chat = support::unknown;  // completions at all
  support embeddings = support::unknown;
  std::optional<double> max_temperature;          // none: 2, as for every request
  std::optional<std::int64_t> max_stop;           // sequences
  std::optional<std::int64_t> max_output_tokens;  // an answer can have
  std::optional<std::int64_t> context_tokens;     // prompt and answer; not checked before a call

  friend bool operator==(model_capabilities const&, model_capabilities const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(model_capabilities, (),
                        (images, files, tools, parallel_tool_calls, json_object, json_schema, reasoning_effort,
                         sampling, seed, penalties, stop, chat, embeddings, max_temperature, max_stop,
                         max_output_tokens, context_tokens))
SAMBUNG_API record_description describe_record(record_of<model_capabilities>);

// `known`, and where that says nothing `otherwise`.
SAMBUNG_API model_capabilities merged(model_capabilities const& known, model_capabilities const& otherwise);

// What is known about models, by patterns of their names, in which '*' stands for any text. Of several patterns that
// match, those added later say more.
class SAMBUNG_API capability_table {
 public:
  capability_table& add(std::string pattern, model_capabilities known);

  // Everything unknown without a match.
  model_capabilities of(std::string_view model) const;

 private:
  struct row {
    std::string pattern;
    model_capabilities known;
  };
  std::vector<row> rows_;
};

// What vendors have published about models that many providers offer under the same name, with or without a vendor in
// front ("openai/gpt-4o"). Where a vendor may change its mind it says nothing.
SAMBUNG_API capability_table const& known_models();

// One issue for each member of `request` that asks for more than `model` can do: "tools", "messages[2].parts[0]".
SAMBUNG_API std::vector<issue> excess_of(completion_request const& request, model_capabilities const& model);
SAMBUNG_API std::vector<issue> excess_of(embedding_request const& request, model_capabilities const& model);

// Takes these members out of the request, or down to what the model can do, and says so in the same way. A message of
// which nothing is left goes. A model that has no completions at all stays an issue of excess_of.
SAMBUNG_API std::vector<issue> drop_excess(completion_request& request, model_capabilities const& model);

}  // namespace sambung
