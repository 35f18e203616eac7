#include "provider/decorators/provider_fault.hpp"

namespace sambung {
namespace {

constexpr int request_timeout = 408;
constexpr int conflict = 409;

// A status that blames the vendor; 0 is that of a broken connection and of an error in a 200.
bool vendors_fault(int status) {
  return status == 0 || status == request_timeout || status == conflict || status >= 500;
}

}  // namespace

bool worth_retrying(failure const& why) {
  switch (why.code) {
    case errc::unavailable:
    case errc::rate_limited:
      return true;
    case errc::provider_error:
      return vendors_fault(why.status);
    case errc::deadline_exceeded:
      return why.status == request_timeout;
    default:
      return false;
  }
}

bool worth_another_candidate(failure const& why) {
  switch (why.code) {
    case errc::unavailable:
    case errc::rate_limited:
    case errc::provider_error:
    case errc::deadline_exceeded:
    case errc::quota_exceeded:
    case errc::unauthenticated:
    case errc::permission_denied:
    case errc::not_found:
    case errc::payload_too_large:
    case errc::unsupported:
      return true;
    default:
      return false;
  }
}

bool means_outage(failure const& why) {
  switch (why.code) {
    case errc::unavailable:
    case errc::deadline_exceeded:
      return true;
    case errc::provider_error:
      return vendors_fault(why.status);
    default:
      return false;
  }
}

}  // namespace sambung
