#!/bin/sh
# Installs the Debian packages named, as root, and leaves no daemon of theirs behind: none is started now, and what was
# not there before does not start at the next boot either. A package that something would have to go for is not installed.
set -eu

policy=/usr/sbin/policy-rc.d
aside=$policy.dmtool-lab
daemons='docker.io containerd nagios4-common nagios4-core prometheus prometheus-node-exporter cron'

is_installed() { dpkg-query --show --showformat='${db:Status-Status}' "$1" 2> /dev/null | grep -qx installed; }

restore() {
  rm -f "$policy"
  if [ -e "$aside" ]; then mv "$aside" "$policy"; fi
}

apt-get update -q
new=
for package in $daemons; do
  if ! is_installed "$package"; then new="$new $package"; fi
done

# What Debian's own tools ask before they start a service: no, for as long as this script runs.
trap restore EXIT
trap 'exit 1' HUP INT TERM
if [ -e "$policy" ] && [ ! -e "$aside" ]; then mv "$policy" "$aside"; fi
printf '#!/bin/sh\nif kill -0 %s 2> /dev/null; then exit 101; fi\n' "$$" > "$policy"
chmod 755 "$policy"

DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends --no-remove "$@"

for package in $new; do
  if ! is_installed "$package"; then continue; fi
  units=$(dpkg --listfiles "$package" | sed -En 's#^(/usr)?/lib/systemd/system/([^/@]+\.(service|socket|timer))$#\2#p')
  if [ -n "$units" ] && command -v systemctl > /dev/null; then systemctl disable --quiet $units; fi
  for script in $(dpkg --listfiles "$package" | sed -n 's|^/etc/init.d/||p'); do update-rc.d "$script" defaults-disabled; done
done
