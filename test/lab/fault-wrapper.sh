# Stands in a guest where a program stood (see faults.ts); a line above sets $faults, its directory. Calls that meet no
# rule go on to the program itself, under the name that was called: all of LVM's commands are one file.
name=${0##*/}
line="$name $*"
called=$name
[[ $name == lvm ]] && called=${1-}

# The test hears of the first call only, and waits for it: opening a pipe to write waits for the reader.
announce() {
  if mkdir "$rule/met" 2> /dev/null; then echo met > "$rule/reached"; fi
}

# On a descriptor that bash chooses: the low ones may be the caller's, such as a lock that the program inherits.
hang() {
  local pipe
  exec {pipe}<> "$rule/release"
  : > "$rule/hanging/$$"
  announce
  [[ -e $rule/released ]] || read -r -u "$pipe"
  rm -f "$rule/hanging/$$"
  exec {pipe}>&-
}

for rule in "$faults"/rules/*; do
  [[ -f $rule/rule && ! -e $rule/released ]] || continue
  . "$rule/rule"
  [[ $called == "$program" && $line == *"$when"* ]] || continue
  if [[ $mode == after ]]; then
    (exec -a "$0" "$faults/real" "$@")
    status=$?
  fi
  if [[ $kind == fail ]]; then
    announce
    if [[ -n $once ]]; then : > "$rule/released"; fi
    printf '%s' "$message" >&2
    exit "$exit_code"
  fi
  hang
  [[ $mode == after ]] && exit "$status"
done
exec -a "$0" "$faults/real" "$@"
