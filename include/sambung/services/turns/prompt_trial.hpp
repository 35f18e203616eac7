// prompt_trial: versions of a prompt side by side: what a model says to each of their examples.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/json_codec.hpp>
#include <sambung/records/prompt_version.hpp>

namespace sambung {

// The most calls of the model that one trial makes.
inline constexpr std::size_t max_trial_calls = 20;

struct prompt_trial {
  prompt_trial() = default;

  std::optional<prompt_template_id> id;
  std::vector<std::int64_t> versions;      // of that template, up to 8; none: its newest
  std::optional<prompt_content> content;   // one that is not saved, behind those
  std::vector<prompt_example> examples;    // instead of those that the versions have
  std::optional<std::string> text;         // what the user says to a prompt that does not ask by itself
  std::optional<std::string> model;        // "provider/model", instead of what the versions wish
  std::optional<std::int64_t> max_tokens;  // of each answer, instead of what they wish
};
SAMBUNG_DESCRIBE_STRUCT(prompt_trial, (), (id, versions, content, examples, text, model, max_tokens))
SAMBUNG_API record_description describe_record(record_of<prompt_trial>);

// What came of one version with one example.
struct trial_answer {
  std::optional<std::int64_t> version;  // none: the content that is not saved
  std::string example;                  // its name; empty of a version without examples, which is tried with no values
  std::string model;                    // "provider/model"
  std::string text;                     // what the model said
  std::optional<token_usage> usage;
  std::optional<std::string> error;  // the name of an errc: it could not be filled in, or the model could not be asked
  std::string message;               // of the error
  std::vector<issue> issues;         // of the error; or what was expected and is not so: "contains", "equals", "schema"
  std::optional<bool> passed;        // whether all is as expected; none where nothing was
};
SAMBUNG_DESCRIBE_STRUCT(trial_answer, (), (version, example, model, text, usage, error, message, issues, passed))

struct prompt_trial_report {
  std::vector<trial_answer> answers;  // by version, then by example
  std::int64_t passed = 0;
  std::int64_t failed = 0;  // were not as expected, or errors
};
SAMBUNG_DESCRIBE_STRUCT(prompt_trial_report, (), (answers, passed, failed))

}  // namespace sambung
