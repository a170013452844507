#!/bin/sh
# Runs the Deno that this project is built with: the one on PATH where it is of that version, else the one from npm.
set -eu
version=2.9.6
found=$(deno --version 2>/dev/null || true)
case $found in
  "deno $version "*) exec deno "$@" ;;
esac
if ! command -v npx >/dev/null 2>&1; then
  echo "error: Cannot find Deno $version: neither it nor npx is on PATH" >&2
  echo "  try: install Node 20 or newer, which brings npx, or Deno $version" >&2
  exit 1
fi
exec npx --prefer-offline -y "deno@$version" "$@"
