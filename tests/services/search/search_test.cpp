// What a user finds of what they have.
#include "support/people.hpp"
#include "support/watched_storage.hpp"

#include <sambung/records/message_text.hpp>
#include <sambung/services/search/search.hpp>
#include <sambung/testing/gate.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace sambung::search_test {

using namespace sambung::tests;

struct memo {
  uuid id;
  user_id owner_id;
  std::string title;
  std::string body;
};
BOOST_DESCRIBE_STRUCT(memo, (), (id, owner_id, title, body))
inline auto describe_record(record_of<memo>) {
  return record<memo>("memos").index(&memo::owner_id).searchable(&memo::title, &memo::body).owned_by(&memo::owner_id);
}

// A large one, of which little is searched.
struct paper {
  uuid id;
  user_id owner_id;
  std::string title;
  std::string scan;
};
BOOST_DESCRIBE_STRUCT(paper, (), (id, owner_id, title, scan))
inline auto describe_record(record_of<paper>) {
  return record<paper>("papers")
      .text(&paper::scan, 0, 1'048'576)
      .index(&paper::owner_id)
      .searchable(&paper::title)
      .owned_by(&paper::owner_id);
}

// Its ids are the application's.
struct diary_entry {
  uuid id;
  user_id owner_id;
  std::string text;
  timestamp created_at;
};
BOOST_DESCRIBE_STRUCT(diary_entry, (), (id, owner_id, text, created_at))
inline auto describe_record(record_of<diary_entry>) {
  return record<diary_entry>("diary_entries")
      .index(&diary_entry::owner_id, &diary_entry::created_at)
      .searchable(&diary_entry::text)
      .owned_by(&diary_entry::owner_id);
}

// Nobody says whose it is.
struct notice {
  uuid id;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(notice, (), (id, text))
inline auto describe_record(record_of<notice>) { return record<notice>("notices").searchable(&notice::text); }

namespace {

using strings = std::vector<std::string>;

desk_options with_memos(std::shared_ptr<storage> on) {
  desk_options options;
  options.storage = std::move(on);
  options.modules.push_back(module_schema("memos").table<memo>().table<paper>().table<notice>());
  return options;
}

class Search : public ::testing::Test {
 protected:
  message ask(chat_id in, std::string text, std::string answer) {
    d.model->push(say(std::move(answer)));
    auto turn = sync_wait(d.chats().send(in, std::move(text)));
    return sync_wait(turn.answer());
  }
  search_page find(search_request what, page_request which = page_request()) {
    return sync_wait(d.as(d.user).search().query(std::move(what), std::move(which)));
  }
  search_page find(std::string text) { return find(search_request(std::move(text))); }
  search_page find_messages(std::string text) {
    search_request what(std::move(text));
    what.kinds = {search_kind::message};
    return find(std::move(what));
  }
  uuid add_memo(user_id owner, std::string title, std::string body) {
    memo made{d.as(owner).new_id<chat_id>().value, owner, std::move(title), std::move(body)};
    sync_wait(d.as(owner).records<memo>().write(insert(made)));
    return made.id;
  }
  void add_paper(user_id owner, std::string title, std::string scan) {
    paper made{d.as(owner).new_id<chat_id>().value, owner, std::move(title), std::move(scan)};
    sync_wait(d.as(owner).records<paper>().write(insert(made)));
  }
  static strings matches(search_hit const& hit) {
    strings out;
    for (auto const& piece : hit.passage)
      if (piece.is_match) out.push_back(piece.text);
    return out;
  }
  static std::string whole(search_hit const& hit) {
    std::string out;
    for (auto const& piece : hit.passage) out += piece.text;
    return out;
  }

  std::shared_ptr<watched_storage> store = std::make_shared<watched_storage>(fresh_storage());
  desk d{with_memos(store)};
};

TEST_F(Search, FindsWhatWasAskedAndWhatWasAnswered) {
  auto const home = sync_wait(d.chats().create("Beetles", "scripted/model"));
  auto const answer = ask(home.id, "what is the zyzzyva beetle", "今天讨论机器学习的部署");

  auto const asked = find("ZYZZYVA");
  ASSERT_EQ(asked.items.size(), 1U);
  EXPECT_EQ(asked.items[0].kind, search_kind::message);
  EXPECT_EQ(asked.items[0].title, "Beetles");
  EXPECT_EQ(asked.items[0].chat_id, home.id);
  EXPECT_EQ(asked.items[0].message_id, answer.parent_id);
  EXPECT_EQ(asked.items[0].role, role::user);
  EXPECT_EQ(matches(asked.items[0]), strings{"zyzzyva"});

  auto const said = find("机器学习");
  ASSERT_EQ(said.items.size(), 1U);
  EXPECT_EQ(said.items[0].message_id, answer.id);
  EXPECT_EQ(said.items[0].role, role::assistant);
  EXPECT_EQ(whole(said.items[0]), "今天讨论机器学习的部署");
  EXPECT_EQ(matches(said.items[0]), strings{"机器学习"});
}

TEST_F(Search, FindsWordsInQuotationMarksAsTheyStand) {
  ask(d.new_chat().id, "a red kite", "a kite that is red");

  EXPECT_EQ(find_messages("red kite").items.size(), 2U);
  auto const quoted = find_messages("\"Red kite\"");
  ASSERT_EQ(quoted.items.size(), 1U);
  EXPECT_EQ(quoted.items[0].role, role::user);
  EXPECT_EQ(find_messages("\"red kite").items.size(), 2U);
}

TEST_F(Search, FindsAnswersThatEndedEarly) {
  auto const home = d.new_chat();
  d.model->push(testing::answer_script().text("half a quokka").fail(failure(errc::provider_error, "gone")));
  auto turn = sync_wait(d.chats().send(home.id, "go on"));
  EXPECT_EQ(sync_wait(turn.answer()).state, message_state::failed);

  EXPECT_EQ(find("quokka").items.size(), 1U);
}

TEST_F(Search, FindsTheCallersOwnAlone) {
  auto const bob = d.add_user("bob");
  auto const home = sync_wait(d.chats().create("secret plans", "scripted/model"));
  ask(home.id, "a secret", "kept secret");
  add_memo(d.user, "secret", "");

  EXPECT_EQ(find("secret").items.size(), 4U);
  EXPECT_TRUE(sync_wait(d.as(bob).search().query(search_request("secret"))).items.empty());
  auto const marks = d.all_in<message_text>(d.tenant).front().marks;
  EXPECT_TRUE(sync_wait(d.as(bob).search().query(search_request(marks))).items.empty());
}

// Of what is one user's alone a search of storage says whose it wants; no other way leads into the index.
TEST_F(Search, FindsNoMessagesOrChatsOfWhomeverItMayBe) {
  ask(sync_wait(d.chats().create("otter", "scripted/model")).id, "otter", "otter");
  auto const in_tenant = testing::tenant_scope(d.tenant);
  auto const found = [&](std::string const& table, std::optional<comparison> op) {
    text_query q(table, "otter");
    if (op) q = std::move(q).where(condition("owner_id", *op, value(d.user.value)));
    return sync_wait(store->search(in_tenant, std::move(q)));
  };

  for (std::string const table : {"message_texts", "chats"}) {
    EXPECT_EQ(found(table, std::nullopt).error().code, errc::invalid_argument) << table;
    EXPECT_EQ(found(table, comparison::not_equal).error().code, errc::invalid_argument) << table;
    EXPECT_FALSE(found(table, comparison::equal).value().items.empty()) << table;
  }
}

TEST_F(Search, MergesEveryKindNewestFirstInPages) {
  std::vector<uuid> made;
  for (int i = 0; i < 3; ++i) {
    auto const home = sync_wait(d.chats().create("otter " + std::to_string(i), "scripted/model"));
    auto const answer = ask(home.id, "an otter", "no");
    made.push_back(home.id.value);
    made.push_back(answer.parent_id->value);
    made.push_back(add_memo(d.user, "memo", "otter"));
  }
  std::ranges::reverse(made);

  std::vector<uuid> found;
  page_request which(2);
  do {
    auto const page = find(search_request("otter"), which);
    for (auto const& hit : page.items) found.push_back(hit.id);
    which.cursor = page.next_cursor;
    ASSERT_LE(found.size(), made.size());
  } while (which.cursor);

  EXPECT_EQ(found, made);
}

TEST_F(Search, AsksWhatItSearchesSideBySide) {
  add_memo(d.user, "otter", "");
  std::atomic<int> begun = 0;
  testing::gate all_have_begun;
  store->before_searches([&]() -> task<void> {
    if (++begun == 4) all_have_begun.open();  // chats, messages, memos, papers
    return all_have_begun.wait();
  });

  auto found =
      boost::asio::co_spawn(d.io, d.as(d.user).search().query(search_request("otter")), boost::asio::use_future);
  bool const came = found.wait_for(std::chrono::seconds(60)) == std::future_status::ready;
  all_have_begun.open();

  EXPECT_TRUE(came);
  EXPECT_EQ(found.get().items.size(), 1U);
}

TEST_F(Search, NarrowsByKindAndByTime) {
  auto const home = sync_wait(d.chats().create("heron", "scripted/model"));
  ask(home.id, "heron", "heron");
  add_memo(d.user, "heron", "");
  search_request what("heron");

  what.kinds = {search_kind::chat, search_kind::record};
  EXPECT_EQ(find(what).items.size(), 2U);
  what.kinds.clear();
  what.since = home.created_at;
  EXPECT_EQ(find(what).items.size(), 3U);  // a memo does not say when it was made
  what.until = home.created_at;
  EXPECT_TRUE(find(what).items.empty());
}

TEST_F(Search, RanksWhatSaysItMore) {
  auto const often = add_memo(d.user, "", "tapir tapir tapir");
  auto const once = add_memo(d.user, "", "a tapir, and much else that is not about it at all");
  search_request what("tapir");
  what.order = search_order::relevance;

  auto const found = find(what, page_request(1));
  ASSERT_EQ(found.items.size(), 1U);
  EXPECT_EQ(found.items[0].id, often);
  EXPECT_FALSE(found.partial);
  auto const rest = find(what, page_request(1, found.next_cursor));
  ASSERT_EQ(rest.items.size(), 1U);
  EXPECT_EQ(rest.items[0].id, once);
  EXPECT_FALSE(rest.next_cursor);
}

TEST_F(Search, RanksASingleLetterOfAScriptWithoutSpaces) {
  auto const often = add_memo(d.user, "", "猫が好き、猫は猫である");
  auto const once = add_memo(d.user, "", "犬と猫と鳥と魚と牛と馬がいる");
  search_request what("猫");
  what.order = search_order::relevance;

  auto const found = find(what);

  ASSERT_EQ(found.items.size(), 2U);
  EXPECT_EQ(found.items[0].id, often);
  EXPECT_EQ(found.items[1].id, once);
}

TEST_F(Search, RanksNoMoreThanSomeMegabytes) {
  std::string const large(1'000'000, '.');
  for (int i = 0; i < 20; ++i) add_paper(d.user, "okapi", large);
  search_request what("okapi");
  what.order = search_order::relevance;

  auto const found = find(what);

  EXPECT_TRUE(found.partial);
  EXPECT_GE(found.items.size(), 16U);
  EXPECT_LT(found.items.size(), 20U);
}

// Every page looks through so much and no more, wherever the words stand together.
TEST_F(Search, GoesOnBehindWhatHardlyStandsTogether) {
  auto const home = d.new_chat();
  auto const asked = ask(home.id, "a red kite", "indeed").parent_id;
  auto const kept = add_memo(d.user, "red kite", "");
  batch many;
  for (std::size_t i = 0; i < 2 * max_rows; ++i) {
    message_text said;
    said.id = message_id{d.ids.next()};
    said.chat_id = home.id;
    said.owner_id = d.user;
    said.text = "kite red";
    many.add(insert(said));
    memo const noted{d.ids.next(), d.user, "kite red", ""};
    many.add(insert(noted));
  }
  sync_wait(store->write(testing::tenant_scope(d.tenant), std::move(many))).value();

  std::vector<uuid> found;
  std::size_t pages = 0;
  page_request which;
  do {
    auto const page = find(search_request("\"red kite\""), which);
    for (auto const& hit : page.items) found.push_back(hit.id);
    which.cursor = page.next_cursor;
    ASSERT_LE(++pages, 10U);
  } while (which.cursor);
  EXPECT_EQ(found, (std::vector<uuid>{kept, asked->value}));
  EXPECT_GT(pages, 2U);

  search_request ranked("\"red kite\"");
  ranked.order = search_order::relevance;
  EXPECT_EQ(find(ranked).items.size(), 2U);
  auto const chats = sync_wait(d.chats().search("\"red kite\"", page_request()));
  ASSERT_EQ(chats.items.size(), 1U);
  EXPECT_EQ(chats.items[0].id, home.id);
}

TEST_F(Search, ForgetsAChatThatIsRemoved) {
  auto const home = d.new_chat();
  ask(home.id, "a pangolin", "yes");
  ASSERT_EQ(find("pangolin").items.size(), 1U);

  sync_wait(d.chats().remove(home.id));

  EXPECT_TRUE(find("pangolin").items.empty());
  EXPECT_TRUE(d.all_in<message_text>(d.tenant).empty());
}

TEST_F(Search, KeepsOneTextOfAQuestionThatIsAnsweredAgain) {
  auto const home = d.new_chat();
  auto const first = ask(home.id, "which ibis", "the first");
  d.model->push(say("the second"));
  auto again = sync_wait(d.chats().regenerate(first.id));
  sync_wait(again.answer());

  EXPECT_EQ(find_messages("ibis").items.size(), 1U);
  EXPECT_EQ(find_messages("the").items.size(), 2U);
}

TEST_F(Search, RefusesWhatIsNoSearch) {
  auto const refused = [&](search_request what, page_request which = page_request()) {
    return code_of(d.as(d.user).search().query(std::move(what), std::move(which)));
  };

  EXPECT_EQ(refused(search_request("")), errc::invalid_argument);
  EXPECT_EQ(refused(search_request(std::string(501, 'x'))), errc::invalid_argument);
  EXPECT_EQ(refused(search_request("x"), page_request(0)), errc::invalid_argument);
  EXPECT_EQ(refused(search_request("x"), page_request(1, "bm9uZQ")), errc::invalid_argument);
  EXPECT_TRUE(find("—").items.empty());
  EXPECT_EQ(code_of(d.chats().search("")), errc::invalid_argument);
  EXPECT_EQ(code_of(d.as(d.user).templates().search("")), errc::invalid_argument);
  EXPECT_EQ(code_of(d.as(d.user).records<memo>().search(text_query("memos", ""))), errc::invalid_argument);
}

// Words are made by key: what waits for them may be newer than what does not.
TEST(SearchWhileIndexing, SaysHowFarBackAllIsFoundWhateverTheKeysAre) {
  auto const store = std::make_shared<watched_storage>(fresh_storage());
  desk_options options;
  options.storage = store;
  options.modules.push_back(module_schema("diaries").table<diary_entry>().table<memo>());
  desk d(std::move(options));
  auto const key = [](std::uint8_t number) {
    uuid id;
    id.bytes[0] = number;
    id.bytes[6] = 0x40;
    return id;
  };
  auto const at = [](int seconds) { return timestamp(std::chrono::seconds(seconds)); };
  for (auto const& [number, seconds] : {std::pair(1, 50), std::pair(2, 30), std::pair(3, 70), std::pair(4, 10)}) {
    diary_entry const made{key(static_cast<std::uint8_t>(number)), d.user, "narwhal", at(seconds)};
    sync_wait(d.as(d.user).records<diary_entry>().write(insert(made)));
  }
  auto const since = [&](user_id whose) {
    search_request what("narwhal");
    what.kinds = {search_kind::record};
    return sync_wait(d.as(whose).search().query(std::move(what))).indexed_since;
  };
  constexpr auto moment = std::chrono::milliseconds(1);

  store->leave_words("diary_entries", value(key(2)), 100);
  EXPECT_EQ(since(d.user), at(50) + moment);
  store->leave_words("diary_entries", value(key(4)), 100);
  EXPECT_EQ(since(d.user), at(70) + moment);
  store->leave_words("memos", value(key(1)), 100);
  EXPECT_GT(since(d.user), at(70) + moment) << "nothing says when memos were made";
}

TEST_F(Search, LeavesNothingInATenantWithoutMessages) {
  auto const found = find_messages("narwhal");

  EXPECT_TRUE(found.items.empty());
  EXPECT_FALSE(found.indexed_since);
  EXPECT_TRUE(d.all_in<text_progress>(d.tenant).empty());
}

TEST_F(Search, OfChatsFindsThemByTitleAndThenByMessage) {
  auto const by_message = d.new_chat();
  auto const by_title = sync_wait(d.chats().create("my zyzzyva", "scripted/model"));
  auto const by_both = sync_wait(d.chats().create("zyzzyva", "scripted/model"));
  d.new_chat();
  ask(by_message.id, "the zyzzyva beetle", "zyzzyva!");
  ask(by_both.id, "zyzzyva?", "yes");

  std::vector<chat_id> found;
  page_request which(1);
  do {
    auto const page = sync_wait(d.chats().search("zyzzyva", which));
    for (auto const& one : page.items) found.push_back(one.id);
    which.cursor = page.next_cursor;
    ASSERT_LE(found.size(), 3U);
  } while (which.cursor);

  EXPECT_EQ(found, (std::vector<chat_id>{by_both.id, by_title.id, by_message.id}));
}

}  // namespace
}  // namespace sambung::search_test
