# Debian's packages, for other tools to source.

# Installs those that are missing; who is not root needs sudo.
install_packages() { # packages …
  local missing=() root=() package
  for package; do
    dpkg-query --show --showformat='${Status}\n' "$package" 2>/dev/null |
      grep -q '^install ok installed$' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      echo "as root: apt-get install ${missing[*]}" >&2
      return 1
    }
    root=(sudo)
  fi
  echo "Installing ${missing[*]}" >&2
  export DEBIAN_FRONTEND=noninteractive
  "${root[@]}" apt-get update --quiet >&2
  "${root[@]}" apt-get install --quiet --yes --no-install-recommends "${missing[@]}" >&2
}
