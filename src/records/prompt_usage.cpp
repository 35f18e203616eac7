#include <sambung/records/prompt_usage.hpp>

namespace sambung {

// It refers to no row: a turn that ends when its template has gone ends all the same.
record_description describe_record(record_of<prompt_usage>) {
  return record<prompt_usage>("prompt_usages")
      .index(&prompt_usage::template_id, &prompt_usage::number)
      .part_of(&prompt_usage::template_id, "prompt_templates")
      .not_announced("changes with every answer");
}

}  // namespace sambung
