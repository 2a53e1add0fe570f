/** `VG-LV` as device-mapper has it, with doubled hyphens inside the names (dm_split_lvm_name in libdevmapper.h). */
const OF_LVM = /^((?:[^-]|--)+)-((?:[^-]|--)+)$/;

/**
 * Whether a pool is meant: `docker/thinpool`, `thinpool`, `docker-thinpool`, or a path to one of them.
 * @param kernelName its device-mapper name, with LVM's `-tpool` or without
 */
export function isPoolCalled(kernelName: string, asked: string): boolean {
  const short = asked.replace(/^\/dev\/(?:mapper\/)?/, '');
  const plain = kernelName.replace(/-tpool$/, '');
  const [vg = '', lv = ''] = (OF_LVM.exec(plain) ?? []).slice(1).map((part) => part.replaceAll('--', '-'));
  return [kernelName, plain, ...(lv === '' ? [] : [lv, `${vg}/${lv}`])].includes(short);
}
