#!/bin/sh
# Makes a directory with another Debian release in it, as root: $1 the directory, $2 the release, $3 its packages with commas
# between, $4 the name of an empty file in it that says that all of that is there. Nothing in it is started.
set -eu

exec 9> "$1.lock"
flock 9
if [ -e "$1/$4" ]; then exit; fi

# Built aside, so that nobody takes half of it for a whole. One that was cut off may still have these two mounted.
umount -q "$1.new/proc" "$1.new/sys" || :
rm -rf --one-file-system "$1.new"
# From where this machine gets its own packages, and by the same way; else from where debootstrap does by itself.
. /etc/os-release
mirror=$(apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
  sed -n "s#^$VERSION_CODENAME main \(https\?:.*\)#\1#p" | head -n 1)
proxy=
eval "$(apt-config shell proxy Acquire::http::Proxy)"
if [ -n "$proxy" ]; then export http_proxy="$proxy"; fi
debootstrap --variant=minbase --include="$3" "$2" "$1.new" $mirror
rm -rf "$1.new/var/cache/apt/archives" "$1.new/var/lib/apt/lists"
touch "$1.new/$4"
rm -rf --one-file-system "$1"
mv "$1.new" "$1"
