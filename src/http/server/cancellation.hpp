// Whether what was thrown says that the client has gone: then there is nobody to answer.
#pragma once

#include <boost/system/system_error.hpp>

#include <exception>

namespace sambung::serving {

inline bool is_cancellation(std::exception const& e) {
  auto const* fault = dynamic_cast<boost::system::system_error const*>(&e);
  return fault && fault->code() == boost::system::errc::operation_canceled;
}

}  // namespace sambung::serving
