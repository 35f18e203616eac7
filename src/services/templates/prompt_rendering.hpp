// prompt_rendering: a version, filled in.
#pragma once

#include <sambung/services/templates/rendered_prompt.hpp>

#include "services/templates/template_access.hpp"

namespace sambung {

// What no caller gives: the time, and who and where they are.
task<template_built_ins> built_ins_for(template_access const& reach, std::string model);

// One message for each. Throws error(errc::payload_too_large) over max_rendered_bytes.
std::vector<template_message> filled_in(std::vector<template_message> messages, compiled_template const& compiled,
                                        template_values const& values);

// What is to be filled in without being kept.
struct prompt_filling {
  prompt_filling() = default;

  prompt_content content;
  std::vector<prompt_include> pins;  // what its includes mean; others are looked up
  boost::json::object values;
  std::string model;
};

// Of content as it was given, which has no version. Throws what check_content() and demand_compiled() throw.
task<rendered_prompt> render_content(template_access const& reach, prompt_filling from);

// As templates::render(); `usual_model` is {{model}} where neither `how` nor the prompt names one.
task<rendered_prompt> render_prompt(template_access const& reach, prompt_template_id id, render_options how,
                                    std::string usual_model = std::string());

}  // namespace sambung
