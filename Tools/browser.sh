# Chromium without a window, for tools that look at pages to source. Debian's package brings it where there is none.

. Tools/packages.sh
command -v chromium >/dev/null || install_packages chromium

# Runs it; what pages complain of goes to standard error.
browse() { # a folder for its profile, and its options
  local profile=$1
  shift
  nice -n 19 timeout 120 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars \
    --enable-logging=stderr --log-level=0 --user-data-dir="$profile" "$@"
}
