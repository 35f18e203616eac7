// Whether the client has gone: then there is nobody to answer.
#pragma once

#include <sambung/core/task.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>

namespace sambung::serving {

// Whether the coroutine that asks was cancelled, whatever came of it.
inline task<bool> client_has_left() {
  auto const state = co_await boost::asio::this_coro::cancellation_state;
  co_return state.cancelled() != boost::asio::cancellation_type::none;
}

}  // namespace sambung::serving
