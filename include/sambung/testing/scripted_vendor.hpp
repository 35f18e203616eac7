// scripted_vendor: a model vendor on a real socket of this machine that speaks OpenAI's protocol, Anthropic's or
// Ollama's, well or badly, as a test wrote it.
#pragma once

#include <sambung/testing/gate.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sambung::testing {

struct vendor_request {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::size_t connection = 0;  // which one it came on, counted from 0

  std::string header(std::string_view lower_case_name) const;
};

enum class vendor_wire { openai, anthropic, ollama };

// One response, step by step, in the words of one wire. The bytes are counted from the first of the status line.
//   vendor_script::stream().text("Hel").text("lo").finish().usage(3, 2).done()
//   vendor_script::response(429, R"({"error":{"message":"slow down"}})").header("retry-after", "2")
class vendor_script {
 public:
  // The header of a stream of events, in chunks; the steps below follow.
  static vendor_script stream(vendor_wire wire = vendor_wire::openai);
  // n deltas and a proper end.
  static vendor_script streamed_answer(std::vector<std::string> const& deltas, vendor_wire wire = vendor_wire::openai);
  // A whole answer.
  static vendor_script answer(std::string_view text, vendor_wire wire = vendor_wire::openai);
  // An error with that status, as the vendor puts it into words.
  static vendor_script refusal(int status, std::string_view message, vendor_wire wire = vendor_wire::openai);
  static vendor_script response(int status, std::string body, std::string content_type = "application/json");
  // Nothing but what raw() adds.
  static vendor_script nothing();

  vendor_script& header(std::string name, std::string value);
  vendor_script& text(std::string_view delta);
  vendor_script& finish(std::string_view reason = {});  // the vendor's word; empty: that of a whole answer
  vendor_script& usage(std::int64_t input_tokens, std::int64_t output_tokens);
  vendor_script& comment(std::string_view text);  // Ollama has none: an empty line
  vendor_script& event(std::string_view data);    // one of the stream, whatever it says; with Ollama a line
  vendor_script& error(std::string_view message, std::string_view type = "server_error");
  vendor_script& stop();                         // the last event: [DONE], message_stop, or the line that is done
  vendor_script& done();                         // that, and the end of the body
  vendor_script& end();                          // the end of the body alone
  vendor_script& chunk(std::string_view bytes);  // of the body, as they are
  vendor_script& raw(std::string_view bytes);    // on the socket, as they are

  vendor_script& wait(gate g);
  vendor_script& pause(std::chrono::milliseconds time);
  vendor_script& stall();  // says no more, and keeps the socket open until the client closes it
  vendor_script& close();
  vendor_script& reset();                            // with a RST
  vendor_script& repeat_forever(std::string chunk);  // every few milliseconds, until the client closes

  // Instead of whole steps: how the bytes leave.
  vendor_script& split_at(std::size_t byte);  // in two writes that arrive apart
  vendor_script& split_every_byte();
  vendor_script& stall_at(std::size_t byte);
  vendor_script& close_at(std::size_t byte);
  vendor_script& reset_at(std::size_t byte);

  // The bytes of all steps, for choosing one.
  std::size_t size() const;

  vendor_script() = default;

 private:
  friend class scripted_vendor;
  friend class vendor_connection;
  enum class ending { keep_alive, stall, close, reset };
  enum class splitting { none, once, every_byte };
  struct forever {
    std::string chunk;
  };
  struct head {
    std::string status_line;
    std::string fields;
  };
  using step = std::variant<std::string, gate, std::chrono::milliseconds, forever, ending>;

  explicit vendor_script(vendor_wire wire) : wire_(wire) {}
  void begin();
  std::string head_text() const;
  // The script with the head in front and everything behind the cut left out.
  std::vector<step> plan() const;

  vendor_wire wire_ = vendor_wire::openai;
  bool begun_ = false;     // what comes before the text was sent
  std::string last_line_;  // members of Ollama's, so far
  head head_;
  std::vector<step> steps_;
  splitting splitting_ = splitting::none;
  std::size_t split_byte_ = 0;
  std::size_t cut_byte_ = std::size_t(-1);
  ending cut_ending_ = ending::keep_alive;
};

enum class vendor_security {
  plain,
  tls,            // with a certificate, made on the spot, for "localhost" and 127.0.0.1
  tls_wrong_host  // with one for another host
};

// Listens on 127.0.0.1 at a free port, from construction to destruction.
// Thread safety: every function is safe to call from any thread.
class scripted_vendor {
 public:
  using handler = std::function<vendor_script(vendor_request const&)>;

  explicit scripted_vendor(vendor_security security = vendor_security::plain);
  ~scripted_vendor();
  scripted_vendor(scripted_vendor const&) = delete;
  scripted_vendor& operator=(scripted_vendor const&) = delete;

  unsigned short port() const;
  std::string origin() const;    // "http://127.0.0.1:PORT"
  std::string base_url() const;  // that with "/v1"
  std::string ca_file() const;   // the certificate in a PEM file; empty without TLS

  // The next request that has no script yet gets this one.
  scripted_vendor& push(vendor_script script);
  // What requests without a script get; by default "ok" in the words of the wire they use, streamed if asked so.
  scripted_vendor& otherwise(handler h);

  std::vector<vendor_request> requests() const;
  std::size_t connections() const;       // accepted so far
  std::size_t open_connections() const;  // of these, still open

  // Blocks until so many connections were closed by the client; false if that does not happen in `time`.
  bool closed_by_client_within(std::chrono::milliseconds time, std::size_t count = 1);
  // Blocks until so many requests have arrived; false if they do not in `time`.
  bool requests_within(std::chrono::milliseconds time, std::size_t count = 1);

  // Closes the connections that wait for a request.
  void close_idle_connections();

 private:
  friend class vendor_connection;
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace sambung::testing
