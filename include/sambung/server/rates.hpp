// How much one client may ask for: token buckets, one of each kind for each name.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/limiter/account_limit.hpp>
#include <sambung/rpc/procedure.hpp>

#include <string_view>

namespace sambung {

// Requests, but for those of an account, which are attempts to sign in or up, or to prove oneself by a password
// otherwise: see account_rates. A bucket without a burst is no limit. Past one a request is answered 429, before its
// body is read, with the time to come back.
struct request_rates {
  request_rates() = default;

  rate_limit address{200, 400};            // for each client address (of IPv6: the first 64 bits)
  rate_limit principal{100, 200};          // for each user
  rate_limit read;                         // for each user: of request_class::read
  rate_limit write;                        // of request_class::write
  rate_limit model{20, 60};                // of request_class::model
  rate_limit credentials{1.0 / 3.0, 30};   // for each client address: of request_class::credentials
  rate_limit account{1.0 / 30.0, 10};      // for each address of email and network
  rate_limit everywhere{1.0 / 30.0, 100};  // for each address of email: from all networks together
  rate_limit device{1.0 / 30.0, 10};       // for each address of email: from one device that has signed in to it before
};
SAMBUNG_DESCRIBE_STRUCT(request_rates, (),
                        (address, principal, read, write, model, credentials, account, everywhere, device))
SAMBUNG_API record_description describe_record(record_of<request_rates>);

// No limits: for an application that limits elsewhere, and for tests.
SAMBUNG_API request_rates no_rates();

// Changes of request_rates() as text: "address=200/s:400,account=2/m:10" is NAME=AMOUNT/(s|m|h):BURST, where the burst
// is the most at once; "read=off" is no limit, and "off" alone no_rates(). errc::invalid_argument, without the text.
SAMBUNG_API result<request_rates> parse_rates(std::string_view text);

}  // namespace sambung
