"""C3's peer: Jinja2. Prints one line of JSON: nanoseconds a rendering, and to compile."""

import json
import time

import jinja2

VARIABLES = 20
SENTENCE = "Answer in the way that is asked for here, and mind what was said of it before: "


def best_ns(times, once):
    best = float("inf")
    for _ in range(9):
        begin = time.perf_counter_ns()
        for _ in range(times):
            once()
        best = min(best, (time.perf_counter_ns() - begin) / times)
    return best


text = "".join(SENTENCE + "{{variable_%d}}.\n" % i for i in range(VARIABLES))
values = {f"variable_{i}": f"value number {i}" for i in range(VARIABLES)}
environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
template = environment.from_string(text)
assert template.render(values) == "".join(f"{SENTENCE}value number {i}.\n" for i in range(VARIABLES))
print(json.dumps({"render_ns": best_ns(2_000, lambda: template.render(values)),
                  "compile_ns": best_ns(20, lambda: jinja2.Environment().from_string(text))}))
