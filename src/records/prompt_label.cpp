#include <sambung/records/prompt_label.hpp>

namespace sambung {

record_description describe_record(record_of<prompt_arm>) {
  return record<prompt_arm>()
      .range(&prompt_arm::version, 1, 1'000'000'000)
      .range(&prompt_arm::weight, 1, 1'000)
      .optional(&prompt_arm::weight);
}

record_description describe_record(record_of<prompt_label>) {
  return record<prompt_label>("prompt_labels")
      .text(&prompt_label::name, 1, 40)
      .items(&prompt_label::arms, 8)
      .unique(&prompt_label::template_id, &prompt_label::name)
      .refers_to(&prompt_label::template_id, "prompt_templates")
      .part_of(&prompt_label::template_id, "prompt_templates")
      .announced_to_writer();
}

}  // namespace sambung
