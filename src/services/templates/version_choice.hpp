// version_choice: which version of a template is meant.
#pragma once

#include "services/templates/template_access.hpp"

namespace sambung {

// The arm that `subject` gets, always the same one as long as the weights are. `arms` is not empty.
std::int64_t chosen_arm(prompt_label const& label, std::string const& subject);

struct chosen_version {
  std::int64_t number = 0;
  std::optional<std::string> label;  // that led to it
};

// Without label and number: "production" if it is set, else the newest. errc::not_found for a label that is not set.
task<chosen_version> choose_version(template_access const& reach, prompt_template const& of,
                                    std::optional<std::string> label, std::optional<std::int64_t> number,
                                    std::string subject);

}  // namespace sambung
