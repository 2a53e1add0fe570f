/** The machine under test stopped; a test that waits for it must not wait for ever. */
export class GuestDied extends Error {
  override readonly name = 'GuestDied';
}

/** A command did not end in time. */
export class LabTimeout extends Error {
  override readonly name = 'LabTimeout';
}

/** A command that only prepares a story went wrong, so the story proves nothing. */
export class LabFailure extends Error {
  override readonly name = 'LabFailure';
}

/** The host itself cannot be cut off its power, nor have its programs replaced. */
export class NotOnHost extends Error {
  override readonly name = 'NotOnHost';
}

/** Waits for what may never come; the error says what was awaited. */
export async function within<T>(timeoutMs: number, message: string, awaited: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new LabTimeout(`${message} (${timeoutMs} ms)`)), timeoutMs);
  try {
    return await Promise.race([awaited, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
