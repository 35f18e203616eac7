// error: no matching (member )?function for call to
// A query of one table asks for its own columns.
#include <sambung/storage/collection.hpp>

namespace member_of_another_record {

struct note {
  std::string id;
};
struct ticket {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(note, (), (id))
BOOST_DESCRIBE_STRUCT(ticket, (), (id))
auto describe_record(sambung::record_of<note>) { return sambung::record<note>("notes"); }

sambung::query find() {
#ifdef MENDED
  return sambung::collection<note>::where(&note::id, "one");
#else
  return sambung::collection<note>::where(&ticket::id, "one");
#endif
}

}  // namespace member_of_another_record
