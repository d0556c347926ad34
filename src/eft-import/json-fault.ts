/** One token of JSON, with the white space before it. */
const TOKEN =
  /\s*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?))/y;

/**
 * Where a text stops being JSON, as `line N, column M`. The message of JSON.parse quotes the text around it, which may
 * be a password.
 */
export function jsonFaultPlace(text: string): string {
  const before = text.slice(0, faultOffset(text));
  const lines = before.split('\n');
  return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
}

type Wanted = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'next';

/** Of the first token that does not fit. */
function faultOffset(text: string): number {
  const open: string[] = [];
  let wanted: Wanted = 'value';
  TOKEN.lastIndex = 0;
  for (;;) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    const after: Wanted | undefined = match === null ? undefined : step(wanted, match, open);
    if (after === undefined) return from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0);
    wanted = after;
  }
}

/** What may come after the token; undefined when the token itself may not stand here. */
function step(wanted: Wanted, [, sign, text]: RegExpExecArray, open: string[]): Wanted | undefined {
  const isClosing = sign === '}' || sign === ']';
  if (isClosing && ['next', 'keyOrEnd', 'valueOrEnd'].includes(wanted)) {
    return open.pop() === (sign === '}' ? '{' : '[') ? 'next' : undefined;
  }
  switch (wanted) {
    case 'value':
    case 'valueOrEnd':
      if (sign === undefined) return 'next';
      if (sign !== '{' && sign !== '[') return undefined;
      open.push(sign);
      return sign === '{' ? 'keyOrEnd' : 'valueOrEnd';
    case 'key':
    case 'keyOrEnd':
      return text === undefined ? undefined : 'colon';
    case 'colon':
      return sign === ':' ? 'value' : undefined;
    case 'next':
      if (sign !== ',' || open.length === 0) return undefined;
      return open.at(-1) === '{' ? 'key' : 'value';
  }
}
