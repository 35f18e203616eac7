// Prompts, search, tags and previews as clients of a server meet them.
#include "support/served_engine.hpp"

#include <gtest/gtest.h>

namespace sambung::content_procedures_test {
namespace {

using test::served_engine;
using testing::answer_script;

namespace json = boost::json;

std::string text_of(json::value const& value) { return json::serialize(value); }

json::object said(std::string_view text) { return {{"role", "user"}, {"text", text}}; }

// A kept prompt with one variable.
json::value keep_greeting(served_engine& s) {
  json::object const variable{{"name", "who"}, {"type", "text"}};
  json::object const prompt{{"name", "greeting"},
                            {"messages", json::array{said("Greet {{who}} warmly.")}},
                            {"variables", json::array{variable}}};
  return s.must("prompt/create", text_of(prompt)).at("prompt");
}

std::string id_of(json::value const& record) { return std::string(record.at("id").as_string()); }

TEST(ContentProcedures, SendAKeptPromptInOneCall) {
  served_engine s;
  s.provider->otherwise([](completion_request const&) { return answer_script().text("Selamat pagi").finish(); });
  auto const kept = keep_greeting(s);
  json::object const by{{"id", kept.at("id")}, {"values", json::object{{"who", "Ada"}}}};

  auto const rendered = s.must("prompt/render", text_of(by));
  auto const sent = s.must("message/create", text_of(json::object{{"chatId", s.new_chat()}, {"prompt", by}}));

  EXPECT_EQ(rendered.at("messages").as_array().at(0).at("text"), "Greet Ada warmly.");
  EXPECT_EQ(sent.at("userMessage").at("parts").as_array().at(0).at("text"), "Greet Ada warmly.");
}

TEST(ContentProcedures, SetAChatUpWithAPrompt) {
  served_engine s;
  s.provider->otherwise([](completion_request const&) { return answer_script().text("Ahoy").finish(); });
  json::object const instruction{{"role", "system"}, {"text", "Speak as a pirate."}};
  json::object const pirate{{"name", "pirate"}, {"kind", "chat"}, {"messages", json::array{instruction}}};
  auto const kept = s.must("prompt/create", text_of(pirate)).at("prompt");
  auto const chat = s.new_chat();
  json::object const use{{"id", kept.at("id")}, {"followLabel", true}};
  json::object const wanted{{"id", chat}, {"revision", 0}, {"prompt", use}};

  auto const setup = s.must("chat/setup/update", text_of(wanted));
  json::object const format{{"how", "json_object"}};
  s.must("message/create", text_of(json::object{{"chatId", chat}, {"text", "Where to?"}, {"format", format}}));
  auto const read = s.must("chat/setup/get", text_of(json::object{{"id", chat}}));

  EXPECT_EQ(setup.at("revision"), 1);
  EXPECT_EQ(read.at("prompt").at("id"), kept.at("id"));
  EXPECT_EQ(read.at("prompt").at("followLabel"), true);
  auto const asked = s.provider->requests().back();
  ASSERT_EQ(asked.messages.size(), 2U);
  EXPECT_EQ(sambung::text_of(asked.messages.front().parts), "Speak as a pirate.");
  EXPECT_TRUE(asked.format);
  EXPECT_EQ(s.call("chat/setup/update", text_of(wanted)).status, 409);
}

TEST(ContentProcedures, FindAChatByItsWords) {
  served_engine s;
  s.provider->otherwise([](completion_request const&) { return answer_script().text("Otters float").finish(); });
  auto const chat = s.new_chat();
  s.must("message/create", text_of(json::object{{"chatId", chat}, {"text", "A riddle?"}}));

  auto const found = s.must("chat/search", R"({"text":"otters"})").at("items").as_array();

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(id_of(found[0]), chat);
  EXPECT_EQ(s.call("chat/search", R"({"text":""})").status, 400);
}

TEST(ContentProcedures, SayWhereAPromptIsWrong) {
  served_engine s;
  json::object const prompt{{"name", "broken"}, {"messages", json::array{said("one\ntwo {{nobody}}")}}};

  auto const refused = s.call("prompt/create", text_of(prompt));

  EXPECT_EQ(refused.status, 400) << refused.body;
  EXPECT_NE(refused.body.find("line 2, column 5"), std::string::npos) << refused.body;
}

TEST(ContentProcedures, KeepVersionsAndLabelsOfAPrompt) {
  served_engine s;
  auto const kept = keep_greeting(s);
  json::object const content{{"messages", json::array{said("Hello.")}}};
  s.must("prompt/update",
         text_of(json::object{{"id", kept.at("id")}, {"revision", kept.at("revision")}, {"content", content}}));
  json::object const first{{"version", 1}};
  s.must("prompt/label/set",
         text_of(json::object{{"id", kept.at("id")}, {"name", "production"}, {"arms", json::array{first}}}));

  auto const versions = s.must("prompt/versions/list", text_of(json::object{{"id", kept.at("id")}}));
  json::object const by{{"id", kept.at("id")}, {"values", json::object{{"who", "Ada"}}}};
  auto const labelled = s.must("prompt/render", text_of(by));
  auto const difference =
      s.must("prompt/diff", text_of(json::object{{"id", kept.at("id")}, {"before", 1}, {"after", 2}}));

  EXPECT_EQ(versions.at("items").as_array().size(), 2U);
  EXPECT_EQ(labelled.at("number"), 1);
  EXPECT_FALSE(difference.at("messages").as_array().empty());
}

TEST(ContentProcedures, FindASentenceInAnyScriptAndWhereItStands) {
  served_engine s;
  s.provider->otherwise([](completion_request const&) { return answer_script().text("我们明天去北京开会").finish(); });
  auto const chat = s.new_chat();
  auto const sent =
      s.must("message/create", text_of(json::object{{"chatId", chat}, {"text", "Où est la CRÈME brûlée?"}}));

  auto const inside = s.must("search/query", R"({"text":"北京开会"})").at("items").as_array();
  auto const folded = s.must("search/query", R"({"text":"creme brulee"})").at("items").as_array();

  EXPECT_EQ(s.call("search/query", text_of(json::object{{"text", "x"}, {"projectId", chat}})).status, 400);
  ASSERT_EQ(inside.size(), 1U);
  EXPECT_EQ(inside[0].at("chatId"), json::value(chat));
  EXPECT_EQ(inside[0].at("messageId"), sent.at("answer").at("id"));
  ASSERT_EQ(folded.size(), 1U);
  EXPECT_EQ(folded[0].at("messageId"), sent.at("userMessage").at("id"));
}

TEST(ContentProcedures, TagChats) {
  served_engine s;
  auto const chat = s.new_chat();

  auto const tags =
      s.must("tag/set", text_of(json::object{{"chatId", chat}, {"names", json::array{"Work", "work", "Straße"}}}));
  auto const work = id_of(tags.at("items").as_array().back());
  EXPECT_EQ(s.call("tag/set", text_of(json::object{{"chatId", chat}})).status, 400);
  auto const tagged = s.must("tag/getSubjects", text_of(json::object{{"id", work}}));
  s.must("tag/delete", text_of(json::object{{"id", work}}));

  EXPECT_EQ(tags.at("items").as_array().size(), 2U);
  ASSERT_EQ(tagged.at("items").as_array().size(), 1U);
  EXPECT_EQ(tagged.at("items").as_array()[0].at("chatId"), json::value(chat));
  EXPECT_EQ(s.must("tag/getAll", "{}").at("items").as_array().size(), 1U);
}

TEST(ContentProcedures, KeepChatsInFolders) {
  served_engine s;
  auto const chat = s.new_chat();
  auto const other = s.new_chat();
  json::object const top{{"name", "Work"}};
  auto const work = s.must("folder/create", text_of(top));
  auto const inner = s.must("folder/create", text_of(json::object{{"name", "Printers"}, {"parentId", work.at("id")}}));
  auto const in_folder = [&](json::value const& folder) {
    auto const found = s.must("chat/getChatsByFolder", text_of(json::object{{"folderId", folder.at("id")}}));
    return found.at("items").as_array();
  };

  s.must("chat/updateFolder", text_of(json::object{{"id", chat}, {"folderId", inner.at("id")}}));
  auto const pinned = s.must("chat/togglePin", text_of(json::object{{"id", chat}}));
  s.must("chat/archive", text_of(json::object{{"id", other}}));

  ASSERT_EQ(in_folder(inner).size(), 1U);
  EXPECT_TRUE(in_folder(work).empty());
  EXPECT_EQ(pinned.at("pinned"), true);
  EXPECT_EQ(s.must("chat/togglePin", text_of(json::object{{"id", chat}})).at("pinned"), false);
  EXPECT_EQ(s.must("chat/togglePin", text_of(json::object{{"id", chat}, {"pinned", false}})).at("pinned"), false);
  auto const here = s.must("chat/getAll", "{}").at("items").as_array();
  ASSERT_EQ(here.size(), 1U);
  EXPECT_EQ(here[0].at("id"), json::value(chat));
  EXPECT_EQ(s.must("chat/getAll", R"({"archived":true})").at("items").as_array().size(), 1U);
  s.must("folder/delete", text_of(json::object{{"id", inner.at("id")}}));
  ASSERT_EQ(in_folder(work).size(), 1U);
  EXPECT_EQ(in_folder(work)[0].at("folderId"), work.at("id"));
  auto const left = s.must("folder/getAll", "{}").at("items").as_array();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].at("name"), "Work");
}

TEST(ContentProcedures, TakeChatsOut) {
  served_engine s;
  s.provider->otherwise([](completion_request const&) { return answer_script().text("an answer").finish(); });
  auto const chat = s.new_chat();
  auto const sent = s.must("message/create", text_of(json::object{{"chatId", chat}, {"text", "a question"}}));

  auto const listed = s.must("chat/getAllChatsWithMessages", "{}").at("items").as_array();
  auto const document = s.call("chat/export", text_of(json::object{{"id", chat}}));
  auto const resumed = s.call("chat/export", text_of(json::object{{"id", chat}}), "last-event-id: 1\r\n");

  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].at("id"), json::value(chat));
  EXPECT_EQ(listed[0].at("messages").as_array()[0].at("id"), sent.at("answer").at("id"));
  EXPECT_EQ(document.status, 200);
  auto const question = document.body.find("a question");
  ASSERT_NE(question, std::string::npos) << document.body;
  EXPECT_GT(document.body.find("an answer"), question);
  EXPECT_NE(document.body.find("event: done"), std::string::npos);
  EXPECT_EQ(resumed.status, 400);
}

TEST(ContentProcedures, ShowWhatAModelWouldRead) {
  served_engine s;
  auto const chat = s.new_chat();

  auto const seen = s.must("message/preview", text_of(json::object{{"chatId", chat}, {"text", "hi"}}));

  ASSERT_FALSE(seen.at("messages").as_array().empty());
  EXPECT_FALSE(seen.at("blocks").as_array().empty());
  EXPECT_TRUE(s.must("message/list", text_of(json::object{{"chatId", chat}})).at("items").as_array().empty());
}

TEST(ContentProcedures, TryAPromptAndTellWhatComesOfIt) {
  served_engine s;
  s.provider->otherwise([](completion_request const&) { return answer_script().text("Selamat pagi").finish(); });
  auto const kept = keep_greeting(s);
  json::object const values{{"who", "Ada"}};
  json::object const wanted{{"contains", "pagi"}};
  json::object const example{{"name", "ada"}, {"values", values}, {"expect", wanted}};
  json::object const trial{{"id", kept.at("id")}, {"examples", json::array{example}}, {"model", "test/scripted"}};
  json::object const by{{"id", kept.at("id")}, {"values", values}};

  auto const tried = s.must("prompt/try", text_of(trial));
  auto const sent = s.must("message/create", text_of(json::object{{"chatId", s.new_chat()}, {"prompt", by}}));
  auto const answer = sent.at("answer").at("id");
  s.must("message/feedback", text_of(json::object{{"messageId", answer}, {"value", 1}, {"reason", "short"}}));
  auto const liked = s.must("prompt/usage", text_of(json::object{{"id", kept.at("id")}})).at("items").as_array();
  auto const given = s.must("message/getFeedback", text_of(json::object{{"messageId", answer}}));
  s.must("message/feedback", text_of(json::object{{"messageId", answer}}));

  EXPECT_EQ(tried.at("passed"), 1);
  ASSERT_EQ(liked.size(), 1U);
  EXPECT_EQ(liked[0].at("sends"), 1);
  EXPECT_EQ(liked[0].at("liked"), 1);
  EXPECT_EQ(given.at("feedback").at("reason"), "short");
  auto const taken_back = s.must("prompt/usage", text_of(json::object{{"id", kept.at("id")}})).at("items").as_array();
  EXPECT_EQ(taken_back.at(0).at("liked"), 0);
}

TEST(ContentProcedures, ShowAKeptPromptAsItWouldBeSent) {
  served_engine s;
  auto const chat = s.new_chat();
  json::object const by{{"id", keep_greeting(s).at("id")}, {"values", json::object{{"who", "Ada"}}}};

  auto const seen = s.must("message/preview", text_of(json::object{{"chatId", chat}, {"prompt", by}}));
  auto const both = s.call("message/preview", text_of(json::object{{"chatId", chat}, {"text", "hi"}, {"prompt", by}}));

  ASSERT_FALSE(seen.at("messages").as_array().empty());
  auto const& question = seen.at("messages").as_array().back();
  EXPECT_EQ(question.at("parts").as_array().at(0).at("text"), "Greet Ada warmly.");
  EXPECT_EQ(both.status, 400) << both.body;
}

}  // namespace
}  // namespace sambung::content_procedures_test
