#include <sambung/provider/openai_dialect.hpp>

namespace sambung {

record_description describe_record(record_of<openai_dialect>) { return record<openai_dialect>().all_optional(); }

}  // namespace sambung
