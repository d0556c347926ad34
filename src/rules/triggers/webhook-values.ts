import type { WebhookRequest } from './webhook-check.js';

export type WebhookValues =
  | { readonly kind: 'read'; readonly values: Readonly<Record<string, string>> }
  /** The caller sent what it did not announce. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/**
 * What a request brings as variables: `HOOK.BODY` (the text), `HOOK.JSON.ORDER.ID` for each plain value of a JSON body
 * (of a list by its number from 0: `HOOK.JSON.FILES.0.NAME`), `HOOK.QUERY.NAME` for the query. Names are in capitals;
 * what no variable's name may hold becomes `_`. Of two that become one name the first stays.
 */
export function webhookValues({ headers, query, body }: WebhookRequest): WebhookValues {
  const text = decoded(body);
  if (text === undefined) return { kind: 'unreadable', reason: 'the body is no UTF-8 text' };
  const values = new Map([['HOOK.BODY', text]]);
  if (isJson(headers['content-type'] ?? '') && text.trim() !== '') {
    const json = parsed(text);
    if (json === undefined)
      return { kind: 'unreadable', reason: 'the body is announced as JSON and is none' };
    addPlain(values, ['HOOK', 'JSON'], json.value);
  }
  for (const [name, value] of Object.entries(query)) addPlain(values, ['HOOK', 'QUERY', name], value);
  return { kind: 'read', values: Object.fromEntries(values) };
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** More are left out: no rule names so many, and all of them are kept with the run. */
const MAX_VALUES = 200;
const MAX_DEPTH = 8;

function addPlain(values: Map<string, string>, path: readonly string[], value: Json): void {
  if (values.size >= MAX_VALUES || path.length > MAX_DEPTH + 2) return;
  if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) addPlain(values, [...path, name], inner);
    return;
  }
  const name = path.map(variablePart).join('.');
  if (!values.has(name)) values.set(name, value === null ? '' : String(value));
}

function variablePart(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9_]/g, '_') || '_';
}

function isJson(contentType: string): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType.trim());
}

function decoded(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

function parsed(text: string): { readonly value: Json } | undefined {
  try {
    return { value: JSON.parse(text) as Json };
  } catch {
    return undefined;
  }
}
