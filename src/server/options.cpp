#include <sambung/server/options.hpp>

namespace sambung {

record_description describe_record(record_of<server_limits>) { return record<server_limits>().all_optional(); }

record_description describe_record(record_of<server_options>) { return record<server_options>().all_optional(); }

}  // namespace sambung
