// error: .*give the record a name first
// only: g++ 12
// The record would be destroyed twice; docs/guides/gcc-12.md.
#include <sambung/storage/collection.hpp>

namespace record_in_braces {

struct note {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(note, (), (id))
auto describe_record(sambung::record_of<note>) { return sambung::record<note>("notes"); }

sambung::task<sambung::result<sambung::receipt>> keep(sambung::collection<note> notes) {
#ifdef MENDED
  note first{"one"};
  co_return co_await notes.write(sambung::insert(first));
#else
  co_return co_await notes.write(sambung::insert(note{"one"}));
#endif
}

}  // namespace record_in_braces
