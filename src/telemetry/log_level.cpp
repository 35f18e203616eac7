#include <sambung/telemetry/log_level.hpp>

#include <boost/describe/enum_from_string.hpp>

#include <string>

namespace sambung {

result<void> log_threshold::set(std::string_view name) {
  auto most = log_level::info;
  if (!boost::describe::enum_from_string(std::string(name).c_str(), most))
    return failure(errc::invalid_argument, "a level is error, warn, info or debug");
  set(most);
  return {};
}

}  // namespace sambung
