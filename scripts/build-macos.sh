#!/bin/sh
# Builds dist/ for macos, on any system. Takes what scripts/build.ts takes; --help says what that is.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
exec "$here/with-deno.sh" run -A --no-prompt "$here/build.ts" --os macos "$@"
