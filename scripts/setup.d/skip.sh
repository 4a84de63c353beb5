# A test command that this machine cannot run says so in one line, which .ci/run looks for. .ci/skips.mjs holds the
# reasons that count there.

skip() {
  echo "SKIPPED, nothing was tested: $1" >&2
  exit "${TEST_SKIP_STATUS:-0}"
}
