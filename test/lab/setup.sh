# Runs in a guest at each boot, as its first command. $1 is the repository, $2 the Node that runs dmtool.
modprobe -a dm-mod dm-thin-pool loop
/lib/systemd/systemd-udevd --daemon
udevadm trigger --subsystem-match=block --action=add
udevadm settle
printf '#!/bin/sh\nexec %s %s/bin/dmtool.js "$@"\n' "$2" "$1" > /usr/local/sbin/dmtool
chmod 755 /usr/local/sbin/dmtool
