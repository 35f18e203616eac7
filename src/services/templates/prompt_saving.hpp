// prompt_saving: what is written when a prompt is saved.
#pragma once

#include <sambung/services/templates/templates.hpp>

#include "services/templates/template_access.hpp"

namespace sambung {

struct prepared_version {
  prompt_version version;
  std::vector<template_fault> warnings;
};

// A version that says `content`. Throws what check_content() and demand_compiled() throw.
task<prepared_version> prepare_version(template_access const& reach, prompt_content content, prompt_template_id of,
                                       std::int64_t number, std::vector<prompt_include> pins);

// A new template and its first version, with what `more` adds to their batch. Throws what storage fails with:
// errc::already_exists when the name or the command is taken.
task<stored_prompt> insert_prompt(template_access const& reach, prompt_template_id id, new_prompt from,
                                  std::vector<prompt_include> pins, batch more);

// Changes a template that the caller may change.
task<stored_prompt> update_prompt(template_access const& reach, prompt_template const& seen, prompt_update changes,
                                  std::vector<prompt_include> pins);

// The caller's own of that name.
task<std::optional<prompt_template>> own_of_name(template_access const& reach, std::string name);

}  // namespace sambung
