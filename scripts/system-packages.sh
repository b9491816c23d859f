#!/usr/bin/env bash
# What the tests need beyond Python, from Debian's packages.
#
# Where the packages cannot be installed, the suites that need them are named and skipped, and
# the status is 0. In the build (CI=true) everything must be there: a failure is an error.
set -euo pipefail

has_command() { command -v "$1" >/dev/null 2>&1; }

has_chromium() { has_command chromium || has_command chromium-browser || has_command google-chrome; }

has_japanese() {
  if has_command fc-list; then
    [ -n "$(fc-list :lang=ja family)" ]
  else
    compgen -G "/usr/share/fonts/opentype/noto/NotoSansCJK*" >/dev/null
  fi
}

# Debian keeps the programs of the server off the path, one folder for each version.
has_postgres() { has_command initdb || compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null; }

# The Java that Debian 12 has; on later releases the one they come with.
java_package() {
  if apt-cache show openjdk-17-jre-headless >/dev/null 2>&1; then
    echo openjdk-17-jre-headless
  else
    echo default-jre-headless
  fi
}

# Each is missing or not; what for is what a person reads.
chromium_for="e2e: pages driven in Chromium"
japanese_for="e2e: Japanese pages (a browser without Japanese glyphs draws boxes)"
poppler_for="publishing: the text of a PDF, read back with pdftotext"
postgres_for="hub: the tests of the site a second time, on PostgreSQL"
java_for="spark: the shared suite of the engines, on Spark"

missing() {
  has_chromium || echo chromium
  has_japanese || echo japanese
  has_command pdftotext || echo poppler
  has_postgres || echo postgres
  has_command java || echo java
}

package_of() {
  case "$1" in
    chromium) echo chromium ;;
    japanese) echo fonts-noto-cjk ;;
    poppler) echo poppler-utils ;;
    postgres) echo postgresql ;;
    java) java_package ;;
  esac
}

may_install() { [ "$(id -u)" -eq 0 ] && has_command apt-get; }

install_all() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq || return 1
  local packages=()
  for thing in "$@"; do
    packages+=("$(package_of "$thing")")
  done
  echo "Installing ${packages[*]} …"
  apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
}

mapfile -t wanted < <(missing)
[ "${#wanted[@]}" -eq 0 ] && exit 0

reason="only root may install packages"
if may_install; then
  reason="apt-get could not install them"
  install_all "${wanted[@]}" || true
elif ! has_command apt-get; then
  reason="there is no apt-get here"
fi

mapfile -t wanted < <(missing)
[ "${#wanted[@]}" -eq 0 ] && exit 0

echo "Not installed, because $reason; these suites will be skipped:" >&2
for thing in "${wanted[@]}"; do
  purpose="${thing}_for"
  echo "  ${!purpose}  (needs $thing)" >&2
done
if [ "${CI:-}" = "true" ]; then
  echo "In the build every suite must run." >&2
  exit 1
fi
