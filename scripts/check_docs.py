#!/usr/bin/env python3
"""check_docs.py: whether the pages of the repository hold together.

Three checks:
  decisions  docs/adr/README.md links to every decision exactly once, by its number and its title
  links      every relative link in a page points to a file that is there, and to a heading that is in it
  rooms      every folder in src/ has a README, which names the folders in it

  check_docs.py              all three, for the repository
  check_docs.py --self-test  that each finds a fault that is planted
"""

import collections
import pathlib
import re
import subprocess
import sys
import tempfile

FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
DECISION = re.compile(r"^\| (\d+) \| \[([^\]]+)\]\(([^)]+)\) \|", re.MULTILINE)
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def pages(root: pathlib.Path) -> list[pathlib.Path]:
    """What git knows or would add, but for what tests read; outside a repository, every page there is."""
    found = subprocess.run(["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
                           capture_output=True, text=True, check=False)
    if found.returncode != 0:
        return sorted(root.rglob("*.md"))
    return sorted(path for path in map(root.joinpath, found.stdout.splitlines())
                  if path.exists() and "corpus" not in path.parts)


def prose(page: pathlib.Path) -> str:
    return FENCED.sub("", page.read_text(encoding="utf-8"))


def anchors(page: pathlib.Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: set[str] = set()
    seen: collections.Counter[str] = collections.Counter()
    for heading in HEADING.findall(prose(page)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        anchor = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        found.add(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
        seen[anchor] += 1
    return found


def link_faults(root: pathlib.Path) -> list[str]:
    faults = []
    for page in pages(root):
        shown = page.relative_to(root)
        for link in LINK.findall(CODE.sub("", prose(page))):
            if ELSEWHERE.match(link):
                continue
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            if not target.is_relative_to(root) or not target.exists():
                faults.append(f"{shown}: {link}: no such file")
            elif anchor and target.suffix == ".md" and anchor not in anchors(target):
                faults.append(f"{shown}: {link}: no such heading")
    return faults


def decision_faults(root: pathlib.Path) -> list[str]:
    folder = root / "docs/adr"
    index = folder / "README.md"
    if not index.exists():
        return ["docs/adr/README.md: is missing"]
    listed = collections.defaultdict(list)
    for number, title, file in DECISION.findall(index.read_text(encoding="utf-8")):
        listed[file].append((int(number), title))
    faults = []
    for page in sorted(folder.glob("[0-9]*.md")):
        title = HEADING.search(page.read_text(encoding="utf-8"))[1]
        number = int(page.name.split("-")[0])
        expected = (number, title.removeprefix(f"{number}. "))
        entries = listed.pop(page.name, [])
        if len(entries) != 1:
            faults.append(f"docs/adr/README.md: {page.name} is listed {len(entries)} times")
        elif entries[0] != expected:
            faults.append(f'docs/adr/README.md: {page.name} is "{expected[0]}. {expected[1]}"')
    return faults + [f"docs/adr/README.md: {file} is not a decision" for file in listed]


def room_faults(root: pathlib.Path) -> list[str]:
    faults = []
    for room in sorted(path for path in (root / "src").iterdir() if path.is_dir()):
        readme = room / "README.md"
        if not readme.exists():
            faults.append(f"src/{room.name}: has no README.md")
            continue
        text = readme.read_text(encoding="utf-8")
        for inner in sorted(path for path in room.iterdir() if path.is_dir()):
            if f"`{inner.name}/`" not in text:
                faults.append(f"src/{room.name}/README.md: does not name `{inner.name}/`")
    return faults


def all_faults(root: pathlib.Path) -> list[str]:
    return decision_faults(root) + link_faults(root) + room_faults(root)


PLANTED = {
    "docs/adr/0001-first.md": "# 1. The first\n",
    "docs/adr/0002-second.md": "# 2. The second\n",
    "docs/adr/0003-third.md": "# 3. The third\n",
    "docs/adr/README.md": "| 1 | [The first](0001-first.md) | so |\n| 2 | [Another](0002-second.md) | so |\n"
                          "| 4 | [Gone](0004-gone.md) | so |\n",
    "README.md": "# Top\n\n## A `b` & c\n\n[good](docs/adr) [good](#a-b--c) [bad](no.md) [bad](docs/adr/0001-first.md#no)\n"
                 "[good](https://example.com/no.md)\n```\n[not a link](no.md)\n```\n`[nor this](no.md)`\n",
    "src/core/README.md": "# core\n",
    "src/storage/README.md": "# storage\n\n`sqlite/`\n",
    "src/storage/sqlite/a.cpp": "",
    "src/storage/memory/a.cpp": "",
    "src/rpc/a.cpp": "",
}
EXPECTED = [
    'docs/adr/README.md: 0002-second.md is "2. The second"',
    "docs/adr/README.md: 0003-third.md is listed 0 times",
    "docs/adr/README.md: 0004-gone.md is not a decision",
    "README.md: no.md: no such file",
    "README.md: docs/adr/0001-first.md#no: no such heading",
    "docs/adr/README.md: 0004-gone.md: no such file",
    "src/rpc: has no README.md",
    "src/storage/README.md: does not name `memory/`",
]


def self_test() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder).resolve()
        for name, text in PLANTED.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        found = all_faults(root)
    missed = [f"self-test: not found: {e}" for e in EXPECTED if e not in found]
    return missed + [f"self-test: should not be found: {f}" for f in found if f not in EXPECTED]


def main() -> int:
    root = pathlib.Path(__file__).resolve().parent.parent
    faults = self_test() if "--self-test" in sys.argv[1:] else all_faults(root)
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
