#include "http/client/attachment.hpp"

#include <boost/system/system_error.hpp>

#include <mutex>
#include <unordered_set>

namespace sambung::http {

namespace asio = boost::asio;

// All with one context.
class attachments {
 public:
  void add(attachment& one) {
    std::lock_guard const lock(mutex_);
    all_.insert(&one);
  }
  void remove(attachment& one) {
    std::lock_guard const lock(mutex_);
    if (all_.erase(&one) != 0) one.detach();
  }
  void remove_all() {
    std::lock_guard const lock(mutex_);
    for (auto* one : all_) one->detach();
    all_.clear();
  }

 private:
  std::mutex mutex_;
  std::unordered_set<attachment*> all_;
};

namespace {

class attachments_service final : public asio::execution_context::service {
 public:
  using key_type = attachments_service;
  static inline asio::execution_context::id id;

  explicit attachments_service(asio::execution_context& context) : service(context) {}

  std::shared_ptr<attachments> const& all() const { return all_; }

 private:
  void shutdown() override { all_->remove_all(); }

  std::shared_ptr<attachments> const all_ = std::make_shared<attachments>();
};

asio::execution_context& context_of(asio::any_io_executor const& executor) {
  return asio::query(executor, asio::execution::context);
}

}  // namespace

attachment::attachment(asio::any_io_executor const& executor, int fd)
    : context_(&context_of(executor)),
      descriptor_(std::in_place, executor),
      all_(asio::use_service<attachments_service>(*context_).all()) {
  // The socket comes last: a descriptor that has it would close it when something else fails.
  all_->add(*this);
  boost::system::error_code fault;
  descriptor_->assign(fd, fault);
  if (!fault) return;
  all_->remove(*this);
  throw boost::system::system_error(fault);
}

attachment::~attachment() { all_->remove(*this); }

bool attachment::is_with(asio::any_io_executor const& executor) const {
  return &context_of(executor) == context_ && descriptor_.has_value();
}

void attachment::detach() {
  descriptor_->release();
  descriptor_.reset();
}

}  // namespace sambung::http
