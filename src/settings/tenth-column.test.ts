import { describe, expect, it } from 'vitest';
import type { Platform } from '../core/platform.js';
import { TransferError } from '../core/transfer-error.js';
import { resolveTenthColumn, type RegistryQuery, type TenthColumnPlaces } from './tenth-column.js';

const KEY_64 = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Wow6432Node\\GlobalSCAPE Inc.\\EFT Server 4.0';
const KEY_32 = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\GlobalSCAPE Inc.\\EFT Server 4.0';
const NAME = 'Enable10ColumnInClientLog';
const JSON_PATH = '/eft/AdvancedProperties.json';
const REG_PATH = '/eft/eft.reg';

function platformWith(files: Readonly<Record<string, Buffer>> = {}, os: NodeJS.Platform = 'linux') {
  return {
    host: { os },
    files: {
      readAll: async (path: string) => {
        const bytes = files[path];
        if (bytes === undefined) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
        return bytes;
      },
    },
  } as unknown as Platform;
}

function resolve(places: Partial<TenthColumnPlaces>) {
  return resolveTenthColumn({ env: {}, platform: platformWith(), ...places });
}

const fromJson = (text: string | Buffer) =>
  resolve({
    eft: { advancedPropertiesPath: JSON_PATH },
    platform: platformWith({ [JSON_PATH]: Buffer.from(text) }),
  });

const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

const fromReg = (bytes: Buffer) =>
  resolve({ eft: { registryExportPath: REG_PATH }, platform: platformWith({ [REG_PATH]: bytes }) });

const exportOf = (...lines: string[]) =>
  ['Windows Registry Editor Version 5.00', '', ...lines, ''].join('\r\n');

const liveWith =
  (values: Readonly<Record<string, { type: string; data: string }>>): RegistryQuery =>
  async (key, name) =>
    name === NAME ? values[key] : undefined;

async function failureOf(promise: Promise<unknown>): Promise<TransferError> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(TransferError);
  expect((thrown as TransferError).code).toBe('SETTINGS_INVALID');
  return thrown as TransferError;
}

it('is off when nothing is set anywhere', async () => {
  expect(await resolve({})).toEqual({ on: false, origin: 'default' });
});

describe('the order of the places', () => {
  const everything: Partial<TenthColumnPlaces> = {
    flag: true,
    env: { TALLY_ENABLE10COLUMNINCLIENTLOG: '1' },
    settings: { tenthColumn: true },
    eft: { advancedPropertiesPath: JSON_PATH, registryExportPath: REG_PATH },
    platform: platformWith(
      {
        [JSON_PATH]: Buffer.from(`{"${NAME}": "1"}`),
        [REG_PATH]: utf16(exportOf(`[${KEY_64}]`, `"${NAME}"=dword:00000001`)),
      },
      'win32',
    ),
    queryRegistry: liveWith({ [KEY_64]: { type: 'REG_DWORD', data: '0x1' } }),
  };
  const origins = [
    '--tenth-column',
    'TALLY_ENABLE10COLUMNINCLIENTLOG',
    'clientLog.tenthColumn',
    `${JSON_PATH} ${NAME}`,
    `${REG_PATH} [${KEY_64}]`,
    `registry ${KEY_64}`,
    'default',
  ];
  const withoutFirst = (count: number): Partial<TenthColumnPlaces> => ({
    ...everything,
    ...(count > 0 ? { flag: undefined } : {}),
    ...(count > 1 ? { env: {} } : {}),
    ...(count > 2 ? { settings: {} } : {}),
    ...(count > 3 ? { eft: { registryExportPath: REG_PATH } } : {}),
    ...(count > 4 ? { eft: {} } : {}),
    ...(count > 5 ? { queryRegistry: liveWith({}) } : {}),
  });

  it.each(origins.map((origin, place) => [place + 1, origin] as const))(
    'place %i wins over those after it: %s',
    async (place, origin) => {
      expect(await resolve(withoutFirst(place - 1))).toEqual({ on: origin !== 'default', origin });
    },
  );

  it('an earlier "off" wins over a later "on"', async () => {
    expect(await resolve({ ...everything, flag: false })).toEqual({ on: false, origin: '--no-tenth-column' });
    expect(
      await resolve({ ...everything, flag: undefined, env: { TALLY_ENABLE10COLUMNINCLIENTLOG: '0' } }),
    ).toEqual({
      on: false,
      origin: 'TALLY_ENABLE10COLUMNINCLIENTLOG',
    });
  });

  it('the live registry is asked on Windows only', async () => {
    const queryRegistry = liveWith({ [KEY_32]: { type: 'REG_DWORD', data: '0x1' } });
    expect((await resolve({ queryRegistry })).on).toBe(false);
    expect((await resolve({ queryRegistry, platform: platformWith({}, 'win32') })).on).toBe(true);
  });
});

describe('the environment', () => {
  it.each([
    ['1', true],
    ['true', true],
    ['TRUE', true],
    ['0', false],
    ['false', false],
  ])('takes %s', async (value, on) => {
    expect((await resolve({ env: { TALLY_ENABLE10COLUMNINCLIENTLOG: value } })).on).toBe(on);
  });

  it('counts an empty variable as not set', async () => {
    expect((await resolve({ env: { TALLY_ENABLE10COLUMNINCLIENTLOG: '' } })).origin).toBe('default');
  });

  it.each(['2', 'yes', 'on', '-1', '1\n2'])('refuses %j and names the variable', async (value) => {
    const failure = await failureOf(resolve({ env: { TALLY_ENABLE10COLUMNINCLIENTLOG: value } }));
    expect(failure.message).toMatch(
      /^TALLY_ENABLE10COLUMNINCLIENTLOG .* must be 1 \(ten columns\) or 0 \(nine\), not "/,
    );
  });
});

describe('tallyman.yaml', () => {
  it('takes either spelling', async () => {
    expect(await resolve({ settings: { tenthColumn: true } })).toEqual({
      on: true,
      origin: 'clientLog.tenthColumn',
    });
    expect(await resolve({ settings: { Enable10ColumnInClientLog: 1 } })).toEqual({
      on: true,
      origin: `clientLog.${NAME}`,
    });
    expect((await resolve({ settings: { Enable10ColumnInClientLog: 0 } })).on).toBe(false);
  });

  it('takes both when they agree and refuses them when they do not', async () => {
    expect((await resolve({ settings: { tenthColumn: true, Enable10ColumnInClientLog: 1 } })).on).toBe(true);
    const failure = await failureOf(
      resolve({ settings: { tenthColumn: true, Enable10ColumnInClientLog: 0 } }),
    );
    expect(failure.message).toContain(`${NAME} contradicts clientLog.tenthColumn`);
  });

  it.each([[null], [2], ['ja'], [[]]])('refuses %j and names line and column', async (value) => {
    const failure = await failureOf(
      resolve({
        settings: {
          Enable10ColumnInClientLog: value,
          originOf: () => ({ kind: 'file', file: 'tallyman.yaml', line: 3, column: 9 }),
        },
      }),
    );
    expect(failure.message).toMatch(/^tallyman\.yaml:3:9 /);
  });
});

describe('AdvancedProperties.json', () => {
  it.each([
    ['"1"', true],
    ['1', true],
    ['"true"', true],
    ['true', true],
    ['"0"', false],
    ['0', false],
    ['"false"', false],
    ['false', false],
  ])('takes %s', async (value, on) => {
    expect((await fromJson(`{"Other": "x", "${NAME}": ${value}}`)).on).toBe(on);
  });

  it('takes a byte order mark, and UTF-16', async () => {
    expect((await fromJson(`\ufeff{"${NAME}": "1"}`)).on).toBe(true);
    expect((await fromJson(utf16(`{"${NAME}": "1"}`))).on).toBe(true);
  });

  it('is passed over when it does not name the switch', async () => {
    expect((await fromJson('{"log_request": "1"}')).origin).toBe('default');
  });

  it.each([
    [`{\n  "${NAME}": "2"\n}`, `${JSON_PATH}:2:1`],
    [`{"${NAME}": null}`, `${JSON_PATH}:1:1`],
    [`{"${NAME}": ""}`, `${JSON_PATH}:1:1`],
    ['{', 'it is not JSON'],
    ['["x"]', 'not a group of properties'],
  ])('refuses %j and names the place', async (text, words) => {
    expect((await failureOf(fromJson(text))).message).toContain(words);
  });

  it('must exist when it is named', async () => {
    const failure = await failureOf(resolve({ eft: { advancedPropertiesPath: '/nowhere.json' } }));
    expect(failure.message).toBe('/nowhere.json:1:1  there is no such file');
  });
});

describe('a registry export', () => {
  const on = `"${NAME}"=dword:00000001`;
  const off = `"${NAME}"=dword:00000000`;

  it.each([
    ['UTF-16LE with its mark', utf16(exportOf(`[${KEY_32}]`, on))],
    ['UTF-8', Buffer.from(exportOf(`[${KEY_32}]`, on))],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${exportOf(`[${KEY_32}]`, on)}`)],
    ['line ends of Unix', Buffer.from(exportOf(`[${KEY_32}]`, on).replaceAll('\r', ''))],
    ['the form of Windows 98', Buffer.from(`REGEDIT4\r\n\r\n[${KEY_32}]\r\n${on}\r\n`)],
    ['names in other letters', Buffer.from(exportOf(`[${KEY_32.toUpperCase()}]`, on.toUpperCase()))],
  ])('is read in %s', async (_what, bytes) => {
    expect(await fromReg(bytes)).toEqual({ on: true, origin: `${REG_PATH} [${KEY_32}]` });
  });

  it('prefers the 64-bit key', async () => {
    const found = await fromReg(utf16(exportOf(`[${KEY_32}]`, on, '', `[${KEY_64}]`, off)));
    expect(found).toEqual({ on: false, origin: `${REG_PATH} [${KEY_64}]` });
  });

  it.each([
    ['under another key', [`[${KEY_32}\\Sub]`, on]],
    ['under a key of another hive', ['[HKEY_CURRENT_USER\\SOFTWARE\\GlobalSCAPE Inc.\\EFT Server 4.0]', on]],
    ['before any key', [on]],
    ['of another name', [`[${KEY_32}]`, `"${NAME}2"=dword:00000001`]],
    ['in a comment', [`[${KEY_32}]`, `; ${on}`]],
    ['that the export removes', [`[${KEY_32}]`, on, `"${NAME}"=-`]],
    [
      'whose key the export removes later',
      [`[${KEY_32}]`, on, '[-HKEY_LOCAL_MACHINE\\SOFTWARE\\GlobalSCAPE Inc.]'],
    ],
  ])('does not count a value %s', async (_what, lines) => {
    expect((await fromReg(utf16(exportOf(...lines)))).origin).toBe('default');
  });

  it('lets the later of two sections win, as an import would', async () => {
    expect((await fromReg(utf16(exportOf(`[${KEY_32}]`, on, `[${KEY_32}]`, off)))).on).toBe(false);
  });

  it.each([
    [`"${NAME}"=dword:00000002`, 'must be 1 (ten columns) or 0 (nine), not 2'],
    [`"${NAME}"="1"`, 'must be a DWORD'],
    [`"${NAME}"=hex:01`, 'must be a DWORD'],
    [`"${NAME}"=`, 'must be a DWORD'],
  ])('refuses %s and names the line', async (line, words) => {
    const failure = await failureOf(fromReg(utf16(exportOf(`[${KEY_32}]`, line))));
    expect(failure.message).toContain(`${REG_PATH}:4:1`);
    expect(failure.message).toContain(words);
  });

  it('refuses a file that is none', async () => {
    expect((await failureOf(fromReg(Buffer.from('{}')))).message).toContain('not a registry export');
    expect((await failureOf(fromReg(Buffer.alloc(0)))).message).toContain('not a registry export');
  });
});

describe('the live registry', () => {
  const onWindows = (queryRegistry: RegistryQuery) =>
    resolve({ queryRegistry, platform: platformWith({}, 'win32') });

  it('asks for the 64-bit key first', async () => {
    const asked: string[] = [];
    const found = await onWindows(async (key) => {
      asked.push(key);
      return key === KEY_32 ? { type: 'REG_DWORD', data: '0x0' } : undefined;
    });
    expect(asked).toEqual([KEY_64, KEY_32]);
    expect(found).toEqual({ on: false, origin: `registry ${KEY_32}` });
  });

  it('is off by default when the switch is in neither key', async () => {
    expect((await onWindows(liveWith({}))).origin).toBe('default');
  });

  it.each([
    [{ type: 'REG_DWORD', data: '0x2' }, 'must be 1'],
    [{ type: 'REG_SZ', data: '1' }, 'must be a DWORD, not REG_SZ "1"'],
    [{ type: 'REG_DWORD', data: 'x' }, 'must be a DWORD'],
  ])('refuses %j and names the key', async (value, words) => {
    const failure = await failureOf(onWindows(liveWith({ [KEY_64]: value })));
    expect(failure.message).toContain(`registry ${KEY_64}`);
    expect(failure.message).toContain(words);
  });

  it('says what to do when it cannot be asked', async () => {
    const failure = await failureOf(onWindows(() => Promise.reject(new Error('spawn reg.exe ENOENT'))));
    expect(failure.message).toContain('set clientLog.tenthColumn');
  });
});
