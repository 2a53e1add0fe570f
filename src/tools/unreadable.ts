/** A program answered something that this version of dmtool can't read. Nothing is concluded from it. */
export class UnreadableOutput extends Error {
  readonly program: string;
  readonly detail: string;
  /** The beginning of what was read, for a report to us. */
  readonly excerpt: string;

  constructor(program: string, detail: string, text: string) {
    super(`${program} answered something that can't be read: ${detail}`);
    this.name = 'UnreadableOutput';
    this.program = program;
    this.detail = detail;
    this.excerpt = text.slice(0, 400);
  }
}
