// Rendering the same version again: nothing of it is read or compiled anew, and nobody reads more than before.
#include "services/templates/prompt_desk.hpp"
#include "support/watched_storage.hpp"

namespace sambung::rendered_again_test {
namespace {

using namespace prompt_desk;

class RenderedAgain : public ::testing::Test {
 protected:
  RenderedAgain() : store(std::make_shared<tests::watched_storage>(tests::fresh_storage())) {
    desk_options options;
    options.storage = store;
    d = std::make_unique<desk>(options);
  }
  templates mine() { return d->as(d->user, member_role::member).templates(); }
  std::string rendered(prompt_template_id id) { return sync_wait(mine().render(id)).messages.at(0).text; }
  std::string rendered_by(user_id who, prompt_template_id id) {
    return sync_wait(d->as(who, member_role::member).templates().render(id)).messages.at(0).text;
  }

  std::shared_ptr<tests::watched_storage> store;
  std::unique_ptr<desk> d;
};

TEST_F(RenderedAgain, ReadsNothingOfTheVersion) {
  auto const kept = sync_wait(mine().create(prompt("x", text("hello"))));
  EXPECT_EQ(rendered(kept.prompt.id), "hello");

  store->damage("prompt_versions", value(kept.version.id.value));

  EXPECT_EQ(code_of(mine().version(kept.prompt.id, 1)), errc::data_loss);
  EXPECT_EQ(rendered(kept.prompt.id), "hello");
}

TEST_F(RenderedAgain, IsTheVersionThatIsMeantNow) {
  auto const kept = sync_wait(mine().create(prompt("x", text("one"))));
  EXPECT_EQ(rendered(kept.prompt.id), "one");

  sync_wait(mine().update(kept.prompt.id, content_update(text("two")), 1));

  EXPECT_EQ(rendered(kept.prompt.id), "two");
  render_options first;
  first.version = 1;
  EXPECT_EQ(sync_wait(mine().render(kept.prompt.id, first)).messages.at(0).text, "one");
}

TEST_F(RenderedAgain, IsForWhoMayReadItNow) {
  auto const ben = d->add_user("ben");
  auto const tone = sync_wait(mine().create(prompt("tone", text("kind"), visibility::tenant)));
  auto const kept = sync_wait(mine().create(prompt("x", text("Be {{> tone}}."), visibility::tenant)));
  EXPECT_EQ(rendered_by(ben, kept.prompt.id), "Be kind.");
  prompt_update close;
  close.visibility = visibility::private_;

  sync_wait(mine().update(tone.prompt.id, close, 1));

  EXPECT_EQ(rendered(kept.prompt.id), "Be kind.");
  EXPECT_EQ(code_of(d->as(ben, member_role::member).templates().render(kept.prompt.id)), errc::invalid_argument);
  sync_wait(mine().update(kept.prompt.id, close, 1));
  EXPECT_EQ(code_of(d->as(ben, member_role::member).templates().render(kept.prompt.id)), errc::not_found);
  sync_wait(mine().remove(kept.prompt.id));
  EXPECT_EQ(code_of(mine().render(kept.prompt.id)), errc::not_found);
}

}  // namespace
}  // namespace sambung::rendered_again_test
