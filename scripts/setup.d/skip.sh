# A test command that this machine cannot run prints one line, which .ci/run searches. .ci/skips.mjs has the
# reasons that CI accepts.

skip() {
  echo "SKIPPED, nothing was tested: $1" >&2
  exit "${TEST_SKIP_STATUS:-0}"
}
