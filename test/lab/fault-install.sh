# Puts a rule over a program of the guest. $1 program, $2 number of the rule, $3 the rule, $4 the wrapper's text.
target=$(readlink -f "$(command -v "$1")")
faults=/run/lab-faults/${target##*/}
if [[ ! -e $faults/real ]]; then
  mkdir -p "$faults/rules"
  touch "$faults/real"
  mount --bind "$target" "$faults/real"
  printf '#!/bin/bash\nfaults=%q\n%s' "$faults" "$4" > "$faults/wrapper"
  chmod 755 "$faults/wrapper"
  mount --bind "$faults/wrapper" "$target"
fi
mkdir -p "$faults/rules/$2/hanging"
mkfifo "$faults/rules/$2/reached" "$faults/rules/$2/release"
printf '%s' "$3" > "$faults/rules/$2/rule"
printf '%s' "$faults/rules/$2"
