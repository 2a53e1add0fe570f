import { toJson } from '../report/json.ts';
import { type DOCUMENTS, jsonSchema } from '../report/schema.ts';

/** The schema of a command's document, as text. */
export const schemaText = (command: keyof typeof DOCUMENTS): string => toJson(jsonSchema(command));
