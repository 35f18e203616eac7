// vendor_client: the calls of one account with a vendor: where they go, whose key they carry, how long they may take,
// and what a refusal means. What is said in them is the wires' affair.
#pragma once

#include "provider/wires/stream_decoder.hpp"
#include "provider/wires/wire.hpp"

#include <sambung/provider/transport.hpp>
#include <sambung/provider/vendors/vendor_options.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace sambung {

// What the headers of a vendor's calls are like.
struct vendor_protocol {
  std::string_view key_header;   // which one holds the key
  std::string_view key_scheme;   // what stands in front of it there
  std::string_view stream_type;  // the media type of streamed answers
};

struct vendor_call {
  explicit vendor_call(std::string path_) : path(std::move(path_)) {}
  vendor_call(std::string path_, std::string body_, std::shared_ptr<provider_credential const> credential_)
      : method("POST"), path(std::move(path_)), body(std::move(body_)), credential(std::move(credential_)) {}
  vendor_call(std::string path_, result<encoded_request> made, std::shared_ptr<provider_credential const> credential_)
      : method("POST"), path(std::move(path_)), credential(std::move(credential_)) {
    if (!made) {
      body = made.error();
      return;
    }
    body = std::move(made->body);
    left_out = std::move(made->left_out);
  }

  char const* method = "GET";
  std::string path;                                          // behind the base URL
  result<std::string> body = std::string();                  // or why there is nothing to send
  std::shared_ptr<provider_credential const> credential;     // null: the configured key
  std::vector<std::pair<std::string, std::string>> headers;  // beside the configured ones
  std::optional<trace_context> trace;                        // that the vendor is told
  std::vector<issue> left_out;                               // of what was asked, because the wire cannot say it
};

// The body of a 2xx response.
struct vendor_answer {
  std::string body;
  std::string request_id;

  // What was read in it; a failure gets the call's name at the vendor's.
  template <class T>
  result<T> read(result<T> outcome) const {
    if (outcome) return outcome;
    auto why = outcome.error();
    why.request_id = request_id;
    return why;
  }
};

using answer_decoder = result<completion> (*)(std::string_view body, std::string_view secret);

// Thread safety: safe to use from any thread. Lifetime: outlives its calls, not the streams they open.
class vendor_client {
 public:
  // errc::invalid_argument for a base URL that is none, and for a key that no header can hold.
  static result<vendor_client> make(vendor_options options, vendor_protocol protocol,
                                    std::shared_ptr<transport> transport, std::shared_ptr<clock> clock);

  std::string const& key_host() const { return key_host_; }
  // Lives as long as the call and this.
  secret_string const& key_of(vendor_call const& call) const {
    return call.credential ? call.credential->key : configured_key_;
  }

  // Takes the body out of `call`, which outlives it.
  task<result<vendor_answer>> fetch(vendor_call& call) const;

  task<result<completion>> complete(vendor_call call, std::string model, answer_decoder decode) const;

  // A server that does not stream although asked to is understood as well: that is what `whole` is for.
  template <class Decoder, class... More>
  task<result<std::unique_ptr<completion_stream>>> stream(vendor_call call, std::string model, answer_decoder whole,
                                                          More... more) const {
    auto decoder = std::make_unique<Decoder>(key_of(call), options_.max_line_bytes, more...);
    return open(std::move(call), std::move(model), std::move(decoder), whole);
  }

 private:
  vendor_client(vendor_options options, vendor_protocol protocol, std::string key_host,
                std::shared_ptr<transport> transport, std::shared_ptr<clock> clock);

  http_request request_for(vendor_call& call, answer_mode mode) const;
  task<result<http_response>> send(vendor_call const& call, http_request request) const;
  task<result<vendor_answer>> rest_of(http_response response, vendor_call const& call,
                                      std::chrono::steady_clock::time_point deadline) const;
  task<result<std::unique_ptr<completion_stream>>> open(vendor_call call, std::string model,
                                                        std::unique_ptr<stream_decoder> decoder,
                                                        answer_decoder whole) const;
  failure explained(failure why) const;

  vendor_options options_;  // without the key
  secret_string configured_key_;
  vendor_protocol protocol_;
  std::string key_host_;
  std::shared_ptr<transport> transport_;
  std::shared_ptr<clock> clock_;
};

// The transport of an account that brought none of its own.
result<std::shared_ptr<transport>> transport_for(vendor_options const& options);

}  // namespace sambung
