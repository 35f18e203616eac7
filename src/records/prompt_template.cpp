#include <sambung/records/prompt_template.hpp>

namespace sambung {

record_description describe_record(record_of<prompt_template>) {
  return record<prompt_template>("prompt_templates")
      .text(&prompt_template::name, 1, 400)
      .text(&prompt_template::description, 0, 1'000)
      .text(&prompt_template::category, 0, 60)
      .text(&prompt_template::command, 1, 40)
      .unique(&prompt_template::owner_id, &prompt_template::name)
      .unique(&prompt_template::owner_id, &prompt_template::command)
      .index(&prompt_template::owner_id)
      .index(&prompt_template::owner_id, &prompt_template::category)
      .index(&prompt_template::visibility)
      .index(&prompt_template::visibility, &prompt_template::name)
      .index(&prompt_template::visibility, &prompt_template::category)
      .index(&prompt_template::project_id, &prompt_template::position)
      .searchable(&prompt_template::name, &prompt_template::description)
      .owned_by(&prompt_template::owner_id)
      .announced_to(&prompt_template::owner_id)
      .announced_to_tenant(&prompt_template::visibility, visibility::tenant);
}

}  // namespace sambung
