import { z } from 'zod';

/** The JSON Schema (draft 7) of what may be sent. */
export function inputJsonSchema(schema: z.ZodType): Readonly<Record<string, unknown>> {
  return plain(z.toJSONSchema(schema, { target: 'draft-7', io: 'input', override: dropPatternOfInteger }));
}

/** The JSON Schema (draft 7) of what is answered. */
export function outputJsonSchema(schema: z.ZodType): Readonly<Record<string, unknown>> {
  return plain(z.toJSONSchema(schema, { target: 'draft-7', io: 'output', override: dropPatternOfInteger }));
}

function plain(schema: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== '$schema'));
}

/** A whole number in a query is text with a pattern to us, and an integer to who reads the document. */
function dropPatternOfInteger({ jsonSchema }: { readonly jsonSchema: Record<string, unknown> }): void {
  if (jsonSchema['type'] === 'integer') delete jsonSchema['pattern'];
}
