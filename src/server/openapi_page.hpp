// openapi_page: what /openapi.json answers.
#pragma once

#include "http/server/http_message.hpp"
#include "http/server/request_head.hpp"

#include <sambung/rpc/registry.hpp>

#include <memory>
#include <mutex>
#include <string>

namespace sambung::serving {

// Made when somebody asks first: by then no procedure is added any more. Thread safety: safe to use from any thread.
class openapi_page {
 public:
  http_response answer(procedure_registry const& of, request_head const& head);

 private:
  std::once_flag made_;
  std::shared_ptr<std::string const> text_;
  std::string etag_;
};

}  // namespace sambung::serving
