#include <sambung/records/membership.hpp>
#include <sambung/records/password.hpp>
#include <sambung/services/auth/auth.hpp>

#include "services/auth/email.hpp"
#include "services/auth/known_device.hpp"
#include "services/auth/password_attempt.hpp"
#include "services/auth/password_change.hpp"
#include "services/auth/sessions.hpp"
#include "services/auth/sign_up_grant.hpp"
#include "services/base/access.hpp"
#include "services/base/memberships.hpp"
#include "services/base/system_records.hpp"

namespace sambung {
namespace {

user new_user(engine_core& core, sign_up_request const& request) {
  user made;
  made.id = core.ids->next<user_id>();
  made.email = normal_email(request.email);
  made.name = request.name;
  made.created_at = core.clock->now();
  auto const& description = description_of<user>();
  auto const& limits = description.fields[*description.position("name")];
  if (auto wrong = text_fault(made.name, limits))
    throw error(failure(errc::invalid_argument, "not a name", {{"name", std::move(*wrong)}}));
  return made;
}

// Everything of a sign-up, in one step; what may be taken comes first.
class registration {
 public:
  explicit registration(sign_up_grant const& granted) : batch_(granted.claims) {
    if (granted.founded) batch_.add(insert(*granted.founded));
  }

  void user(sambung::user const& made) { user_ = batch_.put(insert(made)); }
  template <class R>
  void add(R const& made) {
    batch_.add(insert(made));
  }

  // Together with the end of the session that came along.
  task<void> write(engine_core& core, request_origin const& from) {
    for (int attempt = 0; attempt < max_attempts; ++attempt) {
      auto const written = co_await write_replacing(core, batch_, from);
      if (written) co_return;
      auto const& why = written.error();
      if (!is_of_presented(why)) throw error(explained(why));
    }
    throw error(errc::conflict, "the session that came along kept changing");
  }

 private:
  // Whether it failed behind what is to be written here.
  bool is_of_presented(failure const& why) const {
    for (std::size_t i = 0; i < batch_.changes().size(); ++i)
      if (batch_place(i).failed(why)) return false;
    return was_overtaken(why);
  }

  failure explained(failure why) const {
    bool const lost = why.code == errc::already_exists || was_overtaken(why);
    if (!lost) return why;
    if (user_ && user_->failed(why)) return failure(errc::already_exists, "that address is taken");
    return sign_up_denied();
  }

  batch batch_;
  std::optional<batch_place> user_;
};

task<signed_in> register_user(core_ptr core, sign_up_request request, request_origin from) {
  co_await password_attempt::at(*core, request.email, &from);
  auto const granted = co_await grant_of(*core, request);
  auto made = new_user(*core, request);
  auto normal = normal_password(request.password.view()).value();
  sambung::password secret;
  secret.user_id = made.id;
  secret.updated_at = made.created_at;
  secret.hash = co_await hash_in_pool(*core, std::move(normal));
  auto opened = make_session(*core, made.id, granted.tenant, from);

  registration all(granted);
  all.user(made);
  all.add(new_membership(*core, granted.tenant, made.id, granted.role));
  all.add(secret);
  all.add(opened.record);
  all.add(entry_of(*core, opened.record, "auth.signUp", from));
  co_await all.write(*core, from);
  signed_in in(std::move(made), std::move(opened.record), std::move(opened.token));
  in.device = known_device(from.device, in.user.email.value(), *core->random);
  co_return in;
}

}  // namespace

task<signed_in> auth::sign_up(sign_up_request request, request_origin from) const {
  return register_user(core_, std::move(request), std::move(from));
}

}  // namespace sambung
