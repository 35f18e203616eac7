// vendor_options: what every provider on the network is told about its account.
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/provider/provider.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace sambung {

// Whether calls may go out without a key, or with one. With `required` one that brings none, where no api_key is
// configured either, is errc::unauthenticated; with `refused`, for a server that is reached in the clear, one that has
// a key is errc::permission_denied. Nothing is sent then.
enum class key_need { optional, required, refused };
SAMBUNG_DESCRIBE_ENUM(key_need, optional, required, refused)

struct vendor_options {
  vendor_options(std::string base_url_, std::string api_key_)
      : base_url(std::move(base_url_)), api_key(std::move(api_key_)) {}

  std::string base_url;  // http: or https:, without query
  std::string api_key;   // sent to that host only; empty: calls bring their own, see completion_request::credential
  key_need key = key_need::optional;
  std::vector<std::pair<std::string, std::string>> headers;  // further ones for every request
  provider_deadlines deadlines;
  std::size_t max_connections = 512;  // at once, to this host; a call waits for one within its connect deadline
  std::string ca_file;                // PEM to verify the host with; empty: find_authorities()
  std::size_t max_line_bytes = 32 * 1'048'576;  // one line of a streamed answer: a picture may be one
};
SAMBUNG_DESCRIBE_STRUCT(vendor_options, (),
                        (base_url, api_key, key, headers, deadlines, max_connections, ca_file, max_line_bytes))
SAMBUNG_API record_description describe_record(record_of<vendor_options>);

}  // namespace sambung
