// rendered_prompt: how a template is filled in, and what comes of it.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/template/compiled_template.hpp>

namespace sambung {

// Which version, and with what. Without label and version: "production" if it is set, else the newest.
struct render_options {
  render_options() = default;

  std::optional<std::string> label;
  std::optional<std::int64_t> version;
  boost::json::object values;
  // Among the arms of a label, who always gets the same one: a chat, or without one the caller.
  std::optional<sambung::chat_id> chat_id;
  std::optional<std::string> model;  // what {{model}} is: up to 200 bytes
};
SAMBUNG_DESCRIBE_STRUCT(render_options, (), (label, version, values, chat_id, model))
SAMBUNG_API record_description describe_record(record_of<render_options>);

struct rendered_prompt {
  prompt_template_id template_id;
  prompt_version_id version_id;
  std::int64_t number = 0;           // of the version that was chosen
  std::optional<std::string> label;  // that led to it; none where a version was named, or nothing
  prompt_kind kind = prompt_kind::text;
  std::vector<template_message> messages;  // a placeholder stays one
  prompt_config config;
};
SAMBUNG_DESCRIBE_STRUCT(rendered_prompt, (), (template_id, version_id, number, label, kind, messages, config))

struct prompt_preview {
  std::vector<template_fault> faults;
  std::vector<template_fault> warnings;
  std::vector<issue> value_faults;         // as render() would refuse them
  std::vector<prompt_variable> variables;  // with those of what it includes
  std::vector<template_message> messages;  // empty where there are faults
};
SAMBUNG_DESCRIBE_STRUCT(prompt_preview, (), (faults, warnings, value_faults, variables, messages))

}  // namespace sambung
