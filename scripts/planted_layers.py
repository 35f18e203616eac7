"""planted_layers: a small tree with a fault of each kind, which check_layers.py has to find."""

import pathlib
import tempfile
from collections.abc import Callable

PLANTED = {
    "include/sambung/core/id.hpp": "#include <string>\n",
    "include/sambung/core/bad.hpp": "#include <sambung/services/chats/chats.hpp>\n",
    "include/sambung/services/chats/chats.hpp": """#include <sambung/core/id.hpp>
class engine_core;
class chats {
 public:
  explicit chats(engine_core* core);

 private:
  engine_core* core_;
};
""",
    "src/storage/memory.cpp": '#include "services/chats/chats.hpp"\n#include <sambung/core/id.hpp>\n',
    "src/storage/memory.hpp": "namespace sambung {\nstruct twin {\n};\n}  // namespace sambung\n",
    "src/security/twin.hpp": "namespace sambung {\nclass twin final : public x {\n};\nnamespace {\nclass y {\n};\n}  // namespace\n}  // namespace sambung\n",
    "src/limiter/y.hpp": "namespace sambung {\nnamespace {\nclass y {\n};\n}  // namespace\n}  // namespace sambung\n",
    "src/provider/vendors/openai.cpp": '#include "provider/wires/ollama_wire.hpp"\n',
    "src/provider/vendors/openai.hpp": "#pragma once\n",
    "src/provider/wires/ollama_wire.hpp": "#pragma once\n",
    "src/services/chats/chats.hpp": "#include <sambung/core/id.hpp>\n",
    "src/services/chats/chats.cpp": "auto mine = scope_access::system();\n",
    "src/services/chats/orphan.cpp": "\n",
    "src/attic/old.hpp": "#pragma once\n",
    "include/sambung/provider/direct.hpp": "#include <openssl/ssl.h>\n",
    "include/sambung/provider/indirect.hpp": "#include <sambung/provider/direct.hpp>\n",
}
EXPECTED = [
    "include/sambung/core/bad.hpp: core may not include sambung/services/chats/chats.hpp",
    "src/storage/memory.cpp: storage may not include services/chats/chats.hpp",
    "src/provider/vendors/openai.cpp: the openai provider adapter may not include provider/wires/ollama_wire.hpp of the ollama",
    "src/attic/old.hpp: attic is not a room",
    "src/services/chats/chats.cpp: scopes are made in services/base/access.cpp",
    "src/services/chats/orphan.cpp: has no header",
    "sambung::twin is defined in src/security/twin.hpp and src/storage/memory.hpp",
    "include/sambung/services/chats/chats.hpp: engine_core is internal: explicit chats(engine_core* core);",
    "include/sambung/provider/direct.hpp: pulls in ",
    "include/sambung/provider/indirect.hpp: pulls in ",
]


def misses(faults_of: Callable[[pathlib.Path], list[str]]) -> list[str]:
    """What the check does not find in the tree, and what it finds too much."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder).resolve()
        for name, text in PLANTED.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        found = faults_of(root)
    missed = [f"self-test: not found: {e}" for e in EXPECTED if not any(f.startswith(e) for f in found)]
    surplus = [f"self-test: should not be found: {f}" for f in found if not f.startswith(tuple(EXPECTED))]
    return missed + surplus
