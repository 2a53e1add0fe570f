import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { CHANGING_EXIT_CODES, changingFlags } from '../cli/changing-flags.ts';

/** `dmtool setup`. */
export class Setup extends BaseCommand {
  static override summary = 'Turn blank disks, or room in a VG, into a thin pool with an engine on it.';

  static override description = [
    'Follows the documented direct-lvm procedure: pvcreate, vgcreate, two lvcreate, lvconvert, an LVM profile, monitoring; then stops Docker, sets its data aside, writes daemon.json, starts it on the pool, and reads everything back. Docker 25 and later reaches the pool through containerd, whose config.toml is edited in place. Shows what it will do and asks first. A run that fails is undone; one that was cut off is carried on by the next.',
    CHANGING_EXIT_CODES,
  ].join('\n\n');

  static override examples = [
    {
      description: 'See what would be done to a disk',
      command: '<%= config.bin %> <%= command.id %> --device /dev/xvdf --dry-run',
    },
    { description: 'Do it', command: '<%= config.bin %> <%= command.id %> --device /dev/xvdf' },
    {
      description: 'Two disks, unattended',
      command: '<%= config.bin %> <%= command.id %> --device xvdf --device xvdg --yes',
    },
    {
      description: "containerd's devmapper snapshotter, without Docker",
      command: '<%= config.bin %> <%= command.id %> --device /dev/xvdf --engine containerd',
    },
    {
      description: 'Have Docker make the pool by itself (dm.directlvm_device), checked before and watched after',
      command: '<%= config.bin %> <%= command.id %> --device /dev/xvdf --provisioner docker',
    },
    {
      description: 'A host with one disk: the free space of its VG',
      command: '<%= config.bin %> <%= command.id %> --vg vg0',
    },
    {
      description: 'Take images and volumes along; the archive of images lies on another disk meanwhile',
      command:
        '<%= config.bin %> <%= command.id %> --device /dev/xvdf --keep-images --images-dir /srv/space --carry-volumes',
    },
  ];

  static override flags = {
    device: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'DEV',
      summary: 'A blank disk or partition: a path, a by-id link or a bare name like xvdf. May be given several times.',
    }),
    vg: Flags.string({
      helpValue: 'NAME',
      summary: 'Name of the VG [default: docker]. Without --device: a VG that exists, whose free space is used.',
    }),
    pool: Flags.string({ helpValue: 'NAME', default: 'thinpool', summary: 'Name of the thin pool.' }),
    'data-percent': Flags.string({
      helpValue: 'N',
      summary: 'Size of the data LV, in percent of the VG (with --vg alone: of its free space) [default: 95].',
    }),
    'data-size': Flags.string({ helpValue: 'SIZE', summary: 'Size of the data LV, like 200G (binary units).' }),
    'metadata-percent': Flags.string({ helpValue: 'N', summary: 'Size of the metadata LV, likewise [default: 1].' }),
    'metadata-size': Flags.string({ helpValue: 'SIZE', summary: "Size of the metadata LV; LVM's limit is 15.81G." }),
    'chunk-size': Flags.string({
      helpValue: 'SIZE',
      summary: 'Chunk size, 64K to 1G, a multiple of 64K; fixed for good [default: 512K].',
    }),
    'autoextend-threshold': Flags.string({
      helpValue: 'N',
      summary: 'Use in percent at which LVM extends the pool; 100 switches it off [default: 80].',
    }),
    'autoextend-percent': Flags.string({
      helpValue: 'N',
      summary: 'Step in percent of the pool [default: the largest up to 20 that the VG has room for].',
    }),
    headroom: Flags.boolean({ summary: 'Size the data LV so that one whole step fits beside it.' }),
    wipe: Flags.boolean({ summary: 'Take devices that are not blank: everything on them is destroyed.' }),
    wait: Flags.string({
      helpValue: 'TIME',
      default: '0',
      summary: 'How long to wait for the devices to appear, like 60s.',
    }),
    engine: Flags.string({
      options: ['docker', 'containerd', 'none'],
      default: 'docker',
      summary:
        'Container engine to put on the pool: docker (any version), containerd (its devmapper snapshotter), or none for the pool alone.',
    }),
    provisioner: Flags.string({
      options: ['dmtool', 'docker'],
      default: 'dmtool',
      summary: 'Who makes the pool: dmtool; or docker by itself, of one disk, as daemon.json then tells it.',
    }),
    loop: Flags.string({
      helpValue: 'SIZE',
      summary:
        'No disk: a pool on files of this size, with Docker 24 and older (loop-lvm) or containerd. For testing, never for production.',
    }),
    'min-free-space': Flags.string({
      helpValue: 'N',
      summary: 'Share of the pool in percent that Docker keeps free [default: 10].',
    }),
    'base-size': Flags.string({ helpValue: 'SIZE', summary: "Size of a container's root filesystem [default: 10G]." }),
    fs: Flags.string({
      helpValue: 'TYPE',
      summary: "Type of a container's root filesystem: xfs or ext4; with containerd ext2 as well.",
    }),
    'storage-opt': Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'X=Y',
      summary:
        "Any other of Docker's dm.* options; of containerd's async_remove, discard_blocks, fs_options. May be given several times.",
    }),
    'carry-volumes': Flags.boolean({ summary: "Take Docker's named volumes over; else they are set aside too." }),
    'keep-images': Flags.boolean({
      summary: 'Save all tagged images before, load them after, and write down how containers were started.',
    }),
    'images-dir': Flags.string({
      helpValue: 'DIR',
      summary: 'Where their archive lies meanwhile, and the list of containers [default: /var/lib/dmtool/images].',
    }),
    'start-deadline': Flags.string({
      helpValue: 'TIME',
      default: '120s',
      summary: 'How long the engine may take to come up before the run is undone.',
    }),
    'set-swarm-aside': Flags.boolean({ summary: "Agree that a swarm member's state is set aside." }),
    ...changingFlags,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Setup);
    const { runSetup } = await import('../cli/changing.ts');
    this.answer(await runSetup(flags, this.config.root, (text) => this.say(text)));
  }
}
