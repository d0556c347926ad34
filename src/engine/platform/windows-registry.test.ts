import { expect, it } from 'vitest';
import type { CommandResult } from '../../settings/command-runner.js';
import { createRegistryQuery } from './windows-registry.js';

const KEY = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\GlobalSCAPE Inc.\\EFT Server 4.0';

function queryOver(result: Partial<CommandResult> & { readonly text?: string }) {
  const runs: (readonly string[])[] = [];
  const query = createRegistryQuery(
    {
      run: async (argv) => {
        runs.push(argv);
        return { exitCode: result.exitCode ?? 0, stdout: Buffer.from(result.text ?? '', 'latin1') };
      },
    },
    'D:\\WINNT',
  );
  return { runs, query };
}

it('runs reg.exe of the Windows folder and reads type and data, whatever the language', async () => {
  const text = `\r\n${KEY}\r\n    Enable10ColumnInClientLog    REG_DWORD    0x1\r\n\r\n\xc9l\xe9ments trouv\xe9s\r\n`;
  const { runs, query } = queryOver({ text });
  expect(await query(KEY, 'enable10columninclientlog')).toEqual({ type: 'REG_DWORD', data: '0x1' });
  expect(runs).toEqual([['D:\\WINNT\\System32\\reg.exe', 'query', KEY, '/v', 'enable10columninclientlog']]);
});

it('gives nothing when key or value do not exist', async () => {
  expect(await queryOver({ exitCode: 1 }).query(KEY, 'X')).toBeUndefined();
  expect(
    await queryOver({ text: '\r\nEnd of search: 0 match(es) found.\r\n' }).query(KEY, 'X'),
  ).toBeUndefined();
});

it('rejects when reg.exe ends in another way', async () => {
  await expect(queryOver({ exitCode: 5 }).query(KEY, 'X')).rejects.toThrow('reg query ended with 5');
});
