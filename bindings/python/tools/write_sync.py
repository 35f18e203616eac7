"""Makes the sync face from the asyncio face: `write_sync.py FROM TO` reads FROM/*.py and writes TO/*.py.

Whatever waits stops waiting: `async def`, `async for`, `async with`, `await`, the Async names, `aclose`, and what
comments and docstrings say of these. Everything else stays as it is, layout included. The result is compared with
what a transformation of the syntax tree gives, so that a rename in the text can never say something else.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from pathlib import Path

BY_HAND = {"__init__.py", "_core.py"}

NAMES = {
    "aclose": "close",
    "anext": "next",
    "aiter": "iter",
    "open_async": "open",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "StopAsyncIteration": "StopIteration",
}

HEADER = "# Generated from _async/{name} by tools/write_sync.py: change that file.\n"

Place = tuple[int, int]


def sync_name(name: str) -> str:
    """What a name of the asyncio face is called in the sync face."""
    if name in NAMES:
        return NAMES[name]
    return re.sub(r"^(_*)Async(?=[A-Z])", r"\1", name)


def sync_words(text: str) -> str:
    """Names and keywords in a comment, a docstring or a hint that is quoted."""
    text = re.sub(r"\b(?:await|async(?= (?:for|with|def)\b)) ", "", text)
    return re.sub(r"\w+", lambda word: sync_name(word.group()), text)


class Tree(ast.NodeTransformer):
    """The same on the syntax tree."""

    def visit_Await(self, node: ast.Await) -> ast.AST:
        return self.visit(node.value)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._with_name(ast.FunctionDef(**self._parts(node)))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._with_name(ast.FunctionDef(**self._parts(node)))

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        return ast.For(**self._parts(node))

    def visit_AsyncWith(self, node: ast.AsyncWith) -> ast.AST:
        return ast.With(**self._parts(node))

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        return ast.comprehension(**{**self._parts(node), "is_async": 0})

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(sync_name(node.id), node.ctx)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        return ast.Attribute(self.visit(node.value), sync_name(node.attr), node.ctx)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._with_name(ast.ClassDef(**self._parts(node)))

    def visit_alias(self, node: ast.alias) -> ast.AST:
        return ast.alias(sync_name(node.name), node.asname and sync_name(node.asname))

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg(**{**self._parts(node), "arg": sync_name(node.arg)})

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        return ast.keyword(node.arg and sync_name(node.arg), self.visit(node.value))

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant(sync_words(node.value)) if isinstance(node.value, str) else node

    def _with_name(self, node: ast.FunctionDef | ast.ClassDef) -> ast.AST:
        node.name = sync_name(node.name)
        return node

    def _parts(self, node: ast.AST) -> dict[str, object]:
        parts: dict[str, object] = {}
        for name, value in ast.iter_fields(node):
            if isinstance(value, list):
                parts[name] = [self.visit(one) if isinstance(one, ast.AST) else one for one in value]
            else:
                parts[name] = self.visit(value) if isinstance(value, ast.AST) else value
        return parts


def sync_source(source: str, name: str) -> str:
    """The sync face of one module of the asyncio face."""
    lines = source.splitlines(keepends=True)
    edits: list[tuple[Place, Place, str]] = []
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    for i, token in enumerate(tokens):
        if token.type == tokenize.NAME and token.string in ("async", "await"):
            edits.append((token.start, tokens[i + 1].start, ""))
        elif token.type == tokenize.NAME and sync_name(token.string) != token.string:
            edits.append((token.start, token.end, sync_name(token.string)))
        elif token.type in (tokenize.STRING, tokenize.COMMENT):
            edits.append((token.start, token.end, sync_words(token.string)))
    made = HEADER.format(name=name) + _edited(lines, edits)
    expected = ast.dump(Tree().visit(ast.parse(source)))
    if ast.dump(ast.parse(made)) != expected:
        raise SystemExit(f"write_sync.py: {name}: the text and the syntax tree disagree")
    return made


def _edited(lines: list[str], edits: list[tuple[Place, Place, str]]) -> str:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    text = "".join(lines)
    for begin, end, instead in sorted(edits, reverse=True):
        first, last = starts[begin[0] - 1] + begin[1], starts[end[0] - 1] + end[1]
        text = text[:first] + instead + text[last:]
    return text


def main(arguments: list[str]) -> None:
    if len(arguments) != 2:
        raise SystemExit("usage: write_sync.py FROM TO")
    source, target = Path(arguments[0]), Path(arguments[1])
    target.mkdir(parents=True, exist_ok=True)
    made = {path.name for path in source.glob("*.py")} - BY_HAND
    for old in target.glob("*.py"):
        if old.name not in made | BY_HAND:
            old.unlink()
    for name in sorted(made):
        (target / name).write_text(sync_source((source / name).read_text(), name))


if __name__ == "__main__":
    main(sys.argv[1:])
