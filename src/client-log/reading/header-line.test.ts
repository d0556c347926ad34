import { describe, expect, it } from 'vitest';
import { isHeader } from './header-line.js';

describe('isHeader', () => {
  it.each([
    'Time; Protocol; Host Name; Port; User Name; Local Path; Remote Path; Operation; GetLastCode',
    'Time; Protocol; Host Name; Port; User Name; Local Path; Remote Path; Operation; GetLastCode;',
    'TIME;PROTOCOL;HOST NAME;PORT;USER NAME;LOCAL PATH;REMOTE PATH;OPERATION;GETLASTCODE;',
    'TIME; PROT: HOST:PORT; USER; LOCAL_PATH; REMOTE_PATH; OPERATION; LAST_RESULT_CODE; ACTION_RESULT',
    'TIME | PROTOCOL | HOST | PORT | USER | LOCAL_PATH | REMOTE_PATH | OPERATION | LAST_RESULT_CODE | ACTION_RESULT',
    'time|protocol|host|port',
  ])('takes %s', (line) => {
    expect(isHeader(line)).toBe(true);
  });

  it.each([
    [
      'a record',
      '2006-03-06 10:11:03; ftp; 192.168.20.171; 21; ClientA; C:\\test1.txt; /test1.txt; download; 226;',
    ],
    ['a sentence', 'Time flies; Protocol'],
    ['too few names', 'Time; Protocol; Port'],
    ['the heading of another log', 'Time; Protocol; Host; Port; Severity; Message'],
    ['a heading that does not begin with the time', 'Protocol; Time; Host; Port'],
    ['a heading of any length', `Time; ${'Port; '.repeat(100_000)}`],
    ['nothing', ''],
  ])('does not take %s', (_what, line) => {
    expect(isHeader(line)).toBe(false);
  });
});
