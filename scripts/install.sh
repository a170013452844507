#!/bin/sh
# Installs Orchastration for this user from a place that holds its packages and their SHA256SUMS, and removes it again.
# Nothing is installed whose checksum is not the one in the list.
set -eu

base_url="@BASE_URL@"
prefix=${HOME:-}/.local
action=install

usage() {
  cat <<'END'
Usage: install.sh [--from <address or folder>] [--prefix <folder>] [--remove]

  --from     where the packages and SHA256SUMS are
  --prefix   where to install: <prefix>/bin and <prefix>/lib/orchastration (default: ~/.local)
  --remove   remove what was installed there; what Orchastration has recorded stays
END
}

fail() {
  echo "error: $1" >&2
  [ -z "${2:-}" ] || echo "  try: $2" >&2
  exit 1
}

while [ $# -gt 0 ]; do
  case $1 in
    --from | --prefix)
      [ $# -ge 2 ] || fail "Cannot read $1: it needs a value" "install.sh --help"
      if [ "$1" = --from ]; then base_url=$2; else prefix=$2; fi
      shift 2
      ;;
    --remove) action=remove && shift ;;
    --help | -h) usage && exit 0 ;;
    *) fail "Cannot understand \"$1\": no such option" "install.sh --help" ;;
  esac
done

case $prefix in
  /.local) fail "Cannot find your home: HOME is not set" "install.sh --prefix <folder>" ;;
  /*) ;;
  *) prefix=$PWD/$prefix ;;
esac
home=$prefix/lib/orchastration
link=$prefix/bin/orchastration

# Only a link that leads to our folder is ours.
owns_link() {
  [ -L "$link" ] && [ "$(readlink "$link")" = ../lib/orchastration/orchastration ]
}

if [ $action = remove ]; then
  [ -d "$home" ] || owns_link || fail "Cannot remove Orchastration from \"$prefix\": it is not installed there"
  if owns_link; then rm -f "$link"; fi
  rm -rf "$home"
  echo "removed Orchastration from $prefix"
  exit 0
fi

case $base_url in
  @*@) fail "Cannot install: this script does not know where the packages are" "install.sh --from <address or folder>" ;;
esac

case $(uname -s) in
  Linux) os=linux ;;
  Darwin) os=macos ;;
  *) fail "Cannot install on $(uname -s): there are packages for Linux and macOS, and install.ps1 for Windows" ;;
esac
case $(uname -m) in
  x86_64 | amd64) arch=x64 ;;
  aarch64 | arm64) arch=arm64 ;;
  *) fail "Cannot install on $(uname -m): there are packages for x64 and arm64" ;;
esac

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

fetch() {
  case $base_url in
    http://* | https://*)
      if command -v curl >/dev/null 2>&1; then
        curl -fsSL --retry 2 -o "$scratch/$1" "$base_url/$1" && return
      elif command -v wget >/dev/null 2>&1; then
        wget -q -O "$scratch/$1" "$base_url/$1" && return
      else
        fail "Cannot get $1: neither curl nor wget is on PATH"
      fi
      ;;
    *) cp "${base_url#file://}/$1" "$scratch/$1" && return ;;
  esac
  fail "Cannot get $1 from $base_url"
}

digest() {
  if command -v sha256sum >/dev/null 2>&1; then
    sha256sum "$1"
  elif command -v shasum >/dev/null 2>&1; then
    shasum -a 256 "$1"
  else
    fail "Cannot check $1: neither sha256sum nor shasum is on PATH"
  fi | cut -d ' ' -f 1
}

fetch SHA256SUMS
line=$(grep -E "^[0-9a-f]{64}  orchastration-[^/ ]*-$os-$arch\.tar\.gz\$" "$scratch/SHA256SUMS" || true)
[ -n "$line" ] || fail "Cannot install for $os-$arch: $base_url has no package for it"
[ "$(printf '%s\n' "$line" | wc -l)" -eq 1 ] || fail "Cannot choose: $base_url has several packages for $os-$arch"
archive=${line#*  }
fetch "$archive"
found=$(digest "$scratch/$archive")
[ "$found" = "${line%%  *}" ] ||
  fail "Cannot install $archive: its SHA-256 is $found, expected ${line%%  *}" "the same again; the file was changed on its way"

tar -xzf "$scratch/$archive" -C "$scratch"
if [ -e "$link" ] || [ -L "$link" ]; then
  owns_link || fail "Cannot install to $link: something else is there" "install.sh --prefix <another folder>"
fi
mkdir -p "$prefix/bin" "$prefix/lib"
# What is running keeps its files; the old folder goes away when the new one is complete.
rm -rf "$home.new" "$home.old"
mv "$scratch/${archive%.tar.gz}" "$home.new"
if [ -d "$home" ]; then mv "$home" "$home.old"; fi
mv "$home.new" "$home"
rm -rf "$home.old"
ln -sf ../lib/orchastration/orchastration "$link"
echo "installed $("$link" --version)"
echo "  to $link"
case :${PATH:-}: in
  *":$prefix/bin:"*) ;;
  *) echo "  $prefix/bin is not on your PATH; add it to call orchastration by its name" ;;
esac
