#include <sambung/telemetry/log_level.hpp>

#include <boost/describe/enum_from_string.hpp>

#include <cstring>
#include <string>

namespace sambung {

result<void> log_threshold::set(std::string_view name) {
  auto most = log_level::info;
  std::string const given(name);
  if (given.size() != std::strlen(given.c_str()) || !boost::describe::enum_from_string(given.c_str(), most))
    return failure(errc::invalid_argument, "a level is error, warn, info or debug");
  set(most);
  return {};
}

}  // namespace sambung
