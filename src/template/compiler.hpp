// compiler: from texts to a program.
#pragma once

#include "template/grammar.hpp"
#include "template/program.hpp"

#include <map>
#include <set>
#include <unordered_map>
#include <utility>

namespace sambung::templating {

class compiler {
 public:
  // Lifetime: both outlive it.
  compiler(std::vector<prompt_variable> const& declared, include_resolver const& includes);

  void add(std::string_view text, std::string path);
  template_compilation finish() &&;

 private:
  // An #if that is open.
  struct branch {
    std::size_t offset;  // of the #if, in its text
    std::size_t jump;    // the segment that jumps over what is being read
    bool has_else = false;
  };
  // A text that is being read.
  struct source {
    std::string_view text;
    std::string_view id;         // empty for one that nothing includes
    std::string_view reference;  // by which it is included
    std::vector<branch> open;
  };

  void read(source& in);
  void take(source& in, mark const& one);
  void take_literal(std::string_view text);
  void take_variable(mark const& one);
  void open_if(source& in, mark const& one);
  void turn_to_else(source& in, mark const& one);
  void close_if(source& in, mark const& one);
  void include(source& in, mark const& one);
  result<included_template> const& resolved(source const& in, std::string_view reference);
  bool may_include(included_template const& found, mark const& one);
  void adopt(std::string const& id, std::vector<prompt_variable> const& theirs, mark const& one);

  std::optional<std::uint32_t> slot_of(std::string_view name);
  void emit(step what, std::size_t a, std::size_t b = 0);
  void end_jump(branch const& of);
  void fault(std::size_t offset, std::string why);
  bool is_given_up() const;

  std::vector<prompt_variable> const& declared_;
  include_resolver const& includes_;
  // What references mean, by the text that they stand in. Texts that are read more than once are views of these.
  std::map<std::pair<std::string_view, std::string_view>, result<included_template>> resolved_;
  std::shared_ptr<program> made_ = std::make_shared<program>();
  std::unordered_map<std::string, std::uint32_t> slots_;
  std::vector<bool> used_;         // by slot
  std::set<std::string> adopted_;  // ids of texts whose variables were
  std::vector<source*> reading_;   // the outermost first
  std::size_t outer_offset_ = 0;   // where the outermost text includes what is being read
  std::size_t bytes_read_ = 0;
  std::size_t landing_ = 0;  // jumps lead to here at most: no literal before it grows
  std::string path_;
  template_compilation out_;
};

}  // namespace sambung::templating
