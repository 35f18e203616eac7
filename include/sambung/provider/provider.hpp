// provider: the port to a model vendor or a local model server. Public calls validate, bound by a deadline and cancel;
// adapters implement the do_ functions.
#pragma once

#include <sambung/core/clock.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/provider/capabilities.hpp>
#include <sambung/provider/completion.hpp>
#include <sambung/provider/credential.hpp>
#include <sambung/provider/embedding.hpp>

#include <chrono>
#include <memory>

namespace sambung {

// How long each stage of a call may take. Models think for minutes without a word, slow ones talk for an hour.
struct provider_deadlines {
  provider_deadlines() = default;

  // `silence` for every stage in which a model may think.
  void allow_silence(std::chrono::milliseconds silence) { headers = first_token = idle = silence; }

  std::chrono::milliseconds connect{10'000};   // name look-up, TCP, TLS
  std::chrono::milliseconds headers{900'000};  // from the request sent to a stream's header; a whole answer has `total`
  std::chrono::milliseconds first_token{900'000};  // from the header to the first event; comments do not count
  std::chrono::milliseconds idle{900'000};         // between events; comments do not count
  std::chrono::milliseconds total{7'200'000};      // the whole call
};
SAMBUNG_DESCRIBE_STRUCT(provider_deadlines, (), (connect, headers, first_token, idle, total))
SAMBUNG_API record_description describe_record(record_of<provider_deadlines>);

// The largest answer a provider may give, in bytes of text, arguments and provider_data, and the most parts of it:
// errc::provider_error beyond.
inline constexpr std::size_t max_answer_bytes = 32 * 1'048'576;
inline constexpr std::size_t max_answer_parts = 4'096;

// The events of one answer as they arrive.
// Thread safety: one next() at a time. Lifetime: independent of its provider. Destroying it cancels the call and closes
// the upstream connection if the answer is not complete.
class SAMBUNG_API completion_stream {
 public:
  virtual ~completion_stream() = default;

  // The vendor's name for what answers; the requested one until it is known.
  virtual std::string model() const = 0;

  // The next event; empty after completion_finished. A failure ends the stream: errc::provider_error for an error
  // event or garbage, errc::unavailable when the connection broke off ("incomplete"), errc::deadline_exceeded.
  virtual task<result<std::optional<completion_event>>> next() = 0;

  // What was left out of the request, by unsupported_policy::drop; known from the beginning.
  virtual std::vector<issue> warnings() const;

  // The name ("provider/model") that its use is priced and counted under, where that is not the one which was asked
  // for, see fallback_candidate::billed_as; empty: that one. Known from the beginning.
  virtual std::string billed_as() const { return {}; }

  // The next event if it is here already, without waiting and without a coroutine; empty when next() must be awaited,
  // which then also tells the end and failures. Readers of bursts call this first; by default it is always empty.
  virtual std::optional<completion_event> ready();
};

// Thread safety: shared objects are safe to use from any thread. Calls complete on the caller's executor. Cancelling a
// call closes its upstream connection.
//
// Errors: errc::invalid_argument for a request without model, messages or texts, and where the vendor says so (400,
// 422); errc::permission_denied for a request with a credential of another host than key_host(): nothing is sent then;
// errc::unauthenticated, permission_denied, not_found, rate_limited (with retry_after), quota_exceeded,
// payload_too_large as the vendor says; errc::unavailable when it cannot be reached, breaks off, or answers 5xx;
// errc::permission_denied also when its certificate does not verify (status 0); errc::unavailable also when connecting
// or the header takes too long; errc::deadline_exceeded for the other deadlines; errc::provider_error for an answer
// that is none; errc::unsupported for what the model is known not to do. failure::status is the vendor's.
class SAMBUNG_API provider {
 public:
  virtual ~provider() = default;

  // The whole answer. With completion_request::format it is JSON, by its schema as check_json() does, or
  // errc::provider_error, unless it was cut off, calls tools or was filtered. A stream's text is not checked.
  task<result<completion>> complete(completion_request request);

  // Completes after the vendor's 2xx header, before the first event.
  task<result<std::unique_ptr<completion_stream>>> stream(completion_request request);

  // A vector for each text. errc::unsupported from a provider that has none, and for a model that is known to have
  // none, before anything is sent.
  task<result<embedding_batch>> embed(embedding_request request);

  // What the vendor offers; ids without "provider/".
  task<result<std::vector<model_info>>> models();

  // Whether the account works: one cheap call.
  task<result<void>> check();

  // The host that this provider sends keys to: "api.openai.com", with ":port" unless that is 443 by TLS. Empty: it
  // takes no keys.
  virtual std::string key_host() const { return {}; }

  // Whether calls are refused at this moment because others have failed: see circuit_breaker().
  virtual bool is_resting() const { return false; }

  // What is known about a model of this provider; by default known_models(). What a request asks for beyond it is
  // errc::unsupported, with an issue for each member, before anything is sent, or left out if the request says so. A
  // request that goes to the vendor verbatim is the vendor's to judge.
  virtual model_capabilities capabilities(std::string_view model) const;

 private:
  result<std::vector<issue>> prepare(completion_request& request) const;
  result<void> check_request(embedding_request const& request) const;

  // A credential in these is for key_host().
  virtual task<result<completion>> do_complete(completion_request request);  // by default: do_stream, collected
  virtual task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request request) = 0;
  virtual task<result<embedding_batch>> do_embed(embedding_request request);  // by default: errc::unsupported
  virtual task<result<std::vector<model_info>>> do_models() = 0;
  virtual task<result<void>> do_check();  // by default: do_models
};

}  // namespace sambung
