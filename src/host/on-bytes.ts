/** Told as they go: so many bytes, of about so many. */
export type OnBytes = (doneBytes: number, totalBytes: number) => void;
