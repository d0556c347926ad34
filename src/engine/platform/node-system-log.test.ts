import { describe, expect, it } from 'vitest';
import type { CommandRunner } from '../../settings/command-runner.js';
import { createSystemLog } from './node-system-log.js';

function recorded(exitCode: number): {
  readonly commands: CommandRunner;
  readonly asked: (readonly string[])[];
} {
  const asked: (readonly string[])[] = [];
  const commands: CommandRunner = {
    run: (argv) => {
      asked.push(argv);
      return Promise.resolve({ exitCode, stdout: Buffer.alloc(0) });
    },
  };
  return { commands, asked };
}

describe('the log of the machine', () => {
  it('is syslog on Linux; a text never becomes an option or a second entry', async () => {
    const { commands, asked } = recorded(0);
    await createSystemLog('linux', commands).write('error', '-f /etc/passwd\nforged entry\u001b[2J');
    expect(asked).toEqual([
      ['logger', '-t', 'tallyman', '-p', 'daemon.err', '--', '-f /etc/passwd forged entry [2J'],
    ]);
  });

  it('is the event log on Windows', async () => {
    const { commands, asked } = recorded(0);
    await createSystemLog('win32', commands).write('notice', 'done');
    expect(asked[0]?.slice(0, 7)).toEqual([
      'eventcreate',
      '/L',
      'APPLICATION',
      '/SO',
      'Tallyman',
      '/T',
      'INFORMATION',
    ]);
  });

  it('that refuses the entry is an error', async () => {
    const { commands } = recorded(1);
    await expect(createSystemLog('linux', commands).write('info', 'x')).rejects.toMatchObject({
      code: 'SYSTEM_LOG_FAILED',
    });
  });
});
