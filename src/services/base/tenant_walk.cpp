#include "services/base/tenant_walk.hpp"

#include <sambung/records/tenant.hpp>

#include "services/base/access.hpp"
#include "services/base/row_erasing.hpp"

#include <algorithm>

namespace sambung {

task<std::optional<tenant_id>> tenant_walk::next() {
  if (page_.empty()) {
    query q = query(description_of<tenant>().table).order({}, direction::ascending);
    if (last_) q = std::move(q).after(row(1, value(*last_)));
    auto found = co_await keys_of(core_, system_rows(), std::move(q));
    page_ = std::move(found.keys);
    std::ranges::reverse(page_);
  }
  if (page_.empty()) co_return std::nullopt;
  last_ = page_.back();
  page_.pop_back();
  co_return tenant_id{*last_};
}

}  // namespace sambung
