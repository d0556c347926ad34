import { describe, expect, it } from 'vitest';
import { readRecord } from '../../client-log/query/query.testing.js';
import { CODE_TABLES } from '../../client-log/result-codes/code-tables.js';
import { fillCheck } from './fill-check.js';

const acme = [{ name: 'ACME', host: 'sftp.acme.example', port: 22, user: 'batch' }];
const record = readRecord();

describe('checks of the dictionary', () => {
  it.each([
    ['`nc -vz HOST PORT`', '`nc -vz sftp.acme.example 22`'],
    ['`tally stat URL`', '`tally stat sftp://batch@sftp.acme.example/in/orders/inv_0301.xml`'],
    ['`tally list URL-OF-THE-FOLDER-ABOVE`', '`tally list sftp://batch@sftp.acme.example/in/orders`'],
    ['`tally list ftp://USER@HOST/`', '`tally list sftp://batch@sftp.acme.example/`'],
    ['`icacls PATH`', '`icacls "D:\\out\\inv_0301.xml"`'],
    ['`openssl s_client -connect HOST:PORT`', '`openssl s_client -connect sftp.acme.example:22`'],
    ['`nc -vz PROXY-HOST PROXY-PORT`', '`nc -vz PROXY-HOST PROXY-PORT`'],
    ['Ask about the HOST: `ping HOST`.', 'Ask about the HOST: `ping sftp.acme.example`.'],
  ])('%s becomes %s', (check, filled) => {
    expect(fillCheck(check, record, [])).toBe(filled);
  });

  it('name the connection where the settings know it', () => {
    expect(fillCheck('`tally stat URL`', record, acme)).toBe('`tally stat ACME:/in/orders/inv_0301.xml`');
  });

  it.each([
    ['ftps', 990, 'ftps://batch@h/'],
    ['ftps', 21, 'ftpes://batch@h/'],
    ['ftp', 2121, 'ftp://batch@h:2121/'],
    ['https', 443, 'https://batch@h/'],
    ['s3', 9000, 'https://batch@h:9000/'],
  ])('write the scheme of %s on port %i as %s', (protocol, port, url) => {
    const line = readRecord({ protocol, port, host: 'h', remotePath: '/' });
    expect(fillCheck('`x URL`', { ...line, remotePath: '/a' }, [])).toBe(`\`x ${url}a\``);
  });

  it('never put anything into a command that a shell would run', () => {
    const evil = '/in $(reboot) `id` \'; rm -rf ~ " & | > <!*?/a & b.xml';
    const line = readRecord({
      host: 'h; reboot',
      port: undefined,
      user: '$(id)',
      localPath: evil,
      remotePath: evil,
    });
    for (const table of Object.values(CODE_TABLES)) {
      for (const check of Object.values(table).flatMap(({ checks }) => checks)) {
        expect(fillCheck(check, line, [])).toBe(check);
      }
    }
    const known = readRecord({ localPath: evil, remotePath: evil });
    expect(fillCheck('`tally stat URL`', known, [])).toMatch(
      /^`tally stat sftp:\/\/batch@sftp\.acme\.example\/in[\w%.-]+\/[\w%.-]*`$/,
    );
    expect(fillCheck('`ls -ld PATH`', known, [])).toBe('`ls -ld PATH`');
    const dollar = readRecord({ localPath: '/srv/$(id)/x;y' });
    expect(fillCheck('`ls -ld PATH`', dollar, [])).toBe("`ls -ld '/srv/$(id)/x;y'`");
  });

  it('leave out hosts that a program would take for a flag, and names with control characters', () => {
    expect(fillCheck('`ping HOST`', readRecord({ host: '-oProxyCommand=x' }), [])).toBe('`ping HOST`');
    const hidden = readRecord({ localPath: '/a\u202eb', remotePath: '/a\u0007' });
    expect(fillCheck('`ls PATH` `tally stat URL`', hidden, [])).toBe('`ls PATH` `tally stat URL`');
  });

  it('quote paths with spaces', () => {
    const line = readRecord({ localPath: '/srv/my files/ä.xml' });
    expect(fillCheck('`ls -ld PATH`', line, [])).toBe('`ls -ld "/srv/my files/ä.xml"`');
  });
});
