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
    title: 'The pool is read-only',
    meaning: 'Its metadata are full or damaged, or an error came up while they were written.',
    seen: 'The mode ro in dmsetup status --noflush; the reason is in the log of the kernel.',
    remedy:
      'Metadata that are full take more with dmtool resize --metadata, while everything on the pool runs; else look at what dmesg says, and at the disks, and then run dmtool repair.',
    otherwise: 'Every write to it fails.',
  },
  DM102: {
    title: "The pool's metadata need a check",
    meaning:
      'An error while metadata were written has set the flag needs_check. Until it is cleared the kernel changes nothing, and ignores a resize without a word.',
    seen: 'needs_check at the end of dmsetup status --noflush.',
    remedy:
      'dmtool repair: it stops what uses the pool, copies the metadata, clears the flag where thin_check finds nothing, and repairs them where it does.',
    otherwise: 'The pool stays as it is, and can neither take new blocks nor grow.',
  },
  DM103: {
    title: 'The pool has failed',
    meaning: 'The kernel could not read or write its metadata, and serves no I/O from it.',
    seen: 'Fail or Error in dmsetup status --noflush.',
    remedy: 'Look at dmesg and at the disks under it; when they are sound, dmtool repair.',
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
    otherwise: 'Full metadata make the pool read-only, and may need dmtool repair.',
  },
  DM106: {
    title: 'The pool is not active',
    meaning: 'LVM knows it, and the kernel does not run it. Critical where an engine is set to use it.',
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
      'One step of auto-extension takes more than the VG has free, and LVM does not extend by what is left. Information as long as the pool is below its threshold; a warning from there on.',
    seen: "The profile's step, the size of the data LV and the free extents of the VG.",
    remedy: 'dmtool resize --device gives the VG another disk; or a smaller step in the profile.',
    otherwise: 'The pool fills up, though somebody had arranged that it would not.',
  },
  DM109: {
    title: 'dmeventd does not watch the pool',
    meaning: 'A profile says that LVM is to extend it, and nobody is there to do so.',
    seen: 'seg_monitor in lvs is not "monitored".',
    remedy: 'dmtool doctor --fix, or lvchange --monitor y VG/POOL.',
    otherwise: 'The pool fills up, though somebody had arranged that it would not.',
  },
  DM110: {
    title: "The pool's profile can't be read",
    meaning:
      'A profile is attached, and its file is not in /etc/lvm/profile, or sets neither threshold nor step. LVM says so only in a warning, and extends nothing.',
    seen: 'lv_profile in lvs, and no such file, or nothing in it.',
    remedy: 'dmtool adopt gives it another one; or bring the file back; or lvchange --detachprofile VG/POOL.',
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
      "LVM hangs, usually on a device that is dead or suspended, or on a dmeventd that does not answer, or fails, or its programs are missing while the kernel runs pools of its. What is told comes from the kernel alone: pools have device-mapper's names, and VGs are not seen.",
    seen: 'lvm fullreport was given up after the time that --timeout leaves it, or it, or lvmconfig, failed.',
    remedy:
      'Find the device: dmsetup info, dmesg, lsblk. Where a program failed, mend what it says: often lvm.conf. Where it says "No input from event server", see dmtool explain DM136.',
    otherwise: 'LVM can extend nothing as long as it hangs or fails.',
  },
  DM113: {
    title: 'The pool is out of data space, and writes wait',
    meaning:
      'Every block is taken. Writers wait until there is more, for no_space_timeout seconds in all (60, unless that was changed).',
    seen: 'out_of_data_space and queue_if_no_space in dmsetup status --noflush; when it began is in the log of the kernel.',
    remedy: 'dmtool resize, at once: what waits goes on as if nothing had been.',
    otherwise: 'When the time is up the writes fail and are lost, and filesystems on the pool may be damaged.',
  },
  DM114: {
    title: 'The pool is out of data space, and writes fail',
    meaning: 'Its time has run out, or it was made to fail at once. What was to be written since then is lost.',
    seen: 'out_of_data_space and error_if_no_space in dmsetup status --noflush, while its table may say otherwise.',
    remedy: 'dmtool resize; then check the filesystems on it, and what programs were writing.',
    otherwise: 'Every write that needs a new block fails.',
  },
  DM115: {
    title: "The pool's metadata are smaller than the kernel's guideline",
    meaning:
      'The guideline counts 48 bytes for each data block, and 2 MiB at least. With less they may be full before the data are.',
    seen: 'The total of metadata blocks beside data size and block size (thin-provisioning.rst).',
    remedy: 'dmtool resize --metadata +1G.',
    otherwise: 'Keep an eye on DM105: metadata that are full make the pool read-only.',
  },
  DM116: {
    title: "The pool's metadata are as large as they can be",
    meaning: 'The kernel uses no more than 15.88 GiB of a metadata device, and LVM gives it no more than 15.81 GiB.',
    seen: 'The total of metadata blocks in dmsetup status --noflush.',
    remedy: 'Fewer snapshots; or a new pool with a larger --chunk-size, which needs less metadata for the same data.',
    otherwise: 'When they are full they can grow no more.',
  },
  DM117: {
    title: 'Less is free than Docker asks for',
    meaning:
      'Docker starts no container, and pulls no image, when less than dm.min_free_space of data or of metadata is free (10 % unless it is told otherwise).',
    seen: 'The free share of data and metadata beside the option in daemon.json or in the flags of the daemon.',
    remedy: 'dmtool resize; or remove images and containers that nobody needs.',
    otherwise: '"Thin Pool has … free data blocks which is less than minimum required" at each docker run.',
  },
  DM118: {
    title: 'Auto-extension is switched off',
    meaning:
      'Its profile, or without one lvm.conf, has a threshold of 100, with which LVM never extends; that is what LVM begins with.',
    seen: 'thin_pool_autoextend_threshold in the file of the profile, or in lvmconfig.',
    remedy:
      'Nothing, if that was meant; else dmtool adopt, after lvchange --detachprofile where a profile is attached.',
    otherwise: 'The pool grows only when somebody has it grow.',
  },
  DM119: {
    title: 'The profile of the pool was taken off',
    meaning: 'dmtool had given it a profile, and none is attached any more.',
    seen: 'The tag dmtool in lvs -o lv_tags, and an empty lv_profile.',
    remedy: 'dmtool doctor --fix, or dmtool adopt.',
    otherwise: 'The pool fills up, though somebody had arranged that it would not.',
  },
  DM120: {
    title: 'The low water mark does not fit the profile',
    meaning:
      'The kernel wakes dmeventd when no more than so many blocks are free. Without a mark dmeventd only looks every ten seconds; one that is off makes LVM act too early or too late.',
    seen: 'The low water mark in dmsetup table beside the threshold of the profile.',
    remedy: 'lvchange --refresh VG/POOL.',
    otherwise: 'A burst of writes may fill the pool before it is extended.',
  },
  DM121: {
    title: 'dmeventd does not run',
    meaning: 'Nobody watches any pool of this host, so LVM extends none.',
    seen: 'No process dmeventd behind /run/dmeventd.pid, and pools that are not monitored.',
    remedy: 'lvchange --monitor y VG/POOL starts it; dmtool doctor --fix does that for all.',
    otherwise: 'Pools fill up, though somebody had arranged that they would not.',
  },
  DM122: {
    title: 'The pool is kept in files',
    meaning: 'Loop devices cost speed and memory, and the filesystem under them has to have the room (loop-lvm).',
    seen: 'Its devices in dmsetup table are loop devices.',
    remedy: 'dmtool setup --device with a disk of its own; images go there with docker save and load.',
    otherwise: 'It works, more slowly, and fills up with the filesystem that it lies on.',
  },
  DM123: {
    title: 'The filesystem under a loop file has too little room',
    meaning:
      'The file has holes, and may still take more than the filesystem has. Information as long as the filesystem is below the thresholds for data.',
    seen: 'Size and blocks of the file beside the free space of its filesystem (stat, df).',
    remedy: 'Make room on that filesystem, or make it larger.',
    otherwise: 'Writes to the pool end in I/O errors, which it does not expect at all: its metadata may be damaged.',
  },
  DM124: {
    title: 'thin_check is missing',
    meaning: 'LVM runs it whenever it activates a pool, and activates none without it.',
    seen: 'global/thin_check_executable in lvmconfig, and no such program.',
    remedy: 'Install thin-provisioning-tools (Debian) or device-mapper-persistent-data (RHEL).',
    otherwise: 'After the next reboot the pool does not come back.',
  },
  DM125: {
    title: 'Discards do not go all the way',
    meaning:
      'What containers delete is given back only where discards reach the pool, and, of files, the device under it.',
    seen: 'ignore_discard or no_discard_passdown in dmsetup table.',
    remedy: 'lvchange --discards passdown VG/POOL while it is not active.',
    otherwise: 'Space that was freed stays taken.',
  },
  DM126: {
    title: 'More was promised than there is',
    meaning:
      'The thin volumes of the pool have, all together, a larger virtual size than the pool and the free space of its VG. That is what thin pools are for, and worth knowing.',
    seen: 'The lengths of the thin devices in dmsetup table beside the size of the pool and the free extents of the VG.',
    remedy: 'Watch how full it is: dmtool status in cron.',
    otherwise: 'If all of them were filled, the pool would be full first.',
  },
  DM127: {
    title: 'The pool is suspended',
    meaning:
      'All I/O to it and its thin volumes waits. A program that changes its table has stopped half way, or still works.',
    seen: 'dm/suspended in sysfs, twice within a moment.',
    remedy: 'If no LVM command and no dmtool is at work: dmsetup resume.',
    otherwise: 'Everything on it hangs.',
  },
  DM128: {
    title: 'An engine is set to use another pool',
    meaning: 'The pool in its settings is not there, or the daemon runs on another one than it would after a restart.',
    seen: 'dm.thinpooldev in daemon.json and flags, Pool Name in docker info, pool_name in containerd config dump, and dmsetup table.',
    remedy: 'dmtool activate, when the pool exists; else mend daemon.json or config.toml.',
    otherwise:
      'Docker does not start, or starts on something else than it did; containerd runs without its snapshotter.',
  },
  DM129: {
    title: "Docker's flags and daemon.json contradict each other",
    meaning: 'Docker does not start when an option stands in both, even with the same value.',
    seen: 'Unit files, drop-ins, environment files and the running process beside daemon.json.',
    remedy: 'Take the flag out, or the key.',
    otherwise:
      'At its next start Docker fails: "the following directives are specified both as a flag and in the configuration file".',
  },
  DM130: {
    title: 'Two engines use one pool',
    meaning:
      'Devices of more than one data root are on it. Each daemon gives out the same device numbers, and overwrites what the other has.',
    seen: 'Names like docker-8:1-1234-…: the number is that of the directory of a data root. And the pool that Docker and containerd are set to use.',
    remedy: 'Stop one of them at once, and give it a pool of its own.',
    otherwise: 'Images and containers of both are destroyed.',
  },
  DM131: {
    title: 'An engine does not wait for the pool at boot',
    meaning:
      'Nothing orders its service after the activation of the pool. When the disk is late Docker fails, and containerd runs without its snapshotter.',
    seen: 'Requires, Wants and After of docker.service and containerd.service in systemctl show.',
    remedy:
      'A unit that activates the pool, with Requires= and After= on it in a drop-in of the service: dmtool setup writes both.',
    otherwise: 'Some reboots end without containers; dmtool activate brings it back.',
  },
  DM132: {
    title: 'A leaked mount keeps a device busy',
    meaning:
      "A process still has a container's filesystem mounted in a view of its own, where neither host nor Docker see it.",
    seen: 'mountinfo of every process beside the devices of the pool.',
    remedy: 'Restart the process that is named, or umount it in its view with nsenter.',
    otherwise: '"Device is Busy" when the container is removed, and its space stays taken.',
  },
  DM133: {
    title: 'containerd runs without its devmapper snapshotter',
    meaning:
      'The pool was not there when containerd started, or could not be used. containerd gave the plugin up, and runs on without it.',
    seen: 'ctr plugins ls, for a config.toml that names a pool which the kernel runs.',
    remedy: 'systemctl restart containerd.service, then docker.service where Docker keeps its containers in it.',
    otherwise: 'No container on the pool starts: "snapshotter not loaded".',
  },
  DM134: {
    title: 'A run of dmtool has not ended',
    meaning:
      'dmtool wrote down what it was about to change, and not yet that it is through: it was killed, the power went, or it is at work now.',
    seen: 'A record in /var/lib/dmtool/journal.json.',
    remedy:
      'The same command again goes on where it stopped; what setup began, dmtool teardown takes back. Where the journal can not be read, compare pvs and lvs with what you remember.',
    otherwise: 'What it had stopped stays stopped, and what it had set aside stays aside.',
  },
  DM135: {
    title: 'LVM does not find a pool of its own',
    meaning:
      "The kernel runs the pool as LVM made it, and LVM's report does not have it: a disk of its VG is gone or can't be read, or LVM is told not to look at it (filters, devices file).",
    seen: 'The UUID in dmsetup info begins with LVM-, and neither vgs nor lvs --all has it.',
    remedy:
      'pvs --all and dmesg tell which disk; when LVM sees it again, dmtool status tells whether the pool is well.',
    otherwise: 'LVM does not extend it, and it does not come back after a reboot.',
  },
  DM136: {
    title: 'dmeventd does not answer',
    meaning:
      'LVM asks it about every pool that is to be watched, and waits 6 seconds each time. It hangs, was stopped, or waits for something itself; whether it still extends anything is not known.',
    seen: 'LVM says "No input from event server", and the process behind /run/dmeventd.pid is there.',
    remedy:
      'See why while it is there: ps, journalctl -t dmeventd. Then kill -9 "$(cat /run/dmeventd.pid)" && vgchange --monitor y starts another one that watches all.',
    otherwise:
      'Pools may fill up, though somebody had arranged that they would not, and each command of LVM takes long.',
  },
} as const satisfies Readonly<Record<string, CodeFacts>>;

export type FindingCode = keyof typeof CODES;
