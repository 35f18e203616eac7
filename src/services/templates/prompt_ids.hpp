// Ids of what belongs to a template: hashes, so that a row is found by what it is.
#pragma once

#include <sambung/records/prompt_label.hpp>
#include <sambung/records/prompt_version.hpp>

namespace sambung {

prompt_version_id version_id_of(prompt_template_id of, std::int64_t number);
prompt_label_id label_id_of(prompt_template_id of, std::string const& name);

}  // namespace sambung
