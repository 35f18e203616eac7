#include <sambung/records/feedback.hpp>

namespace sambung {

record_description describe_record(record_of<feedback>) {
  return record<feedback>("feedbacks")
      .range(&feedback::value, -1, 1)
      .text(&feedback::reason, 0, 1'000)
      .unique(&feedback::message_id, &feedback::user_id)
      .index(&feedback::user_id)
      .refers_to(&feedback::message_id, "messages")
      .owned_by(&feedback::user_id)
      .part_of(&feedback::message_id, "messages")
      .announced_to(&feedback::user_id);
}

}  // namespace sambung
