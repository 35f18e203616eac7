#include "call.hpp"

#include <sambung/core/deadline.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

namespace sambung::python {

namespace asio = boost::asio;

void call::start(task<erased> operation, std::optional<std::chrono::milliseconds> limit) {
  if (limit) operation = within(std::move(operation), *limit);
  auto ended = [self = shared_from_this()](std::exception_ptr thrown, erased value) {
    self->finish(std::move(value), std::move(thrown));
  };
  asio::co_spawn(where_, std::move(operation), asio::bind_cancellation_slot(cancellation_.slot(), std::move(ended)));
}

// In the executor, which runs at once what is dispatched there: Asio sends a bare pointer into the signal after it.
void call::cancel() {
  asio::post(where_, [self = shared_from_this()] { self->cancellation_.emit(asio::cancellation_type::terminal); });
}

void call::finish(erased value, std::exception_ptr thrown) {
  if (finished_.exchange(true)) return;
  done_(std::move(value), std::move(thrown));
  done_ = nullptr;
}

}  // namespace sambung::python
