#include <sambung/provider/vendors/vendor_options.hpp>

namespace sambung {

record_description describe_record(record_of<vendor_options>) { return record<vendor_options>().all_optional(); }

}  // namespace sambung
