#include "services/auth/address_renewal.hpp"

#include <sambung/records/invitation.hpp>
#include <sambung/records/security_epoch.hpp>
#include <sambung/records/user.hpp>

#include "services/auth/email.hpp"
#include "services/base/access.hpp"
#include "services/base/audit_log.hpp"
#include "services/base/system_records.hpp"

namespace sambung {
namespace {

constexpr auto marker = "address_form";

bool is_gone_or_damaged(failure const& why) { return why.code == errc::not_found || why.code == errc::data_loss; }

std::string const* address_in(invitation const& one) { return &one.email; }
std::string const* address_in(user const& one) { return one.email ? &*one.email : nullptr; }

// The form that the address of a user or an invitation should have; empty when it has it, or there is none.
template <class R>
std::optional<std::string> renewed(R const& one) {
  auto const* stored = address_in(one);
  auto address = stored ? parse_email(*stored) : std::nullopt;
  if (!address || *address == *stored) return std::nullopt;
  return address;
}

// Whose address has another form now, the newest first.
template <class R>
struct outdated_records {
  std::vector<R> items;
  std::size_t pages = 0;  // that were read
};

template <class R>
task<outdated_records<R>> outdated(engine_core& core) {
  outdated_records<R> all;
  auto const records = system_records<R>(core);
  page_request pages(max_page_size);
  do {
    result<page<R>> found = co_await records.list(records.all(), pages);
    for (auto& one : found.value().items)
      if (renewed(one)) all.items.push_back(std::move(one));
    ++all.pages;
    pages.cursor = std::move(found->next_cursor);
  } while (pages.cursor);
  co_return all;
}

template <class R>
task<result<receipt>> give(engine_core& core, R const& one, std::string address) {
  batch b;
  b.add(update<R>(one.id)
            .set(&R::email, std::move(address))
            .set(&R::revision, one.revision + 1)
            .when(&R::revision, one.revision));
  co_return co_await write_system(core, std::move(b));
}

task<std::optional<address_collision>> renew(engine_core& core, user const& one) {
  auto const address = *renewed(one);
  auto const written = co_await give(core, one, address);
  if (written || was_overtaken(written.error())) co_return std::nullopt;  // it has changed: another engine was quicker
  if (written.error().code != errc::already_exists) throw error(written.error());
  auto const users = system_records<user>(core);
  auto const kept = co_await users.first(users.where(&user::email, address));
  if (!kept && is_gone_or_damaged(kept.error())) co_return std::nullopt;
  kept.value();
  co_return address_collision{kept->id, one.id, address};
}

task<void> renew_invitations(engine_core& core) {
  auto const all = co_await outdated<invitation>(core);
  for (auto const& one : all.items) {
    auto const written = co_await give(core, one, *renewed(one));
    if (!written && !was_overtaken(written.error())) throw error(written.error());
  }
}

// A marker that is damaged was there.
task<bool> is_done(engine_core& core) {
  auto const found = co_await system_records<security_epoch>(core).get(std::string(marker));
  if (!found && !is_gone_or_damaged(found.error())) throw error(found.error());
  co_return found || found.error().code == errc::data_loss;
}

task<void> mark_done(engine_core& core, std::vector<address_collision> const& collisions) {
  security_epoch done;
  done.id = marker;
  done.count = 1;
  batch b;
  b.add(insert(done));
  auto const written = co_await write_system(core, std::move(b));
  if (!written && written.error().code == errc::already_exists) co_return;
  written.value();
  for (auto const& one : collisions) {
    batch noted;
    note_in(noted, entry_of(core, std::nullopt,
                            audit_note("user.addressCollides", to_string(one.other),
                                       "reads like that of " + to_string(one.kept))));
    (co_await write_system(core, std::move(noted))).value();
  }
}

struct renewal {
  std::vector<address_collision> collisions;
  bool has_to_be_remembered = false;  // of a page of users that are as they should be there is no need
};

task<renewal> renew_all(engine_core& core) {
  renewal done;
  auto const all = co_await outdated<user>(core);
  for (auto one = all.items.rbegin(); one != all.items.rend(); ++one) {
    auto collision = co_await renew(core, *one);
    if (collision) done.collisions.push_back(std::move(*collision));
  }
  co_await renew_invitations(core);
  done.has_to_be_remembered = all.pages > 1 || !all.items.empty();
  co_return done;
}

}  // namespace

task<std::vector<address_collision>> renew_addresses(engine_core& core) {
  auto done = co_await renew_all(core);
  co_return std::move(done.collisions);
}

task<void> renew_addresses_once(engine_core& core) {
  bool const done = co_await is_done(core);
  if (done) co_return;
  auto const renewed = co_await renew_all(core);
  if (renewed.has_to_be_remembered) co_await mark_done(core, renewed.collisions);
}

}  // namespace sambung
