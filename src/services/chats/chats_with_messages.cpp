#include <sambung/services/chats/chats.hpp>

#include "services/chats/message_pages.hpp"

#include <algorithm>

namespace sambung {
namespace {

// What a page of chats may still have.
struct message_room {
  std::size_t messages = max_messages_with_chats;
  std::size_t bytes = max_read_bytes;

  void take(std::vector<message> const& read) {
    messages -= read.size();
    std::size_t sum = 0;
    for (auto const& one : read) sum += content_bytes(one.parts);
    bytes -= std::min(bytes, sum);
  }
};

task<chat_with_messages> with_messages(chat_access const& access, chat home, message_room& room) {
  auto start = co_await path_from(access, home, std::nullopt);
  auto const limit = std::min(room.messages, max_page_size);
  auto said = co_await page_of_path(access, std::move(start), limit, room.bytes);
  room.take(said.items);
  chat_with_messages out;
  static_cast<chat&>(out) = std::move(home);
  out.messages = std::move(said.items);
  out.messages_cursor = std::move(said.next_cursor);
  out.messages_damaged = static_cast<std::int64_t>(said.damaged);
  co_return out;
}

task<page<chat_with_messages>> read_with_messages(core_ptr core, principal who, page<chat> found) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  page<chat_with_messages> out;
  out.next_cursor = std::move(found.next_cursor);
  out.damaged = found.damaged;
  message_room room;
  for (auto& home : found.items) out.items.push_back(co_await with_messages(access, std::move(home), room));
  co_return out;
}

// Lists first, as list() does: a verb's operation holds what it needs.
task<page<chat_with_messages>> list_with_messages_of(chats desk, core_ptr core, principal who, page_request which,
                                                     chat_list_options what) {
  auto found = co_await desk.list(std::move(which), what);
  co_return co_await read_with_messages(std::move(core), std::move(who), std::move(found));
}

}  // namespace

task<page<chat_with_messages>> chats::list_with_messages(page_request which, chat_list_options what) const {
  return list_with_messages_of(*this, core_, who_, std::move(which), std::move(what));
}

}  // namespace sambung
