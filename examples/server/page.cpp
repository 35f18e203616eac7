#include "page.hpp"

#include "page_files.hpp"

namespace command_line {
namespace {

constexpr std::string_view no_page = "off";

// The paths of examples/server/web/src/routes.svelte.ts.
sambung::static_options page_options() {
  sambung::static_options options;
  options.pages = {"/",      "/c/*",   "/search",  "/templates", "/templates/*", "/settings", "/settings/*",
                   "/admin", "/usage", "/admin/*", "/sign-in",   "/sign-up",     "/join/*",   "/welcome"};
  options.content_policy += "; require-trusted-types-for 'script'; trusted-types svelte-trusted-html";
  return options;
}

#ifdef SAMBUNG_WITH_PAGE
constexpr bool page_is_built = true;
#else
constexpr bool page_is_built = false;
constexpr sambung::static_file missing_page("index.html", R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sambung</title>
<h1>Sambung is running</h1>
<p>This program was built without its page. Node.js 18 or later and npm build it:</p>
<pre>apt-get install nodejs npm</pre>
<p>Then build the server again: <code>scripts/serve</code> does both. A page that was built elsewhere is served with
<code>SAMBUNG_WEB=/its/folder</code>.</p>
<p>What programs ask for is all there: <a href="/openapi.json">the procedures</a>.</p>
</html>
)");
#endif

}  // namespace

#ifndef SAMBUNG_WITH_PAGE
std::span<sambung::static_file const> built_page() { return {&missing_page, 1}; }
#endif

std::optional<sambung::static_files> page_for(sambung::configuration const& config) {
  if (config.web == no_page) return std::nullopt;
  if (!config.web.empty()) return sambung::static_files::folder(config.web, page_options()).value();
  return sambung::static_files::table(built_page(), page_is_built ? page_options() : sambung::static_options()).value();
}

bool has_page(sambung::configuration const& config) {
  return config.web.empty() ? page_is_built : config.web != no_page;
}

}  // namespace command_line
