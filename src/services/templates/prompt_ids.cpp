#include "services/templates/prompt_ids.hpp"

#include "core/hashed_id.hpp"

namespace sambung {

prompt_version_id version_id_of(prompt_template_id of, std::int64_t number) {
  return prompt_version_id{hashed_id(to_string(of) + "/version/" + std::to_string(number))};
}

prompt_label_id label_id_of(prompt_template_id of, std::string const& name) {
  return prompt_label_id{hashed_id(to_string(of) + "/label/" + name)};
}

}  // namespace sambung
