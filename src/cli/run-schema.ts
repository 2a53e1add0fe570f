import { toJson } from '../report/json.ts';
import { DOCUMENTS, jsonSchema } from '../report/schema.ts';
import { UsageError } from './usage-error.ts';

/**
 * The schema of a command's document, as text.
 * @throws UsageError
 */
export function schemaText(command: string): string {
  if (isDocumented(command)) return toJson(jsonSchema(command));
  throw new UsageError(`there is no command "${command}"; there are ${Object.keys(DOCUMENTS).join(', ')}`);
}

const isDocumented = (command: string): command is keyof typeof DOCUMENTS => Object.hasOwn(DOCUMENTS, command);
