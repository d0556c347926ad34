import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { contribFolder, factsOf, sharedLines, type RecordFacts, type SharedLine } from './interop-lines.js';

/** None of these programs is in Debian's packages: what their files say is run here instead, to the letter. */

let lines: readonly SharedLine[];

beforeAll(async () => {
  lines = await sharedLines();
});

const fileOf = (name: string) => readFile(join(contribFolder, name), 'utf8');

/** A regular expression of RE2 or PCRE as one of JavaScript, whose dot leaves out more than line feeds. */
function pattern(source: string): RegExp {
  const ignoresCase = source.startsWith('(?i)');
  const flags = ignoresCase ? 'is' : 's';
  const body = source
    .slice(ignoresCase ? 4 : 0)
    .replaceAll('(?P<', '(?<')
    .replace(/\\x\{(\w{4})\}/g, '\\u$1');
  return new RegExp(body, flags);
}

/** The lines that a program reads otherwise than we do. */
function differences(read: (line: SharedLine) => RecordFacts | undefined): readonly string[] {
  const records = lines.filter(({ record }) => record !== undefined);
  expect(records.length).toBeGreaterThan(40);
  return records
    .filter((line) => JSON.stringify(read(line)) !== JSON.stringify(line.record && factsOf(line.record)))
    .map((line) => `${line.fixture}:${line.lineNumber} ${line.text} ${JSON.stringify(read(line))}`);
}

type Groups = Readonly<Record<string, string | undefined>>;

function factsOfGroups(groups: Groups, result: string | undefined): RecordFacts {
  const { protocol = '', host = '', port = '', user = '', operation = '', code = '' } = groups;
  return {
    protocol: protocol.toLowerCase(),
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port,
    user,
    operation: operation.toLowerCase(),
    code,
    result: result ?? '',
    inferred: (groups['action_result'] ?? '') === '',
  };
}

describe('Grafana Alloy', () => {
  let text: string;

  beforeAll(async () => {
    text = await fileOf('alloy/client-log.alloy');
  });

  /** Columns by the `stage.regex` blocks, the later over the earlier; the label by the last `stage.match` that fits. */
  function read({ text: line }: SharedLine): RecordFacts | undefined {
    const expressions = [...text.matchAll(/stage\.regex \{\s*expression = `([^`]*)`/g)].map(
      ([, source = '']) => source,
    );
    const groups: Record<string, string | undefined> = {};
    for (const source of expressions) Object.assign(groups, pattern(source).exec(line)?.groups);
    return groups['time'] === undefined ? undefined : factsOfGroups(groups, resultOf(line));
  }

  function resultOf(line: string): string | undefined {
    const blocks = text.matchAll(
      /stage\.match \{\s*selector = `\{job="client-log"\}([^`]*)`\s*stage\.static_labels \{\s*values = \{ result = "(\w+)" \}/g,
    );
    let result: string | undefined;
    for (const [, filters = '', word] of blocks) {
      const fits = [...filters.matchAll(/(\|~|!~) ("(?:[^"\\]|\\.)*")/g)].every(
        ([, operator, quoted = '']) =>
          pattern(JSON.parse(quoted) as string).test(line) === (operator === '|~'),
      );
      if (fits) result = word;
    }
    return result;
  }

  it('reads columns and results as Tallyman does', () => {
    expect(differences(read)).toEqual([]);
  });

  it('drops headings and nothing else', () => {
    const [, source = ''] = /stage\.drop \{\s*expression\s*= `([^`]*)`/.exec(text) ?? [];
    const dropped = lines.filter((line) => pattern(source).test(line.text));
    expect(dropped.length).toBeGreaterThan(2);
    expect(dropped).toEqual(lines.filter(({ kind }) => kind === 'header'));
  });

  it('has no label but job, node, result and protocol', () => {
    const labels = [
      ...(/path_targets = \[\{([^}]*)\}\]/.exec(text)?.[1]?.matchAll(/(\w+) +=/g) ?? []),
      ...(/stage\.labels \{\s*values = \{([^}]*)\}/.exec(text)?.[1]?.matchAll(/(\w+) +=/g) ?? []),
      ...text.matchAll(/static_labels \{\s*values = \{ (\w+) =/g),
    ].map(([, name]) => name);
    expect(new Set(labels)).toEqual(new Set(['__path__', 'job', 'node', 'protocol', 'result']));
    expect(text).toMatch(/stage\.label_drop \{\s*values = \["filename"\]/);
  });

  it('is whole: what it names is there, and every brace is closed', () => {
    const bare = text.replace(/`[^`]*`|"(?:[^"\\]|\\.)*"|\/\/.*/g, '');
    expect(bare.split('{').length).toBe(bare.split('}').length);
    const blocks = [...text.matchAll(/^(\w+(?:\.\w+)+) "(\w+)" \{/gm)].map(
      ([, kind, name]) => `${kind}.${name}`,
    );
    for (const [, kind] of text.matchAll(/= \[?((?:loki|local)\.\w+\.\w+)\./g))
      expect(blocks).toContain(kind);
  });
});

interface FilebeatSettings {
  readonly 'filebeat.inputs': readonly {
    readonly type: string;
    readonly id: string;
    readonly exclude_lines: readonly string[];
    readonly processors: readonly [
      { readonly script: { readonly lang: string; readonly source: string } },
      { readonly timestamp: { readonly field: string; readonly layouts: readonly string[] } },
    ];
  }[];
}

describe('Filebeat', () => {
  let settings: FilebeatSettings['filebeat.inputs'][number] | undefined;

  beforeAll(async () => {
    const whole = parse(await fileOf('filebeat/client-log.yml')) as FilebeatSettings;
    settings = whole['filebeat.inputs'][0];
  });

  type FieldValue = string | number | boolean | undefined;

  interface FilebeatEvent {
    readonly fields: Record<string, FieldValue>;
    readonly tags: string[];
  }

  /** Runs the script of the file on one line. */
  function processed(message: string): FilebeatEvent {
    const fields: Record<string, FieldValue> = { message };
    const tags: string[] = [];
    const event = {
      Get: (key: string) => fields[key] ?? null,
      Put: (key: string, value: FieldValue) => void (fields[key] = value),
      Tag: (tag: string) => void tags.push(tag),
    };
    runInNewContext(`${settings?.processors[0].script.source ?? ''}\nprocess(event);`, { event });
    return { fields, tags };
  }

  function read({ text }: SharedLine): RecordFacts | undefined {
    const { fields, tags } = processed(text);
    if (tags.includes('client_log_unread')) return undefined;
    const field = (name: string) => String(fields[name] ?? '');
    return {
      protocol: field('network.protocol'),
      host: field('destination.address'),
      port: field('destination.port'),
      user: field('user.name'),
      operation: field('client_log.operation'),
      code: field('client_log.code'),
      result: field('event.outcome') === 'success' ? 'succeeded' : 'failed',
      inferred: fields['client_log.inferred'] === true,
    };
  }

  it('reads columns and results as Tallyman does', () => {
    expect(differences(read)).toEqual([]);
  });

  it('has the paths, and does not guess where a raw semicolon parts them', () => {
    for (const line of lines.filter(({ record }) => record !== undefined)) {
      const { fields, tags } = processed(line.text);
      if (tags.includes('client_log_ambiguous')) {
        expect(line.record?.candidates, line.text).toBeDefined();
        expect(fields).not.toHaveProperty(['client_log.local_path']);
      } else if (!line.text.includes('%') && line.record?.candidates === undefined) {
        expect(fields['client_log.local_path'], line.text).toBe(line.record?.localPath);
        expect(fields['client_log.remote_path'], line.text).toBe(line.record?.remotePath);
      }
    }
  });

  it('tags what it cannot read and never throws', () => {
    for (const text of ['', ';', '???', '2026-03-01 02:08:15; ftp; h; 21; u; /a', ';'.repeat(50)]) {
      expect(processed(text).tags).toEqual(['client_log_unread']);
    }
  });

  it('leaves out headings and blank lines, and nothing else', () => {
    const patterns = settings?.exclude_lines.map(pattern) ?? [];
    const left = lines.filter(({ text }) => patterns.some((each) => each.test(text)));
    expect(left).toEqual(lines.filter(({ kind }) => kind === 'header'));
    expect(patterns.some((each) => each.test(' \r'))).toBe(true);
  });

  it('reads the time where the script puts it', () => {
    const { timestamp } = settings?.processors[1] ?? {};
    expect(timestamp).toMatchObject({ field: 'client_log.time', layouts: ['2006-01-02 15:04:05'] });
    const line = lines.find(({ record }) => record !== undefined);
    expect(processed(line?.text ?? '').fields['client_log.time']).toBe(line?.record?.time);
  });

  it('is of a kind that Filebeat tells apart by its id', () => {
    expect(settings).toMatchObject({ type: 'filestream', id: 'client-log' });
    expect(settings?.processors[0].script.lang).toBe('javascript');
  });
});

describe('Splunk', () => {
  let props: Groups;
  let transforms: ReadonlyMap<string, Groups>;

  beforeAll(async () => {
    props = stanzas(await fileOf('splunk/props.conf')).get('client_log') ?? {};
    transforms = stanzas(await fileOf('splunk/transforms.conf'));
  });

  /** Columns by the transforms, the first that finds a field; the result by the first match of EVAL-result. */
  function read({ text }: SharedLine): RecordFacts | undefined {
    const groups: Record<string, string | undefined> = {};
    for (const name of (props['REPORT-columns'] ?? '').split(', ')) {
      const found = pattern(transforms.get(name)?.['REGEX'] ?? '$^').exec(text)?.groups ?? {};
      for (const [key, value] of Object.entries(found)) groups[key] ??= value;
    }
    const { dest_host: host, dest_port: port } = groups;
    return groups['time'] === undefined
      ? undefined
      : factsOfGroups({ ...groups, host, port }, resultOf(text));
  }

  function resultOf(line: string): string | undefined {
    const cases = (props['EVAL-result'] ?? '').matchAll(/match\(_raw, "([^"]*)"\), "(\w+)"/g);
    for (const [, source = '', word] of cases) if (pattern(source).test(line)) return word;
    return undefined;
  }

  it('reads columns and results as Tallyman does', () => {
    expect(differences(read)).toEqual([]);
  });

  it('sends headings to nowhere, and nothing else', () => {
    const { REGEX = '', ...rest } = transforms.get(props['TRANSFORMS-headings'] ?? '') ?? {};
    expect(rest).toEqual({ DEST_KEY: 'queue', FORMAT: 'nullQueue' });
    const dropped = lines.filter(({ text }) => pattern(REGEX).test(text));
    expect(dropped).toEqual(lines.filter(({ kind }) => kind === 'header'));
  });

  it('reads one line as one event, its time at the beginning and in a zone that is named', () => {
    expect(props).toMatchObject({
      SHOULD_LINEMERGE: 'false',
      LINE_BREAKER: '([\\r\\n]+)',
      TIME_PREFIX: '^',
      TIME_FORMAT: '%Y-%m-%d %H:%M:%S',
      TZ: 'Europe/Berlin',
    });
  });

  it('leaves Splunk its own fields', () => {
    for (const { REGEX = '' } of transforms.values())
      expect(REGEX).not.toMatch(/\(\?<(?:host|source|sourcetype|index)>/);
  });
});

/** The stanzas of a .conf file. */
function stanzas(text: string): ReadonlyMap<string, Groups> {
  const found = new Map<string, Record<string, string>>();
  let current: Record<string, string> = {};
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name] = /^\[(.*)\]$/.exec(line) ?? [];
    if (name !== undefined) found.set(name, (current = {}));
    else {
      const [, key, value] = /^([\w-]+) = (.*)$/.exec(line) ?? [];
      expect(key, line).toBeDefined();
      if (key !== undefined) current[key] = value ?? '';
    }
  }
  return found;
}
