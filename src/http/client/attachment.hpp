// A socket's registration with an execution context, kept from wait to wait: each making of one costs system calls.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <memory>
#include <optional>

namespace sambung::http {

class attachments;

// The context may go first: it ends its attachments, which only stay alive.
// Thread safety: one user at a time, besides the end of the context.
class attachment {
 public:
  // `fd` must stay open until the attachment is destroyed.
  attachment(boost::asio::any_io_executor const& executor, int fd);
  ~attachment();
  attachment(attachment const&) = delete;
  attachment& operator=(attachment const&) = delete;

  bool is_with(boost::asio::any_io_executor const& executor) const;
  // Only on the context that it is with.
  boost::asio::posix::stream_descriptor& descriptor() { return *descriptor_; }

 private:
  friend class attachments;
  void detach();

  boost::asio::execution_context* const context_;
  std::optional<boost::asio::posix::stream_descriptor> descriptor_;
  std::shared_ptr<attachments> const all_;  // its service, made after that of the descriptors, is shut down before it
};

}  // namespace sambung::http
