const RESERVED_PARTS =
  /_(?:cdata|cmeta|corig|cpool|cvol|iorig|mimage|mlog|pmspare|rimage|rmeta|tdata|tmeta|vdata|vorigin|wcorig)/;

/**
 * LVM's own rules for VG and LV names (lvm(8), VALID NAMES).
 * @returns what is wrong with the name, or undefined
 */
export function nameProblem(name: string, kind: 'vg' | 'lv'): string | undefined {
  if (!/^[A-Za-z0-9+_.][A-Za-z0-9+_.-]*$/.test(name)) {
    return 'LVM allows letters, digits and + _ . - there, and no hyphen in front';
  }
  if (name === '.' || name === '..') return 'LVM does not allow that name';
  if (name.length > 127) return 'LVM allows 127 characters';
  if (kind === 'lv' && (/^(?:snapshot|pvmove)/.test(name) || RESERVED_PARTS.test(name))) {
    return 'LVM keeps that name for itself';
  }
  return undefined;
}
