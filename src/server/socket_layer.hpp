// socket_layer: what Beast reads a WebSocket from, and what it writes its own frames to: they are gathered, for whoever
// writes everything else, so that nothing is written beside anything.
#pragma once

#include "http/server/client_stream.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/role.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace sambung::serving {

// Thread safety: none.
class socket_layer {
 public:
  using executor_type = client_stream::executor_type;

  // `written` is called when something was gathered.
  socket_layer(std::shared_ptr<client_stream> over, std::function<void()> written)
      : stream_(std::move(over)), room_(stream_->get_executor()), written_(std::move(written)) {}

  executor_type get_executor() { return stream_->get_executor(); }

  template <class Buffers, class Token>
  auto async_read_some(Buffers const& buffers, Token&& token) {
    return stream_->async_read_some(buffers, std::forward<Token>(token));
  }

  // Waits while a client does not take the answers to its own pings.
  template <class Buffers, class Token>
  auto async_write_some(Buffers const& buffers, Token&& token) {
    return boost::asio::async_compose<Token, void(boost::system::error_code, std::size_t)>(
        gather<Buffers>{this, buffers}, token, room_);
  }

  // Appends what was gathered; the next may come.
  void take(std::string& out);
  bool empty() const { return gathered_.empty(); }

  // Whether a close is among what was gathered: nothing may be written behind it. From then on nothing is gathered.
  bool closed() const { return closed_; }
  void close();
  // Found by Beast, which has no time limits here.
  friend void beast_close_socket(socket_layer& layer) { layer.stream_->close(); }

 private:
  template <class Buffers>
  struct gather {
    socket_layer* to;
    Buffers buffers;
    bool begun = false;

    template <class Self>
    void operator()(Self& self, boost::system::error_code = {}) {
      auto* const layer = to;
      if (!begun) {
        begun = true;
        return boost::asio::post(layer->get_executor(), std::move(self));
      }
      if (layer->full()) {
        layer->room_.expires_at(std::chrono::steady_clock::time_point::max());
        return layer->room_.async_wait(std::move(self));
      }
      std::size_t count = 0;
      std::string bytes;
      for (auto const& piece : boost::beast::buffers_range_ref(buffers)) {
        bytes.append(static_cast<char const*>(piece.data()), piece.size());
        count += piece.size();
      }
      layer->add(bytes);
      self.complete({}, count);
    }
  };

  bool full() const;
  void add(std::string const& bytes);

  std::shared_ptr<client_stream> stream_;
  boost::asio::steady_timer room_;  // cancelled: something was taken
  std::function<void()> written_;
  std::string gathered_;
  bool open_ = false;  // the handshake is over
  bool closed_ = false;
};

// Found by Beast: whoever owns the stream ends it, once everything was written.
template <class Handler>
void async_teardown(boost::beast::role_type, socket_layer& layer, Handler&& handler) {
  boost::asio::post(layer.get_executor(),
                    boost::beast::bind_front_handler(std::forward<Handler>(handler), boost::system::error_code()));
}

}  // namespace sambung::serving
