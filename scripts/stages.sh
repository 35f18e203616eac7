# The stages of scripts/test, in the order they run. Each is a function that fails or prints how many tests passed in
# any form that tally.py knows.

stages=(check build services unit backends threads conformance integration security faults clients snippets install examples asan tsan fuzz)

stage_check() { scripts/check; }

stage_build() { build release; }

stage_services() {
  psql "$SAMBUNG_TEST_POSTGRES_URL" -Atc 'select 1' | grep -qx 1
}

stage_unit() { gtest release unit; }
stage_backends() {
  local backend
  for backend in memory: sqlite: postgresql:; do
    SAMBUNG_TEST_STORAGE=$backend gtest release services
  done
}
stage_threads() { gtest release threads; }
stage_conformance() { gtest release conformance; }
stage_integration() { gtest release integration; }
stage_security() { gtest release security; }
stage_faults() { gtest release faults; }
stage_clients() { tests/clients/run "$PWD/build/release/examples/sambung-server"; }
stage_snippets() { scripts/snippets.py build/release; }
stage_install() { tests/install/run build/release; }
stage_examples() { ctest --test-dir build/release -R '^example_' --output-on-failure; }

stage_asan() {
  build asan sambung_{unit,services,threads,conformance,integration}_tests
  export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1
  export LSAN_OPTIONS=suppressions=$PWD/scripts/lsan.suppressions:print_suppressions=0
  gtest asan unit
  gtest asan services
  gtest asan threads
  gtest asan conformance
  gtest asan integration
}

stage_tsan() {
  build tsan sambung_{services,threads}_tests
  export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:die_after_fork=0:suppressions=$PWD/scripts/tsan.suppressions
  gtest tsan services
  gtest tsan threads
}

# SAMBUNG_FUZZ_SECONDS for each target; two run at a time.
stage_fuzz() {
  build fuzz fuzzers
  scripts/fuzz "${SAMBUNG_FUZZ_SECONDS:-20}"
}

# Not part of a whole run: some minutes for what the compilers' warnings mostly say already.
stage_tidy() {
  install_packages tidy
  build fuzz help >/dev/null
  run-clang-tidy-19 -quiet -p build/fuzz -j "$(nproc)" "$PWD/src/.*\.cpp"
}

# gtest PRESET FOLDER [ARGUMENT...]: runs the tests of tests/FOLDER.
gtest() {
  local preset=$1 folder=$2 launcher=()
  shift 2
  # Older ThreadSanitizers cannot start under a wide address space randomisation.
  if [ "$preset" = tsan ] && setarch -R true 2>/dev/null; then launcher=(setarch -R); fi
  "${launcher[@]}" "build/$preset/tests/sambung_${folder}_tests" --gtest_brief=1 "$@"
}
