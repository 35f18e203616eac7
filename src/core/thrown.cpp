#include "core/thrown.hpp"

#include "core/storable.hpp"

#include <boost/system/system_error.hpp>

namespace sambung {

bool is_cancellation(std::exception_ptr const& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (boost::system::system_error const& e) {
    return e.code() == boost::system::errc::operation_canceled;
  } catch (...) {
    return false;
  }
}

failure failure_of(std::exception_ptr const& thrown, failure otherwise) {
  try {
    std::rethrow_exception(thrown);
  } catch (error const& e) {
    otherwise = e.why();
  } catch (std::exception const& e) {
    otherwise.sensitive = e.what();
  } catch (...) {
    otherwise.sensitive = "an exception that is no std::exception";
  }
  make_storable(otherwise);
  return otherwise;
}

void make_storable(failure& why) {
  for (auto* text :
       {&why.message, &why.request_id, &why.vendor.type, &why.vendor.code, &why.vendor.param, &why.sensitive})
    make_storable(*text);
  for (auto& one : why.issues) {
    make_storable(one.path);
    make_storable(one.message);
  }
}

}  // namespace sambung
