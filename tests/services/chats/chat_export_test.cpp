// Chats as documents, and lists of chats with what was said in them.
#include "support/desk.hpp"
#include "support/watched_storage.hpp"

#include <sambung/testing/manual_clock.hpp>

#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

#include <tuple>

namespace sambung::chat_export_test {
namespace {

using tests::code_of;
using tests::desk;
using tests::desk_options;
using tests::say;
using tests::watched_storage;

using strings = std::vector<std::string>;

class ChatExport : public ::testing::Test {
 protected:
  ChatExport() {
    desk_options options;
    options.storage = store;
    options.clock = std::make_shared<testing::manual_clock>();
    d.emplace(std::move(options));
  }

  message ask(chat_id in, std::string text, std::string answer) {
    d->model->push(say(std::move(answer)));
    auto turn = sync_wait(d->chats().send(in, std::move(text)));
    return sync_wait(turn.answer());
  }

  // One more message behind the last one stored; the first is the root.
  message_id store_message(chat_id in, role by, std::vector<part> parts,
                           message_state state = message_state::complete) {
    message one;
    one.id = message_id{d->ids.next()};
    one.chat_id = in;
    one.parent_id = last_;
    one.depth = depth_++;
    one.role = by;
    one.parts = std::move(parts);
    one.state = state;
    if (state == message_state::failed) one.reason = message_reason::provider_error;
    one.created_at = one.updated_at = parse_iso8601("2026-01-02T03:04:05.678Z").value();
    last_ = one.id;
    batch b;
    b.add(insert(one));
    b.add(update<chat>(in).set(&chat::head_id, last_));
    sync_wait(store->write(testing::tenant_scope(d->tenant), std::move(b))).value();
    return one.id;
  }
  static std::vector<part> text(std::string said) {
    std::vector<part> parts;
    parts.push_back(text_part{std::move(said), {}});
    return parts;
  }

  static strings pieces_of(chat_export from) {
    strings all;
    while (auto piece = sync_wait(from.next())) all.push_back(std::move(*piece));
    EXPECT_FALSE(sync_wait(from.next()));
    return all;
  }
  std::string exported(chat_id id, export_format as, std::optional<message_id> leaf = std::nullopt) {
    std::string all;
    for (auto const& piece : pieces_of(sync_wait(d->chats().export_chat(id, as, leaf)))) all += piece;
    return all;
  }
  boost::json::array exported_messages(chat_id id, std::optional<message_id> leaf = std::nullopt) {
    return boost::json::parse(exported(id, export_format::json, leaf)).at("messages").as_array();
  }

  std::shared_ptr<watched_storage> store = std::make_shared<watched_storage>(tests::fresh_storage());
  std::optional<desk> d;
  std::optional<message_id> last_;
  std::int64_t depth_ = 0;
};

TEST_F(ChatExport, AsMarkdownIsReadFromTopToBottom) {
  new_chat from("Birds\nof prey", "scripted/model");
  from.system_prompt = "Be brief.\nBe kind.";
  auto const home = sync_wait(d->chats().create(from));
  store_message(home.id, role::user, text("which *kite*?"));
  std::vector<part> parts;
  parts.push_back(reasoning_part{"a bird,\nor a toy", {}});
  parts.push_back(tool_call_part{"c1", "look_up", R"({"bird":"kite"})", {}});
  parts.push_back(tool_result_part{"c1", "```red```", {}, false});
  parts.push_back(text_part{"The red one.", {}});
  parts.push_back(image_part{"https://birds.example/kite.png", {}});
  parts.push_back(file_part{"li`st.txt", "text/plain", "data:text/plain;base64,aGk=", {}});
  parts.push_back(error_part{"provider_error", "it broke", {}});
  store_message(home.id, role::assistant, std::move(parts), message_state::failed);

  EXPECT_EQ(exported(home.id, export_format::markdown), R"(# Birds of prey

*2026-01-01T00:00:00.000Z, scripted/model*

*Told first:*

> Be brief.
> Be kind.

## User

*2026-01-02T03:04:05.678Z*

which *kite*?

## Assistant

*2026-01-02T03:04:05.678Z, failed (provider_error)*

*Thought:*

> a bird,
> or a toy

*Called `look_up`:*

```json
{"bird":"kite"}
```

*It gave:*

````
```red```
````

The red one.

*Image:* <https://birds.example/kite.png>

*File `li'st.txt` (`text/plain`):* (27 bytes of data)

*Error `provider_error`:* it broke
)");
}

TEST_F(ChatExport, AsJsonHasEverythingAsProceduresGiveIt) {
  auto const home = d->new_chat();
  auto const answer = ask(home.id, "a question", "an answer");

  auto const whole = boost::json::parse(exported(home.id, export_format::json));

  EXPECT_EQ(whole.at("format"), "sambung.chat");
  EXPECT_EQ(whole.at("version"), 1);
  EXPECT_EQ(whole.at("damaged"), 0);
  EXPECT_EQ(from_json<chat>(whole.at("chat")).value().id, home.id);
  auto const& said = whole.at("messages").as_array();
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(text_of(from_json<message>(said[0]).value().parts), "a question");
  EXPECT_EQ(to_json_text(from_json<message>(said[1]).value()), to_json_text(answer));
}

TEST_F(ChatExport, OfALongChatComesInPieces) {
  auto const home = d->new_chat();
  std::string const long_text(50'000, 'x');
  for (int i = 0; i < 40; ++i) store_message(home.id, role::user, text(std::to_string(i) + ' ' + long_text));

  auto const pieces = pieces_of(sync_wait(d->chats().export_chat(home.id, export_format::json)));
  EXPECT_GT(pieces.size(), 6U);
  std::string all;
  for (auto const& piece : pieces) {
    EXPECT_LT(piece.size(), 400'000U);
    all += piece;
  }
  auto const said = boost::json::parse(all).at("messages").as_array();

  ASSERT_EQ(said.size(), 40U);
  for (std::size_t i = 0; i < said.size(); ++i)
    EXPECT_EQ(text_of(from_json<message>(said[i]).value().parts), std::to_string(i) + ' ' + long_text);
}

TEST_F(ChatExport, OfManyShortMessagesLosesNone) {
  auto const home = d->new_chat();
  for (int i = 0; i < 250; ++i) store_message(home.id, role::user, text("m" + std::to_string(i)));

  auto const said = exported_messages(home.id);

  ASSERT_EQ(said.size(), 250U);
  for (std::size_t i = 0; i < said.size(); ++i)
    EXPECT_EQ(text_of(from_json<message>(said[i]).value().parts), "m" + std::to_string(i));
}

TEST_F(ChatExport, GoesToTheLeafThatIsAskedFor) {
  auto const home = d->new_chat();
  auto const first = ask(home.id, "first", "one");
  ask(home.id, "second", "two");
  auto const other = d->new_chat();

  EXPECT_EQ(exported_messages(home.id).size(), 4U);
  EXPECT_EQ(exported_messages(home.id, first.id).size(), 2U);
  EXPECT_EQ(code_of(d->chats().export_chat(other.id, export_format::json, first.id)), errc::not_found);
  EXPECT_TRUE(exported_messages(other.id).empty());
}

TEST_F(ChatExport, IsTheOwnersAlone) {
  auto const home = d->new_chat();
  auto const bob = d->add_user("bob");

  EXPECT_EQ(code_of(d->chats_of(bob).export_chat(home.id, export_format::markdown)), errc::not_found);
  EXPECT_THROW(std::ignore = chat_export().next(), error);
}

TEST_F(ChatExport, SaysHowManyMessagesCannotBeRead) {
  auto const home = d->new_chat();
  store_message(home.id, role::user, text("one"));
  auto const lost = store_message(home.id, role::assistant, text("two"));
  store_message(home.id, role::user, text("three"));
  store->damage("messages", value(lost.value));

  auto const whole = boost::json::parse(exported(home.id, export_format::json));
  EXPECT_EQ(whole.at("damaged"), 1);
  EXPECT_EQ(whole.at("messages").as_array().size(), 2U);
  EXPECT_NE(exported(home.id, export_format::markdown).find("could not be read: 1"), std::string::npos);
}

TEST_F(ChatExport, EndsWhereItsChatIsRemovedMeanwhile) {
  auto const home = d->new_chat();
  store_message(home.id, role::user, text("one"));
  auto begun = sync_wait(d->chats().export_chat(home.id, export_format::json));
  EXPECT_TRUE(sync_wait(begun.next()));

  sync_wait(d->chats().remove(home.id));

  EXPECT_EQ(code_of(begun.next()), errc::not_found);
}

TEST_F(ChatExport, ListsChatsWithWhatWasSaid) {
  auto const quiet = d->new_chat();
  auto const busy = d->new_chat();
  auto const answer = ask(busy.id, "a question", "an answer");

  auto const listed = sync_wait(d->chats().list_with_messages());

  ASSERT_EQ(listed.items.size(), 2U);
  auto const& first = listed.items[0].id == busy.id ? listed.items[0] : listed.items[1];
  auto const& second = listed.items[0].id == busy.id ? listed.items[1] : listed.items[0];
  EXPECT_EQ(second.id, quiet.id);
  EXPECT_TRUE(second.messages.empty());
  ASSERT_EQ(first.messages.size(), 2U);
  EXPECT_EQ(first.title, busy.title);
  EXPECT_EQ(first.messages[0].id, answer.id);
  EXPECT_FALSE(first.messages_cursor);
  auto const page = sync_wait(d->chats().list_with_messages(page_request(1)));
  EXPECT_EQ(page.items.size(), 1U);
  EXPECT_TRUE(page.next_cursor);
}

TEST_F(ChatExport, ListsNoMoreThanSomeOfLongChats) {
  std::string const long_text(300'000, 'x');
  for (int i = 0; i < 3; ++i) {
    auto const home = d->new_chat();
    last_.reset();
    depth_ = 0;
    for (int n = 0; n < 3; ++n) store_message(home.id, role::user, text(long_text));
  }

  auto const listed = sync_wait(d->chats().list_with_messages());

  ASSERT_EQ(listed.items.size(), 3U);
  std::size_t told = 0, whole = 0;
  for (auto const& one : listed.items) {
    told += one.messages.size();
    page_request rest(max_page_size, one.messages_cursor);
    whole += one.messages.size();
    while (rest.cursor) {
      auto const more = sync_wait(d->chats().messages(one.id, rest));
      whole += more.items.size();
      rest.cursor = more.next_cursor;
    }
  }
  EXPECT_EQ(told, 4U) << "the fourth has a mebibyte full";
  EXPECT_EQ(whole, 9U);
}

}  // namespace
}  // namespace sambung::chat_export_test
