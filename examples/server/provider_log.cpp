#include "provider_log.hpp"

#include <sambung/core/time.hpp>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <cstdio>
#include <string>

namespace command_line {
namespace {

// What the vendor said may hold what users wrote; its first line is what was asked for.
std::string asked(sambung::failure const& why) { return why.sensitive.substr(0, why.sensitive.find('\n')); }

std::string message_of(sambung::provider_health const& health, sambung::failure const& why) {
  auto message = "the provider " + health.name + " fails: " + why.message;
  if (!health.hint.empty()) message += " (" + asked(why) + "); " + health.hint;
  return message;
}

}  // namespace

void log_failing_provider(sambung::provider_health const& health, sambung::failure const& why) {
  boost::json::object line;
  line["time"] = sambung::to_iso8601(*health.at);
  line["event"] = "provider";
  line["message"] = message_of(health, why);
  auto const text = boost::json::serialize(line) + '\n';
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace command_line
