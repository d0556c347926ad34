import type * as z from 'zod';

/** A piece of JSON Schema (draft-07). */
export type JsonForm = Readonly<Record<string, unknown>>;

const forms = new WeakMap<object, JsonForm>();

/** Notes what a schema takes as JSON Schema says it, where its own checks cannot be read from it. */
export function jsonForm<Schema extends z.core.$ZodType>(schema: Schema, form: JsonForm): Schema {
  forms.set(schema, form);
  return schema;
}

/** The form of a schema, or of the schema that it was refined from. */
export function jsonFormOf(schema: z.core.$ZodType): JsonForm | undefined {
  for (let each: z.core.$ZodType | undefined = schema; each !== undefined; each = each._zod.parent) {
    const form = forms.get(each);
    if (form !== undefined) return form;
  }
  return undefined;
}
