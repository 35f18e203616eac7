#include "core/caught.hpp"

#include "core/storable.hpp"

#include <boost/core/demangle.hpp>
#include <boost/system/system_error.hpp>

#include <cxxabi.h>

#include <typeinfo>

namespace sambung {
namespace {

constexpr std::size_t max_told_bytes = 4'096;

std::string name_of(std::type_info const* type) { return type ? boost::core::demangle(type->name()) : "unknown"; }

}  // namespace

failure caught(std::exception_ptr const& thrown, std::string message, errc code) {
  failure why(code, std::move(message));
  try {
    std::rethrow_exception(thrown);
  } catch (error const& e) {
    why = e.why();
  } catch (std::exception const& e) {
    why.sensitive = (name_of(&typeid(e)) + ": " + e.what()).substr(0, max_told_bytes);
  } catch (...) {
    why.sensitive = name_of(abi::__cxa_current_exception_type());
  }
  make_storable(why);
  return why;
}

bool is_cancellation(std::exception_ptr const& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (boost::system::system_error const& e) {
    return e.code() == boost::system::errc::operation_canceled;
  } catch (...) {
    return false;
  }
}

}  // namespace sambung
