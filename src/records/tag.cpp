#include <sambung/records/tag.hpp>

namespace sambung {

record_description describe_record(record_of<tag>) {
  return record<tag>("tags")
      .text(&tag::name, 1, 60)
      .text(&tag::folded, 1, 400)
      .internal(&tag::folded)
      .text(&tag::colour, 1, 32)
      .unique(&tag::owner_id, &tag::folded)
      .owned_by(&tag::owner_id)
      .announced_to(&tag::owner_id);
}

record_description describe_record(record_of<tagging>) {
  return record<tagging>("taggings")
      .index(&tagging::tag_id, &tagging::subject_kind)
      .index(&tagging::subject_id)
      .part_of(&tagging::tag_id, "tags")
      .part_of(&tagging::subject_id, "chats")
      .announced_to_writer();
}

}  // namespace sambung
