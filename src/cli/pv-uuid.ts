const UUID_CHARACTERS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const UUID_GROUPS = [6, 4, 4, 4, 4, 4, 6];

/** A UUID in LVM's form (lvm2, lib/uuid/uuid.c): 32 letters and digits in seven groups. */
export const newPvUuid = (): string =>
  UUID_GROUPS.map((length) => Array.from({ length }, randomCharacter).join('')).join('-');

const randomCharacter = (): string => {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return UUID_CHARACTERS.charAt(random % UUID_CHARACTERS.length);
};
