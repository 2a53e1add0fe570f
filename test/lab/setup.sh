# Runs in a guest at each boot, as its first command. $1 is the repository, $2 the Node that runs dmtool; then
# come directories that are a filesystem of their own, each with its device.
modprobe -a dm-mod dm-thin-pool loop
/lib/systemd/systemd-udevd --daemon
udevadm trigger --subsystem-match=block --action=add
udevadm settle
printf '#!/bin/sh\nexec %s %s/bin/dmtool.js "$@"\n' "$2" "$1" > /usr/local/sbin/dmtool
chmod 755 /usr/local/sbin/dmtool
shift 2
while [ $# -gt 0 ]; do
  mkdir -p "$1"
  names=$(cd "$1" && find . -mindepth 1 -maxdepth 1 -type d)
  mount "$2" "$1"
  (cd "$1" && [ -z "$names" ] || mkdir -p $names)
  shift 2
done
