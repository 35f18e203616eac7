// A plain blocking client of the reference server: one connection for each call, oRPC bodies in and out.
#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

#include <memory>
#include <optional>
#include <string>

namespace sambung::tests {

// One server-sent event of oRPC.
struct rpc_event {
  std::string name;  // "message", "error", "done"
  std::int64_t id = 0;
  boost::json::value data;  // what stands under "json"
};

struct connection {
  explicit connection(unsigned short port) : socket(context) {
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), port});
  }
  template <class Request>
  void send(Request const& request) {
    boost::beast::http::write(socket, request);
  }
  boost::asio::io_context context;
  boost::asio::ip::tcp::socket socket;
  boost::beast::flat_buffer buffer;
};

class rpc_client {
 public:
  rpc_client(unsigned short port, std::string token) : port_(port), token_(std::move(token)) {}

  struct answer {
    unsigned status = 0;
    boost::json::value body;  // what stands under "json"
  };

  answer call(std::string const& procedure, boost::json::object input) {
    connection one(port_);
    one.send(request(procedure, std::move(input), {}));
    boost::beast::http::response<boost::beast::http::string_body> response;
    boost::beast::http::read(one.socket, one.buffer, response);
    return {response.result_int(), unwrap(response.body())};
  }

  // An open stream of events.
  class stream {
   public:
    unsigned status() const { return parser_->get().result_int(); }

    // The next event that has a name; empty when the connection ends.
    std::optional<rpc_event> next() {
      for (;;) {
        if (auto const end = text_.find("\n\n"); end != text_.npos) {
          auto const block = text_.substr(0, end + 1);
          text_.erase(0, end + 2);
          if (auto event = parse(block)) return event;
          continue;
        }
        char bytes[8192];
        parser_->get().body().data = bytes;
        parser_->get().body().size = sizeof bytes;
        boost::system::error_code fault;
        boost::beast::http::read_some(one_->socket, one_->buffer, *parser_, fault);
        if (fault == boost::beast::http::error::need_buffer) fault = {};
        text_.append(bytes, sizeof bytes - parser_->get().body().size);
        if (fault || (parser_->is_done() && text_.find("\n\n") == text_.npos)) return std::nullopt;
      }
    }

   private:
    friend class rpc_client;
    static std::optional<rpc_event> parse(std::string const& block) {
      rpc_event event;
      for (std::size_t at = 0; at < block.size();) {
        auto const end = block.find('\n', at);
        auto const line = block.substr(at, end - at);
        at = end + 1;
        if (line.starts_with("event: ")) event.name = line.substr(7);
        if (line.starts_with("id: ")) event.id = std::stoll(line.substr(4));
        if (line.starts_with("data: ")) event.data = unwrap(line.substr(6));
      }
      return event.name.empty() ? std::nullopt : std::optional(std::move(event));
    }
    std::unique_ptr<connection> one_;
    using parser = boost::beast::http::response_parser<boost::beast::http::buffer_body>;
    std::unique_ptr<parser> parser_ = std::make_unique<parser>();
    std::string text_;
  };

  stream open(std::string const& procedure, boost::json::object input, std::optional<std::int64_t> last_event = {}) {
    stream opened;
    opened.one_ = std::make_unique<connection>(port_);
    opened.parser_->body_limit(boost::none);
    opened.one_->send(request(procedure, std::move(input), last_event));
    boost::beast::http::read_header(opened.one_->socket, opened.one_->buffer, *opened.parser_);
    return opened;
  }

 private:
  using request_type = boost::beast::http::request<boost::beast::http::string_body>;

  request_type request(std::string procedure, boost::json::object input, std::optional<std::int64_t> last_event) {
    for (auto& c : procedure)
      if (c == '.') c = '/';
    request_type made(boost::beast::http::verb::post, "/rpc/" + procedure, 11);
    made.set("host", "127.0.0.1");
    made.set("content-type", "application/json");
    made.set("authorization", "Bearer " + token_);
    if (last_event) made.set("last-event-id", std::to_string(*last_event));
    boost::json::object body;
    body["json"] = std::move(input);
    made.body() = boost::json::serialize(body);
    made.prepare_payload();
    return made;
  }

  static boost::json::value unwrap(std::string const& text) {
    auto const parsed = boost::json::parse(text);
    auto const* found = parsed.as_object().if_contains("json");
    return found ? *found : boost::json::value();
  }

  unsigned short port_;
  std::string token_;
};

}  // namespace sambung::tests
