import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editPins } from './pin-edit.js';
import { SettingsError } from './settings-error.js';

const A = `SHA256:${'a'.repeat(43)}`;
const B = `SHA256:${'b'.repeat(43)}`;
const C = `SHA256:${'c'.repeat(43)}`;

const hostKeys = (text: string, fingerprints: readonly string[], connection = 'acme') =>
  editPins(text, 'tallyman.yaml', { connection, key: 'hostKeys', fingerprints });

const FILE = `# our partners
clientLog: {   folder: ./logs }     # aligned by hand


connections:
  acme:                # the big one
    # ask Jane first
    url: 'sftp://orders@sftp.acme.example'   # since 2024
    password: { env:   ACME }

  # the other one
  globex:
    url:   sftp://b@globex.example
`;

describe('a connection without keys', () => {
  it('gets them behind its last line, and nothing else changes by a byte', () => {
    expect(hostKeys(FILE, [A, B])).toBe(
      FILE.replace('env:   ACME }\n', `env:   ACME }\n    hostKeys: ["${A}", "${B}"]\n`),
    );
  });

  it('also where the file ends without a line end', () => {
    const text = FILE.trimEnd();
    expect(hostKeys(text, [A], 'globex')).toBe(`${text}\n    hostKeys: ["${A}"]`);
  });

  it('with the line ends of the file, and its byte order mark', () => {
    const text = `\ufeff${FILE.replaceAll('\n', '\r\n')}`;
    expect(hostKeys(text, [A])).toBe(
      text.replace('env:   ACME }\r\n', `env:   ACME }\r\n    hostKeys: ["${A}"]\r\n`),
    );
  });

  it.each([
    ['a block text', '    identities:\n      - a.key # mine\n'],
    ['an empty key', '    keepAlive: 5s\n'],
    ['a comment at its end', '    # the end\n'],
  ])('whose last value is %s', (_what, end) => {
    const text = `connections:\n  acme:\n    url: sftp://a@b\n${end}other: 1\n`;
    const edited = hostKeys(text, [A]);
    expect(edited.replace(`    hostKeys: ["${A}"]\n`, '')).toBe(text);
    expect(edited).not.toBe(text);
  });

  it('written in one line', () => {
    const text = 'connections:\n  acme: { url: sftp://a@b }   # short\n';
    expect(hostKeys(text, [A])).toBe(
      `connections:\n  acme: { url: sftp://a@b, hostKeys: ["${A}"] }   # short\n`,
    );
  });
});

describe('a connection with keys', () => {
  const block = `connections:
  acme:
    url: sftp://a@b
    hostKeys:
      - "${A}"   # old
      # ordered for May
      - ${B}

    password: { env: X }
`;

  it('in lines: one comes, one goes, comments stay', () => {
    expect(hostKeys(block, [B, C])).toBe(
      block.replace(`      - "${A}"   # old\n`, '').replace(`- ${B}\n`, `- ${B}\n      - "${C}"\n`),
    );
  });

  it('in lines: the last one goes', () => {
    const one = block.replace(`      # ordered for May\n      - ${B}\n`, '');
    expect(hostKeys(one, [])).toBe(one.replace(`hostKeys:\n      - "${A}"   # old\n`, 'hostKeys: []\n'));
  });

  it('in brackets', () => {
    const flow = `connections:\n  acme:\n    url: sftp://a@b\n    hostKeys: [ "${A}", ${B} ]  # two\n`;
    expect(hostKeys(flow, [A, B, C])).toBe(flow.replace(`${B} ]`, `${B}, "${C}" ]`));
    expect(hostKeys(flow, [B])).toBe(flow.replace(`"${A}", `, ''));
    expect(hostKeys(flow, [A])).toBe(flow.replace(`, ${B}`, ''));
  });

  it('as one text parted by commas', () => {
    const text = `connections:\n  acme:\n    url: sftp://a@b\n    hostKeys: ${A}, ${B}  # two\n`;
    expect(hostKeys(text, [A, B, C])).toBe(text.replace(`${A}, ${B}`, `["${A}", "${B}", "${C}"]`));
  });

  it('whose list is empty, or has no value', () => {
    const text = `connections:\n  acme:\n    url: sftp://a@b\n    hostKeys: []\n`;
    expect(hostKeys(text, [A])).toBe(text.replace('[]', `["${A}"]`));
    const bare = text.replace(' []', '');
    expect(() => hostKeys(bare, [A])).not.toThrow();
  });

  it('padding makes no other key of it', () => {
    const text = `connections:\n  acme:\n    url: sftp://a@b\n    hostKeys: ["${A}="]\n`;
    expect(hostKeys(text, [A])).toBe(text);
  });
});

describe('what shares its text with another place is left to a person', () => {
  it.each([
    ['a connection that is an alias', 'connections:\n  base: &base\n    url: sftp://a@b\n  acme: *base\n'],
    [
      'keys that are an alias',
      `connections:\n  base:\n    url: sftp://a@b\n    hostKeys: &keys ["${A}"]\n  acme:\n    url: sftp://a@c\n    hostKeys: *keys\n`,
    ],
    [
      'a connection that others are an alias of',
      'connections:\n  acme: &base\n    url: sftp://a@b\n  base: *base\n',
    ],
  ])('%s', (_what, text) => {
    expect(() => hostKeys(text, [B])).toThrow(SettingsError);
    expect(() => hostKeys(text, [B])).toThrow(/tallyman\.yaml:\d+:\d+ {2}.*by hand/);
  });
});

it('whatever lists follow each other, the lines around stay as they are', () => {
  const lists = fc.array(fc.subarray([A, B, C]), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(lists, (sequence) => {
      let text = FILE;
      for (const list of sequence) text = hostKeys(text, list);
      const without = text.replace(/ {4}hostKeys: .*\n/, '');
      expect(without).toBe(FILE);
      expect([...text.matchAll(/SHA256:(.)/g)].map(([, letter]) => letter).sort()).toEqual(
        (sequence.at(-1) ?? []).map((each) => each.charAt(7)).sort(),
      );
    }),
    { numRuns: 50 },
  );
});
