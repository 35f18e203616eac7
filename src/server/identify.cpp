#include <sambung/server/identify.hpp>

#include "http/server/request_head.hpp"

#include <algorithm>

namespace sambung {

std::string_view incoming_request::method() const { return head_->method; }

std::string_view incoming_request::path() const { return head_->path(); }

std::string_view incoming_request::header(std::string_view lower_case_name) const {
  auto const named = [&](serving::header_field const& field) {
    return serving::equals_ignoring_case(field.name, lower_case_name);
  };
  return std::ranges::count_if(head_->fields, named) == 1 ? head_->value(lower_case_name) : std::string_view();
}

}  // namespace sambung
