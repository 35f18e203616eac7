#include <sambung/server/static_files.hpp>

#include "server/file_response.hpp"
#include "server/file_shelf.hpp"
#include "server/static_names.hpp"
#include "temporary_folder.hpp"

#include <gtest/gtest.h>

#include <array>
#include <fstream>

namespace sambung::serving::static_files_test {
namespace {

namespace fs = std::filesystem;

constexpr std::array<static_file, 3> page{static_file("index.html", "<!doctype html>"),
                                          static_file("assets/app-1a2b.js", "let answer = 42", "packed", "p"),
                                          static_file("icon.svg", "<svg/>")};

static_options with_pages() {
  static_options options;
  options.pages = {"/", "/search", "/c/*"};
  return options;
}

std::shared_ptr<file_shelf> shelf_of(result<static_files> const& files) { return file_shelf::of(files.value()); }

http_response answer(file_shelf const& shelf, std::string_view path, std::vector<header_field> fields = {}) {
  request_head head;
  head.method = "GET";
  head.fields = std::move(fields);
  auto const file = shelf.find(path);
  return file ? file_response(file, head, shelf.security()) : http_response(404);
}

void write(fs::path const& file, std::string_view text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

// A folder with a page.
struct written_page {
  written_page() {
    write(in.path() / "index.html", "first");
    write(in.path() / "assets" / "app.js", "let a");
  }
  testing::temporary_folder in;
};

TEST(FileName, IsSegmentsOfHarmlessCharacters) {
  for (auto const* name : {"index.html", "assets/app-x4Kd_1~2@3+4.js", "a/b/c/d", "LICENSE"})
    EXPECT_TRUE(is_file_name(name)) << name;
  for (auto const* name :
       {"",      "/",    "/a",  "a/",  "a//b", ".",   "..", "../a", "a/..", "a/../b", ".env", "a/.git/config",
        "a%2fb", "a\\b", "a b", "a;b", "a?b",  "a:b", "ä",  "a\tb"})
    EXPECT_FALSE(is_file_name(name)) << name;
  EXPECT_FALSE(is_file_name(std::string_view("a\0b", 3)));
  EXPECT_FALSE(is_file_name(std::string(513, 'a')));
}

TEST(PagePattern, IsAPathWithAnySegmentInThePlaceOfAStar) {
  for (auto const* pattern : {"/", "/search", "/c/*", "/*", "/settings/keys", "/a/*/b"})
    EXPECT_TRUE(is_page_pattern(pattern)) << pattern;
  for (auto const* pattern : {"", "search", "*", "/c/**", "/c*", "//", "/c/", "/../*", "/.well-known"})
    EXPECT_FALSE(is_page_pattern(pattern)) << pattern;
  EXPECT_TRUE(matches_page("/", "/"));
  EXPECT_TRUE(matches_page("/c/1", "/c/*"));
  EXPECT_TRUE(matches_page("/a/x/b", "/a/*/b"));
  for (auto const* path :
       {"", "/", "c/1", "/c", "/c/", "/c/1/", "/c/1/2", "/c/.x", "/c/..", "/c/%2e%2e", "/c//1", "/d/1"})
    EXPECT_FALSE(matches_page(path, "/c/*")) << path;
  for (auto const* path : {"//", "/x", ""}) EXPECT_FALSE(matches_page(path, "/")) << path;
  EXPECT_FALSE(matches_page("/search/", "/search"));
}

TEST(StaticFiles, AreFoundByTheirNames) {
  auto const shelf = shelf_of(static_files::table(page, with_pages()));

  auto const script = answer(*shelf, "/assets/app-1a2b.js");

  EXPECT_EQ(script.status, 200);
  EXPECT_EQ(script.content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(script.content(), "let answer = 42");
  EXPECT_EQ(script.caching, "public, max-age=31536000, immutable");
  EXPECT_NE(script.headers.find("Vary: Accept-Encoding\r\n"), std::string::npos);
  EXPECT_EQ(answer(*shelf, "/icon.svg").content_type, "image/svg+xml");
  EXPECT_EQ(answer(*shelf, "/assets/app-1a2b").status, 404);
}

TEST(StaticFiles, GiveTheIndexForPagesAlone) {
  auto const shelf = shelf_of(static_files::table(page, with_pages()));

  for (auto const* path : {"/", "/index.html", "/search", "/c/0192e4a0"}) {
    auto const index = answer(*shelf, path);
    EXPECT_EQ(index.content(), "<!doctype html>") << path;
    EXPECT_EQ(index.caching, "no-cache");
    EXPECT_EQ(index.headers.find("Vary"), std::string::npos);
  }
  for (auto const* path : {"/searching", "/search/", "/c", "/c/", "/C/1", "//", "/rpc/x", "/nothing"})
    EXPECT_EQ(answer(*shelf, path).status, 404) << path;
}

TEST(StaticFiles, AreNeverBelowThePathsOfPrograms) {
  std::array<static_file, 2> const files{static_file("index.html", "page"), static_file("api/users.json", "[]")};
  auto options = with_pages();
  options.pages = {"/*", "/*/*"};
  auto const shelf = shelf_of(static_files::table(files, options));

  EXPECT_EQ(answer(*shelf, "/anything/else").status, 200);
  for (auto const* path : {"/api", "/api/users.json", "/rpc/x", "/v1/x", "/v1", "/ws", "/streams/x", "/metrics",
                           "/openapi.json", "/healthz/x"})
    EXPECT_EQ(answer(*shelf, path).status, 404) << path;
  EXPECT_EQ(answer(*shelf, "/apiary").status, 200);
}

TEST(StaticFiles, ComeInTheFormThatIsWantedEachWithItsTag) {
  auto const shelf = shelf_of(static_files::table(page, with_pages()));
  auto const path = "/assets/app-1a2b.js";
  auto const plain = answer(*shelf, path);
  auto const packed = answer(*shelf, path, {{"accept-encoding", "gzip"}});
  auto const tag = [](http_response const& of) {
    auto const at = of.headers.find("ETag: ") + 6;
    return of.headers.substr(at, of.headers.find("\r\n", at) - at);
  };

  EXPECT_EQ(packed.content(), "packed");
  EXPECT_NE(packed.headers.find("Content-Encoding: gzip\r\n"), std::string::npos);
  EXPECT_NE(tag(packed), tag(plain));
  auto const again = answer(*shelf, path, {{"accept-encoding", "gzip"}, {"if-none-match", "W/" + tag(packed)}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.content(), "");
  EXPECT_EQ(tag(again), tag(packed));
  EXPECT_EQ(answer(*shelf, path, {{"if-none-match", tag(packed)}}).status, 200);
  EXPECT_EQ(answer(*shelf, path, {{"range", "bytes=0-1"}}).content(), plain.content());
}

TEST(StaticFiles, AreGivenToEveryReaderFromTheSameBytes) {
  written_page const made;
  auto const shelf = shelf_of(static_files::folder(made.in.path().string()));

  auto const first = answer(*shelf, "/");
  auto const second = answer(*shelf, "/index.html");
  EXPECT_EQ(first.content().data(), second.content().data());
  EXPECT_TRUE(first.body.empty());

  write(made.in.path() / "index.html", "the second one");
  ASSERT_EQ(shelf->reload_if_changed().news, shelf_news::reloaded);
  EXPECT_EQ(first.content(), "first") << "a reader that is slow reads what it was promised";
}

TEST(StaticFiles, AreRefusedWhenTheyAreWrong) {
  auto const code = [](std::vector<static_file> const& files, static_options options = static_options()) {
    auto const made = static_files::table(files, std::move(options));
    return made ? std::nullopt : std::optional(made.error().code);
  };
  static_file const index("index.html", "page");
  static_options few, small, bad_policy, bad_page, none;
  few.max_files = 1;
  small.max_bytes = 3;
  bad_policy.content_policy = "default-src *\r\nSet-Cookie: x=1";
  bad_page.pages = {"search"};
  none.pages.clear();

  EXPECT_EQ(code({index}), std::nullopt);
  EXPECT_EQ(code({}), errc::invalid_argument);
  EXPECT_EQ(code({}, none), std::nullopt);
  EXPECT_EQ(code({index, index}), errc::invalid_argument);
  EXPECT_EQ(code({index, static_file("../etc/passwd", "x")}), errc::invalid_argument);
  EXPECT_EQ(code({index, static_file("a", "")}, few), errc::payload_too_large);
  EXPECT_EQ(code({index}, small), errc::payload_too_large);
  EXPECT_EQ(code({index}, bad_policy), errc::invalid_argument);
  EXPECT_EQ(code({index}, bad_page), errc::invalid_argument);
}

TEST(StaticFolder, IsServedWithoutWhatIsHiddenAndWithoutLinks) {
  written_page const made;
  auto const& folder = made.in.path();
  testing::temporary_folder const elsewhere;
  write(elsewhere.path() / "secret.txt", "secret");
  write(folder / ".env", "secret");
  write(folder / ".git" / "config", "secret");
  fs::create_symlink(elsewhere.path() / "secret.txt", folder / "link.txt");
  fs::create_directory_symlink(elsewhere.path(), folder / "linked");

  auto const shelf = shelf_of(static_files::folder(folder.string() + "/"));

  EXPECT_EQ(answer(*shelf, "/").content(), "first");
  EXPECT_EQ(answer(*shelf, "/assets/app.js").content(), "let a");
  for (auto const* path : {"/.env", "/.git/config", "/link.txt", "/linked/secret.txt", "/../secret.txt"})
    EXPECT_EQ(answer(*shelf, path).status, 404) << path;
}

TEST(StaticFolder, HasPackedFormsUnlessTheyAreOlder) {
  written_page const made;
  auto const& folder = made.in.path();
  write(folder / "assets" / "app.js.br", "brotli");
  write(folder / "alone.gz", "an archive");
  auto const wanted = [&](std::string_view path) {
    auto const shelf = shelf_of(static_files::folder(folder.string()));
    return std::string(answer(*shelf, path, {{"accept-encoding", "br, gzip"}}).content());
  };

  EXPECT_EQ(wanted("/assets/app.js"), "brotli");
  EXPECT_EQ(wanted("/assets/app.js.br"), "");
  EXPECT_EQ(wanted("/alone.gz"), "an archive");
  auto const now = fs::last_write_time(folder / "assets" / "app.js");
  fs::last_write_time(folder / "assets" / "app.js.br", now - std::chrono::seconds(1));
  EXPECT_EQ(wanted("/assets/app.js"), "let a");
}

TEST(StaticFolder, IsReadAgainWhenItChanges) {
  written_page const made;
  auto const index = made.in.path() / "index.html";
  auto const shelf = shelf_of(static_files::folder(made.in.path().string()));
  EXPECT_EQ(shelf->reload_if_changed().news, shelf_news::none);

  write(index, "the second one");
  EXPECT_EQ(shelf->reload_if_changed().news, shelf_news::reloaded);
  EXPECT_EQ(answer(*shelf, "/").content(), "the second one");
  auto const held = shelf->find("/");
  fs::remove(index);
  auto const refused = shelf->reload_if_changed();
  EXPECT_EQ(refused.news, shelf_news::refused);
  EXPECT_EQ(refused.why, "there is no index.html");
  EXPECT_EQ(shelf->reload_if_changed().news, shelf_news::none);
  EXPECT_EQ(answer(*shelf, "/").content(), "the second one");
  write(index, "third");
  EXPECT_EQ(shelf->reload_if_changed().news, shelf_news::reloaded);
  EXPECT_EQ(held->plain.bytes, "the second one");
}

TEST(StaticFolder, LeavesOutWhatNoPathCanName) {
  written_page const made;
  auto const& folder = made.in.path();
  write(folder / "a b.txt", "x");
  write(folder / "my pictures" / "cat.png", "x");
  auto const shelf = shelf_of(static_files::folder(folder.string()));

  EXPECT_EQ(answer(*shelf, "/").content(), "first");
  EXPECT_EQ(shelf->reload_if_changed().misnamed, (std::vector<std::string>{"a b.txt", "my pictures"}));
  EXPECT_TRUE(shelf->reload_if_changed().misnamed.empty()) << "it is said once";

  write(folder / "caf\xc3\xa9.js", "x");
  write(folder / "index.html", "the second one");
  auto const look = shelf->reload_if_changed();
  EXPECT_EQ(look.news, shelf_news::reloaded);
  EXPECT_EQ(look.misnamed, (std::vector<std::string>{"caf\xc3\xa9.js"}));
  EXPECT_EQ(answer(*shelf, "/").content(), "the second one");
}

TEST(StaticFolder, ThatIsNotThereOrTooLargeIsRefused) {
  written_page const made;
  static_options few, small;
  few.max_files = 1;
  small.max_bytes = 6;
  auto const code = [&](std::string const& path, static_options options = static_options()) {
    return static_files::folder(path, std::move(options)).error().code;
  };

  EXPECT_EQ(code((made.in.path() / "nothing").string()), errc::not_found);
  EXPECT_EQ(code((made.in.path() / "index.html").string()), errc::not_found);
  EXPECT_EQ(code(made.in.path().string(), few), errc::payload_too_large);
  EXPECT_EQ(code(made.in.path().string(), small), errc::payload_too_large);
}

}  // namespace
}  // namespace sambung::serving::static_files_test
