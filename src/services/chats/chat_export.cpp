#include <sambung/services/chats/chat_export.hpp>

#include <sambung/services/chats/chats.hpp>

#include "services/chats/chat_document.hpp"
#include "services/chats/message_pages.hpp"

#include <algorithm>
#include <vector>

namespace sambung {

// A path is read from its leaf and a document begins at the root: the whole path is walked once, and of it is kept
// where each piece begins.
class chat_export::source {
 public:
  // Of so many messages, the newest first.
  struct piece {
    message_id newest;
    std::size_t messages = 0;
  };

  // Lifetime: no piece needs the access that it was made by.
  source(core_ptr core, scope rows, chat home, export_format as) : core_(std::move(core)), rows_(rows) {
    home_ = std::move(home);
    writer_ = chat_writer_for(as);
  }

  task<void> walk(path_start start) {
    damaged_ = start.damaged;
    if (!start.first) co_return;
    message_path path(*core_, rows_, std::move(*start.first), messages_at_once);
    std::size_t bytes = 0;
    while (auto const next = co_await path.next()) {
      if (left_.empty() || bytes >= piece_bytes || left_.back().messages == messages_at_once) {
        left_.push_back({next->id, 0});
        bytes = 0;
      }
      bytes += content_bytes(next->parts);
      ++left_.back().messages;
    }
    damaged_ += path.damaged();
  }

  std::size_t damaged() const { return damaged_; }

  // What is read lives as long as its reading.
  static task<std::optional<std::string>> read(std::shared_ptr<source> from) {
    if (from->place_ == place::behind) co_return std::nullopt;
    if (from->place_ == place::before) {
      from->place_ = place::inside;
      co_return from->writer_->head(from->home_, from->damaged_);
    }
    if (from->left_.empty()) {
      from->place_ = place::behind;
      auto end = from->writer_->end();
      if (end.empty()) co_return std::nullopt;
      co_return end;
    }
    auto const said = co_await from->messages_of(from->left_.back());
    from->left_.pop_back();
    std::string text;
    for (auto const& one : said) text += from->writer_->said(one);
    co_return text;
  }

 private:
  enum class place { before, inside, behind };
  static constexpr std::size_t messages_at_once = 100;
  static constexpr std::size_t piece_bytes = 256 * 1'024;

  // The oldest first.
  task<std::vector<message>> messages_of(piece of) {
    auto newest = (co_await readable_message(*core_, rows_, of.newest)).value();
    message_path path(*core_, rows_, std::move(newest), of.messages);
    std::vector<message> said;
    while (said.size() < of.messages) {
      auto next = co_await path.next();
      if (!next) break;
      said.push_back(co_await with_flushed_text(*core_, rows_, std::move(*next)));
    }
    std::ranges::reverse(said);
    co_return said;
  }

  core_ptr core_;
  scope rows_;
  chat home_;
  std::unique_ptr<chat_writer> writer_;
  std::vector<piece> left_;  // the oldest last
  std::size_t damaged_ = 0;
  place place_ = place::before;
};

namespace {

task<chat_export> begin_export(core_ptr core, principal who, chat_id id, export_format as,
                               std::optional<message_id> leaf) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  auto home = co_await access.own(id);
  auto start = co_await path_from(access, home, leaf);
  auto from = std::make_shared<chat_export::source>(core, access.rows(), std::move(home), as);
  co_await from->walk(std::move(start));
  co_return chat_export(std::move(from));
}

}  // namespace

chat_export::chat_export() noexcept = default;
chat_export::chat_export(std::shared_ptr<source> from) : from_(std::move(from)) {}
chat_export::chat_export(chat_export&&) noexcept = default;
chat_export& chat_export::operator=(chat_export&&) noexcept = default;
chat_export::~chat_export() = default;

std::shared_ptr<chat_export::source> const& chat_export::demanded() const {
  if (!from_) throw error(errc::invalid_argument, "this export reads nothing: it was made empty, or moved from");
  return from_;
}

task<std::optional<std::string>> chat_export::next() { return source::read(demanded()); }

std::size_t chat_export::damaged() const { return demanded()->damaged(); }

task<chat_export> chats::export_chat(chat_id id, export_format as, std::optional<message_id> leaf) const {
  return begin_export(core_, who_, id, as, leaf);
}

}  // namespace sambung
