// error: no matching (member )?function for call to
// A column takes what its member is.
#include <sambung/storage/collection.hpp>

namespace value_of_another_type {

struct note {
  std::string id;
  std::string title;
};
BOOST_DESCRIBE_STRUCT(note, (), (id, title))
auto describe_record(sambung::record_of<note>) { return sambung::record<note>("notes"); }

sambung::change rename() {
#ifdef MENDED
  return sambung::update<note>("one").set(&note::title, "Plans");
#else
  return sambung::update<note>("one").set(&note::title, 7);
#endif
}

}  // namespace value_of_another_type
