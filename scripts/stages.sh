# The stages of scripts/test. Each is a function that fails or prints how many tests passed in any form that tally.py knows.

# Three rows, which run beside each other, each in the order in which it gets ready: what compiles, what C++ tests, and what uses
# Sambung from elsewhere.
builds=(build asan_build tsan_build fuzz_build)
runs=(check unit services threads conformance mistakes integration security faults asan tsan)
users=(clients page python snippets install examples fuzz)
# Only by their names.
by_name=(coverage mutations tidy python_asan python_tsan)

# What has to be built before.
declare -A needs=([asan]=asan_build [tsan]=tsan_build [fuzz]=fuzz_build)
for stage in asan_build tsan_build fuzz_build unit services threads conformance mistakes integration security faults clients page snippets install examples python; do
  needs[$stage]=build
done

# What scripts/test --long does instead of, and beside, the rest; docs/testing.md says how long it takes.
long() {
  export SAMBUNG_KILL_POINTS=2000 SAMBUNG_POWER_LOSS_STATES=10000 SAMBUNG_IO_FAULTS=100000 SAMBUNG_SYSTEM_FAULTS=20
  export SAMBUNG_UNKNOWN_OUTCOMES=1000 SAMBUNG_POSTGRES_WRITES=100000 SAMBUNG_POSTGRES_KILLS=50
  export SAMBUNG_SEARCH_MESSAGES=1000000 SAMBUNG_TSAN_SERVICES=1
  export SAMBUNG_INSTALL_LTO=1 SAMBUNG_PYTHONS=all
  export SAMBUNG_PYTHON_GROWTH=100 SAMBUNG_PYTHON_KILLS=200 SAMBUNG_PYTHON_POWER_LOSSES=2000
  export SAMBUNG_PROBES=100000 SAMBUNG_CANARY_REQUESTS=10000 SAMBUNG_OPERATIONS=1000000 SAMBUNG_CONTEXT_CASES=10000
  export SAMBUNG_FUZZ_SECONDS=${SAMBUNG_FUZZ_SECONDS:-1800} SAMBUNG_TEST_SECONDS=36000
  runs+=(mutations)
}

stage_check() { scripts/check; }

stage_build() { build release; }

stage_unit() {
  in_parts release unit
  gtest release canary
}
# What needs an engine, on every backend.
stage_services() {
  local backend
  for backend in memory: sqlite: postgresql:; do
    SAMBUNG_TEST_STORAGE=$backend in_parts release services
  done
}
stage_threads() { gtest release threads; }
stage_conformance() { gtest release conformance; }
stage_mistakes() { gtest release mistakes; }
stage_integration() { gtest release integration; }
stage_security() { gtest release security; }
stage_faults() { gtest release faults; }
stage_clients() { tests/clients/run "$PWD/build/release/examples/sambung-server"; }
stage_page() { examples/server/web/tests/run "$PWD/build/release/examples/sambung-server"; }
stage_snippets() { scripts/snippets.py build/release; }
stage_install() { tests/install/run build/release; }
stage_examples() { ctest --test-dir build/release -R '^example_' --output-on-failure; }

# The Python package by the system's interpreter, or by SAMBUNG_PYTHON: its tests beside the sources, then as people install it.
# The preset has the flags of "release": the compiler cache knows all but the module itself. With SAMBUNG_PYTHONS=all the
# tests run by every other interpreter that is found, too.
stage_python() {
  local python=build/python-tests/bin/python other
  python_environment "$python"
  build python
  python_tests "$python" build/python
  scripts/python_package.py "$python" | tee build/logs/python_package.log
  grep 'from the compiler cache' build/logs/python_package.log >build/logs/python.report
  [ "${SAMBUNG_PYTHONS:-}" = all ] || return 0
  for other in $(other_pythons "$python"); do python_tests_by "$other"; done
}

# python_tests PYTHON BUILD [ARGUMENT...]: the suite, by an environment's interpreter, on the package in a build tree.
python_tests() {
  local python=$1 built=$2
  shift 2
  PYTHONPATH=$PWD/$built/python timeout --signal=INT --kill-after=10 "${SAMBUNG_TEST_SECONDS:-1200}" \
    "$python" -X dev -m pytest -q -ra -p no:cacheprovider --timeout=300 "${@:-bindings/python/tests}"
}

# python_tests_by INTERPRETER: in an environment and a build tree of its own.
python_tests_by() {
  local version python
  version=$(python_version "$1")
  python=build/python-tests-$version/bin/python
  SAMBUNG_PYTHON=$1 python_environment "$python"
  build_python "build/python-$version" python "$PWD/$python"
  python_tests "$python" "build/python-$version"
}

# build_python TREE PRESET PYTHON [OPTION...]: the package for an interpreter, in a build tree of its own.
build_python() {
  local tree=$1 preset=$2 python=$3
  shift 3
  if command -v mold >/dev/null; then export LDFLAGS=-fuse-ld=mold; fi
  cmake --preset "$preset" -B "$tree" -DPython_EXECUTABLE="$python" "$@" >&2
  cmake --build "$tree" --parallel "$(nproc)" --target sambung_python >&2
}

python_version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])'; }

# other_pythons PYTHON: one interpreter of each other version that the package is for, by its name on PATH, else as pyenv
# keeps it.
other_pythons() {
  local mine version candidate
  mine=$(python_version "$1")
  for version in 3.11 3.12 3.13 3.14; do
    [ "$version" != "$mine" ] || continue
    for candidate in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/"bin/python$version"; do
      if builds_modules "$candidate"; then
        command -v "$candidate"
        break
      fi
    done
  done
}

# Whether it runs (pyenv's own name of a version that is not chosen does not), and has the headers.
builds_modules() {
  "$1" -c 'import os, sysconfig; os.stat(os.path.join(sysconfig.get_path("include"), "Python.h"))' 2>/dev/null
}

# python_environment PYTHON: an environment with what the tests need; made anew when that, or the interpreter, has changed.
python_environment() {
  local folder=${1%/bin/python} wanted=bindings/python/tests/requirements.txt interpreter=${SAMBUNG_PYTHON:-/usr/bin/python3}
  if cmp -s <("$interpreter" --version && cat "$wanted") "$folder/made-of"; then return; fi
  rm -rf "$folder"
  "$interpreter" -m venv "$folder"
  "$folder/bin/pip" install -q --disable-pip-version-check -r "$wanted"
  { "$interpreter" --version && cat "$wanted"; } >"$folder/made-of"
}

# The module under AddressSanitizer and UndefinedBehaviorSanitizer, and what only has threads under ThreadSanitizer: the interpreter
# is not instrumented, so that their run-times are loaded before it. Leaks are for the tests in C++ to find: the interpreter
# itself leaves memory behind.
stage_python_asan() {
  export ASAN_OPTIONS=$symbols:detect_leaks=0:detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
  python_sanitized asan bindings/python/tests
}
stage_python_tsan() {
  export TSAN_OPTIONS=$symbols:halt_on_error=1:second_deadlock_stack=1:die_after_fork=0:suppressions=$PWD/scripts/tsan.suppressions
  python_sanitized tsan bindings/python/tests/test_{bridge,loops,native_callbacks,turns,tools,providers}.py
}

# python_sanitized PRESET TESTS...: without those of types, times and processor time, which say nothing here.
python_sanitized() {
  local preset=$1 python=build/python-tests/bin/python runtime
  shift
  python_environment "$python"
  build_python "build/python-$preset" "$preset" "$PWD/$python" -DSAMBUNG_BUILD_PYTHON=ON -DSAMBUNG_BUILD_TESTS=OFF \
    -DSAMBUNG_BUILD_TESTING=OFF -DSAMBUNG_BUILD_EXAMPLES=OFF -DSAMBUNG_INSTALL=OFF
  runtime=$(clang++-19 -print-file-name="libclang_rt.$preset-x86_64.so")
  export PYTHONMALLOC=malloc
  LD_PRELOAD=$runtime python_tests "$python" "build/python-$preset" "$@" \
    --deselect bindings/python/tests/test_typing.py --deselect bindings/python/tests/test_import.py -k 'not quick and not at_once'
}

# What reports and their suppressions name functions by.
symbols=external_symbolizer_path=$(command -v llvm-symbolizer-19 || true)

stage_asan_build() { build asan sambung_{unit,services,threads,conformance,mistakes,integration}_tests; }
stage_asan() {
  stage_asan_build
  unset SAMBUNG_OPERATIONS  # long enough without AddressSanitizer
  export ASAN_OPTIONS=$symbols:detect_stack_use_after_return=1:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1
  export LSAN_OPTIONS=suppressions=$PWD/scripts/lsan.suppressions:print_suppressions=0
  in_parts asan unit
  in_parts asan services
  gtest asan threads
  gtest asan conformance
  gtest asan mistakes
  gtest asan integration
}

# Where threads meet; --long adds the tests of services.
under_tsan() { echo ${SAMBUNG_TSAN_SERVICES:+services} threads mistakes; }
stage_tsan_build() {
  local folder targets=()
  for folder in $(under_tsan); do targets+=("sambung_${folder}_tests"); done
  build tsan "${targets[@]}"
}
stage_tsan() {
  local folder
  stage_tsan_build
  export TSAN_OPTIONS=$symbols:halt_on_error=1:second_deadlock_stack=1:die_after_fork=0:suppressions=$PWD/scripts/tsan.suppressions
  for folder in $(under_tsan); do gtest tsan "$folder"; done
}

stage_fuzz_build() { build fuzz fuzzers; }
# SAMBUNG_FUZZ_SECONDS for each target; two run at a time.
stage_fuzz() {
  stage_fuzz_build
  scripts/fuzz "${SAMBUNG_FUZZ_SECONDS:-5}"
}

# Lines that tests run, by room; those they do not: scripts/coverage.py ROOM.
stage_coverage() {
  local backend
  install_packages coverage
  build coverage sambung_{unit,services,threads,conformance,mistakes,integration,security,faults}_tests
  find build/coverage -name '*.gcda' -delete
  gtest coverage unit
  for backend in memory: sqlite: postgresql:; do
    SAMBUNG_TEST_STORAGE=$backend gtest coverage services
  done
  for folder in threads conformance mistakes integration security faults; do gtest coverage "$folder"; done
  scripts/coverage.py --measure --judge | tee build/logs/coverage.report
}

# Each defence removed, one after the other: something has to notice.
stage_mutations() { tests/security/mutations.py; }

# Some minutes for what the compilers' warnings mostly say already.
stage_tidy() {
  install_packages tidy
  build fuzz help >/dev/null
  run-clang-tidy-19 -quiet -p build/fuzz -j "$(nproc)" "$PWD/src/.*\.cpp"
}

# gtest PRESET FOLDER [ARGUMENT...]: runs the tests of tests/FOLDER; one that hangs is ended, and named.
gtest() {
  local preset=$1 folder=$2 launcher=(timeout --signal=ABRT --kill-after=10 "${SAMBUNG_TEST_SECONDS:-1200}")
  shift 2
  # Older ThreadSanitizers cannot start under a wide address space randomisation.
  if [ "$preset" = tsan ] && setarch -R true 2>/dev/null; then launcher+=(setarch -R); fi
  "${launcher[@]}" "build/$preset/tests/sambung_${folder}_tests" "$@" 2>&1 | without_successes
}

# What GoogleTest prints, without the tests that passed.
without_successes() {
  awk '/^\[ RUN / { running = $0; next }
    /^\[       OK / { running = ""; next }
    /^\[-----/ || /^$/ { next }
    running { print running; running = "" }
    { print }
    END { if (running) print running }'
}

# As gtest, in as many processes as there are processors, each with its part of the tests.
in_parts() {
  local parts failed=0 part folder processes=()
  parts=$(nproc)
  folder=$(mktemp -d)
  for ((part = 0; part < parts; part++)); do
    GTEST_TOTAL_SHARDS=$parts GTEST_SHARD_INDEX=$part gtest "$@" >"$folder/$part" 2>&1 &
    processes+=($!)
  done
  for ((part = 0; part < parts; part++)); do
    wait "${processes[part]}" || failed=1
    cat "$folder/$part"
  done
  rm -r "$folder"
  return "$failed"
}
