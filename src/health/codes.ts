/** What a finding's code stands for, whichever pool it is about. */
export interface CodeFacts {
  /** In a few words, as a heading. */
  title: string;
  meaning: string;
  /** How dmtool sees it, so that anybody can look by hand. */
  seen: string;
  remedy: string;
  /** What becomes of it when nothing is done. */
  otherwise: string;
}

/** Every code that a finding can have. Codes are stable: what once stood for one thing never stands for another. */
export const CODES = {
  DM101: {
    title: 'The kernel does not run the pool read-write',
    meaning:
      'It is read-only, because its metadata are full or damaged, or it is out of data space and its writers wait.',
    seen: 'The mode in dmsetup status --noflush: ro or out_of_data_space.',
    remedy:
      'Out of data space: dmtool resize, at once. Read-only: dmesg tells why; metadata that are full take more with dmtool resize --metadata.',
    otherwise: 'Writers wait for 60 seconds (no_space_timeout), then their writes fail and are lost.',
  },
  DM102: {
    title: "The pool's metadata need a check",
    meaning:
      'An error while metadata were written has set the flag needs_check. Until it is cleared the kernel changes nothing, and ignores a resize without a word.',
    seen: 'needs_check at the end of dmsetup status --noflush.',
    remedy:
      'Stop what uses the pool, deactivate it, and run lvconvert --repair; without LVM, thin_check, and thin_repair into a new metadata device.',
    otherwise: 'The pool stays as it is, and can neither take new blocks nor grow.',
  },
  DM103: {
    title: 'The pool has failed',
    meaning: 'The kernel could not read or write its metadata, and serves no I/O from it.',
    seen: 'Fail or Error in dmsetup status --noflush.',
    remedy:
      'Look at dmesg and at the disks under it; when they are sound, repair the metadata with lvconvert --repair.',
    otherwise: 'Everything on the pool stays out of reach.',
  },
  DM104: {
    title: "The pool's data are filling up",
    meaning:
      'More of the data is mapped than the threshold allows: 80 %, 85 % where LVM can extend the pool by itself, and 90 % for critical.',
    seen: 'Used and total data blocks in dmsetup status --noflush.',
    remedy: 'dmtool resize gives it more; or remove images and containers that nobody needs.',
    otherwise: 'A full pool makes its writers wait, and then loses their writes.',
  },
  DM105: {
    title: "The pool's metadata are filling up",
    meaning: 'More of the metadata is used than the threshold allows: 75 %, and 90 % for critical.',
    seen: 'Used and total metadata blocks in dmsetup status --noflush.',
    remedy: 'dmtool resize --metadata gives them more.',
    otherwise: 'Full metadata make the pool read-only, and may need a repair.',
  },
  DM106: {
    title: 'The pool is not active',
    meaning: 'LVM knows it, and the kernel does not run it.',
    seen: 'It is in lvs --all, and not in dmsetup table.',
    remedy: 'dmtool activate --pool NAME.',
    otherwise: 'Its engine does not start: "Non existing device".',
  },
  DM107: {
    title: 'Something about the pool could not be seen',
    meaning:
      "The kernel's answer is not one that this version can read, or has no table. Nothing is concluded from it.",
    seen: 'dmsetup status --noflush and dmsetup table, as they are.',
    remedy: 'Look at them by hand; a newer dmtool may know the form.',
    otherwise: 'Nobody is warned of what happens to this pool.',
  },
  DM108: {
    title: 'LVM was to extend the pool, and has no room for it',
    meaning:
      'It is fuller than the threshold of its profile, and one step takes more than the VG has free. LVM does not extend by what is left.',
    seen: "The profile's step, the size of the data LV and the free extents of the VG.",
    remedy: 'dmtool resize --device gives the VG another disk; or a smaller step in the profile.',
    otherwise: 'The pool fills up, though somebody had arranged that it would not.',
  },
  DM109: {
    title: 'dmeventd does not watch the pool',
    meaning: 'A profile says that LVM is to extend it, and nobody is there to do so.',
    seen: 'seg_monitor in lvs is not "monitored".',
    remedy: 'lvchange --monitor y VG/POOL.',
    otherwise: 'The pool fills up, though somebody had arranged that it would not.',
  },
  DM110: {
    title: "The pool's profile can't be read",
    meaning:
      'A profile is attached, and its file is not in /etc/lvm/profile, or sets neither threshold nor step. LVM says so only in a warning, and extends nothing.',
    seen: 'lv_profile in lvs, and no such file, or nothing in it.',
    remedy: 'Bring the file back, or take the profile off: lvchange --detachprofile VG/POOL.',
    otherwise: 'The pool fills up, though somebody had arranged that it would not.',
  },
  DM111: {
    title: 'The VG has little room left',
    meaning: 'Less of it is free than --vg-warning or --vg-critical ask for.',
    seen: 'Free and total extents of the VG.',
    remedy: 'dmtool resize --device gives the VG another disk.',
    otherwise: 'Pools in it can grow no further.',
  },
  DM112: {
    title: 'LVM did not answer',
    meaning:
      "LVM hangs, usually on a device that is dead or suspended. What is told comes from the kernel alone: pools have device-mapper's names, and VGs are not seen.",
    seen: 'lvm fullreport was given up after the time that --timeout leaves it.',
    remedy: 'Find the device: dmsetup info, dmesg, lsblk.',
    otherwise: 'LVM can extend nothing as long as it hangs.',
  },
} as const satisfies Readonly<Record<string, CodeFacts>>;
