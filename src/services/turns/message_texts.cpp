#include "services/turns/message_texts.hpp"

#include <sambung/records/chat.hpp>

#include "services/base/claim.hpp"
#include "services/base/engine_core.hpp"
#include "services/base/row_key.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace sambung {
namespace {

constexpr std::string_view of_messages = "messages";
// Messages that are read and written together: turns that end meanwhile wait for such a batch at most.
constexpr std::size_t messages_at_once = 50;
constexpr int steps_at_once = 40;
// So often in a row another server may be quicker before the rest is left to it.
constexpr int lost_races = 3;

enum class text_step { written, overtaken, none_left };

std::string mark_of(chat_id in) {
  auto digits = to_string(in);
  std::erase(digits, '-');
  return 'c' + digits;
}

// As much as is searched, up to a whole character.
std::string beginning_of(std::string text) {
  if (text.size() <= max_message_text_bytes) return text;
  auto end = max_message_text_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

// A chat that is being removed, or has gone, has no owner.
task<std::optional<user_id>> owner_of(engine_core const& core, scope who, chat_id id) {
  auto const found = co_await core.records<chat>(who).get(id);
  if (!found && found.error().code == errc::unavailable) throw error(found.error());
  if (!found || found->state != chat_state::active) co_return std::nullopt;
  co_return found->owner_id;
}

text_progress begun_with(std::int64_t revision) {
  text_progress fresh;
  fresh.what = of_messages;
  fresh.revision = revision;
  return fresh;
}

// Where nobody can read how far it went. What has been written meanwhile is left alone when it is written again.
task<text_progress> begin_anew(engine_core const& core, scope who) {
  auto const fresh = begun_with(1);
  batch b;
  b.add(update<text_progress>(fresh.what)
            .set(&text_progress::place, fresh.place)
            .set(&text_progress::since, fresh.since)
            .set(&text_progress::done, fresh.done)
            .set(&text_progress::revision, fresh.revision));
  auto const written = co_await core.store->write(who, std::move(b));
  if (!written && written.error().code == errc::unsupported) co_return fresh;  // of an engine that only reads
  if (!written) throw error(written.error());
  co_return (co_await core.records<text_progress>(who).get(fresh.what)).value();
}

task<text_progress> progress_of(engine_core const& core, scope who) {
  auto found = co_await core.records<text_progress>(who).get(std::string(of_messages));
  if (found) co_return std::move(*found);
  if (found.error().code == errc::data_loss) co_return co_await begin_anew(core, who);
  if (found.error().code != errc::not_found) throw error(found.error());
  co_return begun_with(0);
}

void put_progress(batch& b, text_progress next) {
  auto const seen = next.revision++;
  if (seen == 0) b.add(insert(next));
  else
    b.add(update<text_progress>(next.what)
              .set(&text_progress::place, next.place)
              .set(&text_progress::since, next.since)
              .set(&text_progress::done, next.done)
              .set(&text_progress::revision, next.revision)
              .when(&text_progress::revision, seen));
}

// The chats whose messages a batch adds texts of must be there when it is written.
task<void> add_texts(engine_core const& core, scope who, std::vector<message> const& all, batch& b) {
  std::map<chat_id, std::optional<user_id>> owners;
  for (auto const& one : all) {
    if (one.state == message_state::streaming) continue;
    if (!owners.contains(one.chat_id)) {
      auto const owner = co_await owner_of(core, who, one.chat_id);
      owners.emplace(one.chat_id, owner);
      if (owner) b.add(require<chat>(one.chat_id).when(&chat::state, chat_state::active));
    }
    if (auto const owner = owners.at(one.chat_id)) add_text(b, *owner, one);
  }
}

task<text_step> write_with_progress(engine_core& core, scope who, batch b, text_progress next) {
  bool const ends = next.done;
  put_progress(b, std::move(next));
  auto const written = co_await core.store->write(who, std::move(b));
  // A chat was removed meanwhile, or another server was quicker.
  if (!written && is_worth_another_look(written.error())) co_return text_step::overtaken;
  if (!written) throw error(written.error());
  co_return ends ? text_step::none_left : text_step::written;
}

// Whether its text, if it is there, was written when it ended: a question gets one with each answer to it, and a lost
// answer from whoever settles it.
bool tells_by_its_text(message const& one) {
  return one.role == role::assistant && one.state != message_state::streaming &&
         one.reason != message_reason::server_lost && !text_of(one.parts).empty();
}

// Whether every message came with its text, as its oldest answer did. None before there are messages.
task<std::optional<bool>> came_with_texts(engine_core& core, scope who) {
  query q = collection<message>::all().order({}, direction::ascending).limit(messages_at_once);
  auto const oldest = (co_await core.store->read(who, std::move(q))).value();
  if (oldest.items.empty()) co_return std::nullopt;
  auto const read = core.records<message>(who).readable(oldest);
  auto const answer = std::ranges::find_if(read, tells_by_its_text);
  if (answer == read.end()) co_return false;
  auto const text = co_await core.records<message_text>(who).get(answer->id);
  if (!text && text.error().code == errc::unavailable) throw error(text.error());
  co_return text.has_value();
}

// Of a tenant that may be going nothing is left behind: with messages, the batch demands their chats. Where all came
// with their texts the newest alone does.
task<text_step> write_step(engine_core& core, scope who) {
  auto progress = co_await progress_of(core, who);
  if (progress.done) co_return text_step::none_left;
  if (progress.revision == 0) {
    auto const complete = co_await came_with_texts(core, who);
    if (!complete) co_return text_step::none_left;
    progress.done = *complete;
  }
  query q = collection<message>::all().limit(progress.done ? 1 : messages_at_once);
  if (progress.place) {
    row place(1, value(progress.place->value));
    q = std::move(q).after(std::move(place));
  }
  auto reading = detail::read_to_a_place(*core.store, who, description_of<message>(), std::move(q));
  auto const found = (co_await std::move(reading)).value();
  auto const read = core.records<message>(who).readable(found);
  batch b;
  co_await add_texts(core, who, read, b);
  if (!progress.done) {
    auto const last = last_id_of(found);
    progress.done = !found.more;
    if (last) progress.place = message_id{*last};
    if (!read.empty()) progress.since = latest_time_up_to(read.back().id, read.back().created_at);
  }
  co_return co_await write_with_progress(core, who, std::move(b), std::move(progress));
}

}  // namespace

timestamp latest_time_up_to(message_id last, timestamp created_at) {
  return std::max(created_at, time_of(last.value).value_or(created_at));
}

void add_text(batch& b, user_id owner, message const& said) {
  message_text found_by;
  found_by.text = beginning_of(text_of(said.parts));
  if (found_by.text.empty()) return;
  found_by.id = said.id;
  found_by.chat_id = said.chat_id;
  found_by.owner_id = owner;
  found_by.role = said.role;
  found_by.marks = mark_of(said.chat_id);
  found_by.created_at = said.created_at;
  // Without members to add, a row that is there is left alone.
  b.add(increment(found_by));
}

text_query texts_with(user_id owner, std::string_view searched, std::optional<chat_id> in) {
  std::string text(searched);
  // A mark alone would find everything.
  if (in && !search_words(searched).empty()) text += ' ' + mark_of(*in);
  text_query q(description_of<message_text>().table, std::move(text));
  q = std::move(q).where(where(&message_text::owner_id, owner));
  return in ? std::move(q).where(where(&message_text::chat_id, *in)) : q;
}

task<bool> write_texts_of_before(engine_core& core, scope who) {
  int lost = 0;
  for (int i = 0; i < steps_at_once && core.closing.value() == 0; ++i) {
    auto const outcome = co_await write_step(core, who);
    if (outcome == text_step::none_left) co_return false;
    lost = outcome == text_step::overtaken ? lost + 1 : 0;
    if (lost == lost_races) co_return false;
  }
  co_return true;
}

task<std::optional<timestamp>> texts_since(engine_core& core, scope who) {
  auto progress = co_await progress_of(core, who);
  if (progress.done) co_return std::nullopt;
  // Nobody has looked at a new tenant yet: one step ends what has hardly begun.
  if (progress.revision == 0) {
    std::ignore = co_await as_result(write_step(core, who));
    progress = co_await progress_of(core, who);
  }
  bool const has_messages = progress.revision > 0;
  if (progress.done || !has_messages) co_return std::nullopt;
  co_return progress.since.value_or(core.clock->now());
}

}  // namespace sambung
