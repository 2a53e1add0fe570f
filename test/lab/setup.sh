# Runs in a guest at each boot, as its first command. $1 is the repository, $2 the Node that runs dmtool.
if [ -d /run/systemd/system ]; then
  # Says `degraded` too, which is for a story to judge.
  systemctl is-system-running --wait > /dev/null || :
else
  modprobe -a dm-mod dm-thin-pool loop
  /lib/systemd/systemd-udevd --daemon
  udevadm trigger --subsystem-match=block --action=add
fi
udevadm settle
printf '#!/bin/sh\nexec %s %s/bin/dmtool.js "$@"\n' "$2" "$1" > /usr/local/sbin/dmtool
chmod 755 /usr/local/sbin/dmtool
