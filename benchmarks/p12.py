"""P12: what including Sambung costs a compiler, and how large the first example is."""

import resource
import subprocess

from harness import BUILD, ROOT, SYSTEM_CORE, Row, Settings, pinned, ratio_of, scratch

HEADERS = {"boost/asio/awaitable.hpp": [], "sambung/sambung.hpp": []}


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def compile_seconds(header: str, folder) -> float:
    unit = folder / "unit.cpp"
    unit.write_text(f"#include <{header}>\n")
    before = cpu_of_children()
    subprocess.run(pinned(SYSTEM_CORE, ["g++", "-std=c++20", "-O2", "-I", ROOT / "include", "-c", unit, "-o", folder / "unit.o"]),
                   check=True)
    return cpu_of_children() - before


def run(settings: Settings) -> list[Row]:
    times = {header: [] for header in HEADERS}
    example = BUILD / "examples/example_01_chat"
    with scratch() as folder:
        for header in times:
            compile_seconds(header, folder)  # warm the page cache
        for _ in range(max(settings.rounds, 3)):
            for header in times:
                times[header].append(compile_seconds(header, folder))
        stripped = folder / "01_chat"
        subprocess.run(["strip", "-o", stripped, example], check=True)
        sizes = {"01_chat": example.stat().st_size, "01_chat, stripped": stripped.stat().st_size}
    ratio = ratio_of(times["sambung/sambung.hpp"], times["boost/asio/awaitable.hpp"])
    return [
        Row("P12", "#include", "boost/asio/awaitable.hpp", times["boost/asio/awaitable.hpp"], "CPU s"),
        Row("P12", "#include", "sambung/sambung.hpp", times["sambung/sambung.hpp"], "CPU s", f"{ratio:.2f}x", "2.5x", ratio <= 2.5),
        *(Row("P12", "link size", name, [size / 1024], "KiB") for name, size in sizes.items()),
    ]
