#!/bin/sh
# Puts into the folder $1 a root with the packages named after it, which are installed here, and with what they need: their
# programs, libraries and licences, and dpkg's record of each, by which scanners know what is there. No package manager.
set -eu
root=$1
shift

mkdir -p "$root/etc" "$root/usr/bin" "$root/usr/sbin" "$root/usr/lib" "$root/tmp" "$root/var/lib/dpkg/status.d"
chmod 1777 "$root/tmp"

# Of a group of alternatives, as in "debconf (>= 0.5) | debconf-2.0", the first that is installed.
installed() {
  for name in $(echo "$1" | sed 's/([^)]*)//g; s/:[a-z]*//g; s/|/ /g'); do
    if dpkg-query --status "$name" > /dev/null 2>&1; then
      echo "$name"
      return
    fi
  done
  echo "No package is installed under the name of: $1" >&2
}

# debconf asks questions while packages are installed.
known=" debconf "
packages=
while [ $# -gt 0 ]; do
  package=$1
  shift
  case "$known" in *" $package "*) continue ;; esac
  known="$known$package "
  packages="$packages $package"
  dpkg-query --status "$package" > "$root/var/lib/dpkg/status.d/$package"
  needs=$(dpkg-query --show --showformat='${Pre-Depends},${Depends}\n' "$package" | tr ',' '\n' \
    | while read -r group; do if [ -n "$group" ]; then installed "$group"; fi; done)
  # shellcheck disable=SC2086
  set -- "$@" $needs
done

# As the system's: /lib is a link to usr/lib, and so on.
for link in /bin /sbin /lib /lib64; do
  if [ -L "$link" ]; then
    cp -a "$link" "$root"
    mkdir -p "$root/$(readlink "$link")"
  fi
done
for package in $packages; do
  dpkg-query --listfiles "$package" | while read -r path; do
    case "$path" in
      # Charsets of glibc's, which neither Java nor the natives ask for; manuals, examples and changes.
      */gconv/* | /usr/share/man/* | /usr/share/locale/* | /usr/share/lintian/* | */bash-completion/* | */zsh/*) ;;
      /usr/share/doc/*/copyright) printf '%s\0' "$path" ;;
      # A folder that is a link has another package's licence.
      /usr/share/doc/*) if [ -L "$path" ] && [ -d "$path" ]; then printf '%s\0' "$path"; fi ;;
      *) if [ -L "$path" ] || [ -f "$path" ]; then printf '%s\0' "$path"; fi ;;
    esac
  done
done | tar --create --null --no-recursion --absolute-names --files-from=- --transform='s,^/,,S' \
  | tar --extract --keep-directory-symlink --directory="$root"

for file in /etc/passwd /etc/group /etc/os-release /usr/lib/os-release /etc/debian_version /etc/nsswitch.conf \
  /etc/ssl/certs/ca-certificates.crt /usr/lib/locale/C.utf8; do
  if [ -e "$file" ]; then
    mkdir -p "$root${file%/*}"
    cp -a "$file" "$root$file"
  fi
done

busybox --list-full | while read -r name; do
  [ -e "$root/$name" ] || ln -s /bin/busybox "$root/$name"
done
