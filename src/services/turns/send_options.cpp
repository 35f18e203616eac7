#include <sambung/services/turns/send_options.hpp>

namespace sambung {

record_description describe_record(record_of<send_options>) {
  return record<send_options>()
      .text(&send_options::idempotency_key, 1, 200)
      .text(&send_options::model, 1, 200)
      .range(&send_options::max_tokens, 1, 10'000'000)
      .text(&send_options::tools, 1, 64)
      .text(&send_options::tool_choice, 1, 64)
      .range(&send_options::max_steps, 1, 1'000)
      .optional(&send_options::on_unsupported);
}

}  // namespace sambung
