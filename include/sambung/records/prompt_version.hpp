#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/json_codec.hpp>
#include <sambung/records/part.hpp>
#include <sambung/records/prompt_template.hpp>

namespace sambung {

using prompt_version_id = typed_id<struct prompt_version_tag>;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"  // g++ 12: an enumerator of an enum class shadows nothing
enum class prompt_variable_type { text, long_text, integer, number, boolean, choice, date };
#pragma GCC diagnostic pop
SAMBUNG_DESCRIBE_ENUM(prompt_variable_type, text, long_text, integer, number, boolean, choice, date)

// What a prompt is given when it is rendered.
struct prompt_variable {
  std::string name;  // [A-Za-z][A-Za-z0-9_]{0,39}
  prompt_variable_type type = prompt_variable_type::text;
  std::optional<std::string> label;        // what a form calls it; up to 200 bytes
  std::optional<std::string> description;  // up to 1,000 bytes
  bool required = true;                    // false: without value and default it is empty
  std::optional<boost::json::value> default_;
  std::optional<double> min;  // of an integer or a number; both ends included
  std::optional<double> max;
  std::vector<std::string> choices;        // of a choice; up to 100 of up to 400 bytes
  std::optional<std::int64_t> max_length;  // of a text, in characters of Unicode
  friend bool operator==(prompt_variable const&, prompt_variable const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(prompt_variable, (),
                        (name, type, label, description, required, default_, min, max, choices, max_length))
SAMBUNG_API record_description describe_record(record_of<prompt_variable>);

enum class prompt_kind { text, chat };
SAMBUNG_DESCRIBE_ENUM(prompt_kind, text, chat)

// One message of a prompt: a text, or the place where a chat's own messages go.
struct template_message {
  sambung::role role = role::user;         // not tool
  std::string text;                        // empty where there is a placeholder
  std::optional<std::string> placeholder;  // a name, as of variables
  friend bool operator==(template_message const&, template_message const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(template_message, (), (role, text, placeholder))
SAMBUNG_API record_description describe_record(record_of<template_message>);

// What a prompt wishes of the call that it is sent with.
struct prompt_config {
  std::optional<std::string> model;  // "provider/model"
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::optional<std::int64_t> max_tokens;
  std::optional<std::vector<std::string>> tools;
  std::optional<boost::json::object> response_format;
  friend bool operator==(prompt_config const&, prompt_config const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(prompt_config, (), (model, temperature, top_p, max_tokens, tools, response_format))
SAMBUNG_API record_description describe_record(record_of<prompt_config>);

// What an include meant when its version was saved.
struct prompt_include {
  std::string reference;  // as it is written: "greeting@production"
  prompt_template_id template_id;
  std::int64_t number = 0;
  friend bool operator==(prompt_include const&, prompt_include const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(prompt_include, (), (reference, template_id, number))
SAMBUNG_API record_description describe_record(record_of<prompt_include>);

// What an example's answer should be; each that is there counts.
struct prompt_expectation {
  std::optional<std::string> contains;
  std::optional<std::string> equals;
  std::optional<boost::json::object> schema;  // JSON Schema, of an answer that is JSON
  friend bool operator==(prompt_expectation const&, prompt_expectation const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(prompt_expectation, (), (contains, equals, schema))
SAMBUNG_API record_description describe_record(record_of<prompt_expectation>);

struct prompt_example {
  std::string name;  // 1 to 200 bytes
  boost::json::object values;
  std::optional<prompt_expectation> expect;
  friend bool operator==(prompt_example const&, prompt_example const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(prompt_example, (), (name, values, expect))
SAMBUNG_API record_description describe_record(record_of<prompt_example>);

// The most bytes that all texts of a version may have; its variables; its config; its examples.
inline constexpr std::size_t max_prompt_bytes = 256 * 1'024;
inline constexpr std::size_t max_prompt_variable_bytes = 256 * 1'024;
inline constexpr std::size_t max_prompt_config_bytes = 16 * 1'024;
inline constexpr std::size_t max_prompt_example_bytes = 256 * 1'024;

// What a version says.
struct prompt_content {
  prompt_content() = default;

  prompt_kind kind = prompt_kind::text;    // text: one message, which becomes a text
  std::vector<template_message> messages;  // up to 64
  std::vector<prompt_variable> variables;  // up to 64
  prompt_config config;
  std::vector<prompt_example> examples;  // up to 20
  friend bool operator==(prompt_content const&, prompt_content const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(prompt_content, (), (kind, messages, variables, config, examples))
SAMBUNG_API record_description describe_record(record_of<prompt_content>);

// One version of a template; it never changes.
struct prompt_version : prompt_content {
  prompt_version_id id;
  prompt_template_id template_id;
  std::int64_t number = 1;               // 1, 2, 3, ... of its template
  std::vector<prompt_include> includes;  // up to 256
  std::string note;                      // why it was made; up to 500 bytes
  user_id author_id;
  std::string content_hash;  // SHA-256 of what it says and includes, in hexadecimal digits
  timestamp created_at;
};
SAMBUNG_DESCRIBE_STRUCT(prompt_version, (prompt_content),
                        (id, template_id, number, includes, note, author_id, content_hash, created_at))

SAMBUNG_API record_description describe_record(record_of<prompt_version>);

}  // namespace sambung
