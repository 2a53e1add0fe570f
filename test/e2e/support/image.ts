import type { Guest } from '../../lab/guest.ts';
import { must } from './shell.ts';

/** One static program and its names, packed as `docker save` packs an image: no registry has it. */
const packScript = `
image=$(mktemp -d)
mkdir -p "$image/root/bin" "$image/root/data"
cp /bin/busybox "$image/root/bin/"
for name in sh sleep cat echo sync; do ln -s busybox "$image/root/bin/$name"; done
cd "$image"
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C root -cf layer.tar .
digest=$(sha256sum layer.tar | cut -d' ' -f1)
printf '{"architecture":"%s","os":"linux","config":{"Env":["PATH=/bin"],"Cmd":["sh"]},
  "rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' "$(dpkg --print-architecture)" "$digest" > config.json
printf '[{"Config":"config.json","RepoTags":["%s"],"Layers":["layer.tar"]}]' "$1" > manifest.json
tar -cf "$2" manifest.json config.json layer.tar
cd /
rm -r "$image"`;

/** Makes an image's tar in the guest, for `ctr images import` and for `docker load`; the same bytes each time. */
export const packImage = (guest: Guest, name: string, path: string): Promise<string> =>
  must(guest, packScript, name, path);
