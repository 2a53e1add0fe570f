# Takes away what a story left on the host: volume groups, device-mapper devices and loop devices that stand on the disk
# files in $1, and nothing else. Waits first until its standard input ends, which is when the tests have gone.
cat > /dev/null
directory=$1

loops=$(for file in "$directory"/disk*; do losetup --noheadings --raw --output NAME --associated "$file"; done)

# A group that also stands on somebody else's disk is not ours to remove.
is_ours() {
  for volume in $(vgs --noheadings --options pv_name "$1"); do
    case " $(echo $loops) " in *" $volume "*) ;; *) return 1 ;; esac
  done
}

# From the top of the stack down; a device that stands on two others is listed twice.
list_stack() {
  lsblk --noheadings --raw --paths --output NAME,TYPE "$1" | tac | awk '$2 != "loop" && !seen[$1]++ { print $1 }'
}

for loop in $loops; do
  for device in $(list_stack "$loop"); do
    if findmnt --source "$device" > /dev/null; then umount --all-targets "$device"; fi
  done
  group=$(pvs --noheadings --options vg_name "$loop" 2> /dev/null | tr -d ' ')
  if [ -n "$group" ] && is_ours "$group"; then
    vgremove --force --force --yes --quiet "$group" > /dev/null
    rm -f "/etc/lvm/backup/$group" /etc/lvm/archive/"$group"_*.vg
  fi
  for device in $(list_stack "$loop"); do
    dmsetup remove --retry "$device"
  done
  losetup --detach "$loop"
done
rm -rf "$directory"
