#!/usr/bin/env python3
"""doxygen_filter.py HEADER: prints a header with its plain comments in the form that Doxygen reads.

Only comments that belong to something are turned: the one at the top of the file, those on the lines directly before a
declaration, and those behind one. What stands in the body of a function is left alone. A block that is indented in a
comment is shown as it is. Lines keep their numbers, so that warnings point to the header itself. A const behind its type
goes in front of it.

  doxygen_filter.py --self-test  that it turns what it should and nothing else
"""

import pathlib
import re
import sys

SCOPE = re.compile(r"\b(namespace|class|struct|union|enum)\b")
SPECIAL = re.compile(r"[\\@<>#&%*`]|(?<![\w>]):(?=:)")
# Doxygen 1.9 does not join a declaration and its definition where const is behind the type.
CONST_BEHIND = re.compile(r"([\w:]+(?:<[^<>]*>)?) const(?=[&*])")
COMMENT = re.compile(r"^(\s*)// ?(.*)$")
# Strings and characters first: a "//" in them is no comment. A ' between digits is none of either.
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|(?<![0-9A-Fa-f])\'(?:\\.|[^\'\\])*\'|//.*|[{};]')


def is_scope(opening: str) -> bool:
    """Whether what stands before a brace opens a place for declarations."""
    plain = re.sub(r"<[^<>]*>", "", re.sub(r"<[^<>]*>", "", opening))
    return bool(SCOPE.search(plain)) and "(" not in plain and "=" not in plain


def escaped(text: str) -> str:
    """Text in which Doxygen finds no command, tag or link of its own; code in backticks stays as it is."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return SPECIAL.sub(r"\\\g<0>", text)
    return "`".join(p if i % 2 else SPECIAL.sub(r"\\\g<0>", p) for i, p in enumerate(pieces))


def as_block(lines: list[str], command: str) -> list[str]:
    """The lines of a comment, as many as there were. What is indented, and empty lines within that, is verbatim."""
    texts = [COMMENT.match(line)[2] for line in lines]
    shown = [text.startswith("  ") for text in texts]
    for i in range(1, len(texts) - 1):
        shown[i] = shown[i] or (not texts[i] and shown[i - 1] and shown[i + 1])
    out = [text.replace("*/", "* /") if raw else escaped(text) for text, raw in zip(texts, shown)]
    for i, raw in enumerate(shown):
        if raw and i == 0:
            out[i] = "@verbatim" + out[i]
        elif raw and not shown[i - 1]:
            out[i - 1] += " @verbatim"
        elif not raw and i > 0 and shown[i - 1]:
            out[i] = "@endverbatim " + out[i]
    if shown[-1]:
        out[-1] += " @endverbatim"
    out[0] = f"/** {command}{out[0]}"
    out[-1] += " */"
    return [line.rstrip() for line in out]


def turned(source: str, name: str) -> str:
    lines = source.split("\n")
    out: list[str] = []
    scopes: list[bool] = []  # of each open brace: whether it holds declarations
    opening = ""  # what was read since the last brace or semicolon
    block: list[str] = []
    at_top = True

    def end_block(documents: bool) -> None:
        nonlocal block
        if block:
            command = f"@file {name} " if at_top else ""
            out.extend(as_block(block, command) if documents else block)
        block = []

    for line in lines:
        if COMMENT.match(line) and all(scopes):
            block.append(line)
            continue
        if block:
            nested = bool(opening.strip()) and not at_top  # in the middle of a declaration
            end_block(documents=at_top or (bool(line.strip()) and not line.startswith("#") and not nested))
        if line.strip():
            at_top = False
        declares, comment = all(scopes), None
        for token in TOKEN.finditer(line):
            if token[0].startswith("//"):
                comment = token
        code = line[: comment.start()] if comment else line
        position = 0
        for token in TOKEN.finditer(code):
            if token[0] not in "{};":
                continue
            opening += code[position : token.start()]
            position = token.end()
            if token[0] == "{":
                scopes.append(is_scope(opening))
            elif token[0] == "}" and scopes:
                scopes.pop()
            opening = ""
        if not code.lstrip().startswith("#"):
            opening += code[position:] + "\n"
        if code.rstrip().endswith(":") and code.strip() in ("public:", "private:", "protected:"):
            opening = ""
        declared = re.search(r"[,;{})\w]\s*$", code) and not re.match(r"\s*(namespace\b|[}]|#)", code)
        opens = code.rstrip().endswith("{")
        behind = line[len(code) :]
        if comment and declares and declared and not opens:
            behind = f"///< {escaped(comment[0][2:].strip())}"
        out.append(CONST_BEHIND.sub(r"const \1", code) + behind)
    end_block(documents=False)
    return "\n".join(out)


PLAIN = r'''// thing: what it is.
//
//   thing one(1);
//
// More.
#pragma once

// About nothing.

namespace a {

// What <it> does; see ada@example.com.
struct thing {
  int size = 0;  // bytes
  char const* url = "http://x";  // in "quotes"

  // Gives `<n>`.
  int count() const {
    // why
    return 1;  // one
  }
};

enum class mood {
  good,  // all is well
  bad,   // it is not
};

}  // namespace a
'''
TURNED = r'''/** @file a/thing.hpp thing: what it is.
 @verbatim
  thing one(1);
@endverbatim
More. */
#pragma once

// About nothing.

namespace a {

/** What \<it\> does; see ada\@example.com. */
struct thing {
  int size = 0;  ///< bytes
  const char* url = "http://x";  ///< in "quotes"

/** Gives `<n>`. */
  int count() const {
    // why
    return 1;  // one
  }
};

enum class mood {
  good,  ///< all is well
  bad,   ///< it is not
};

}  // namespace a
'''


def main() -> int:
    if sys.argv[1:] == ["--self-test"]:
        found = turned(PLAIN, "a/thing.hpp")
        if found != TURNED:
            print(f"self-test: turned into\n{found}")
        return 0 if found == TURNED else 1
    header = pathlib.Path(sys.argv[1])
    name = header.as_posix().rpartition("include/")[2]
    print(turned(header.read_text(encoding="utf-8"), name), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
