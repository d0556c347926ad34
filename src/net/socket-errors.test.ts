import { describe, expect, it } from 'vitest';
import { winsockErrnoNames } from '../core/winsock.js';
import { socketError } from './socket-errors.js';

const failure = (code: string) => Object.assign(new Error(`connect ${code}`), { code });
const context = { phase: 'connect', place: 'acme:21' } as const;

describe('socketError', () => {
  // client-log.md, section 4, table A.
  it.each([
    ['EINTR', 10004],
    ['EACCES', 10013],
    ['EPERM', 10013],
    ['EFAULT', 10014],
    ['EINVAL', 10022],
    ['EMFILE', 10024],
    ['ENFILE', 10024],
    ['EADDRINUSE', 10048],
    ['EADDRNOTAVAIL', 10049],
    ['ENETDOWN', 10050],
    ['ENETUNREACH', 10051],
    ['ENETRESET', 10052],
    ['ECONNABORTED', 10053],
    ['ECONNRESET', 10054],
    ['EPIPE', 10054],
    ['ENOBUFS', 10055],
    ['ENOTCONN', 10057],
    ['ETIMEDOUT', 10060],
    ['ECONNREFUSED', 10061],
    ['EHOSTDOWN', 10064],
    ['EHOSTUNREACH', 10065],
    ['ENOTFOUND', 11001],
    ['EAI_AGAIN', 11002],
    ['ESERVFAIL', 11003],
    ['EAI_FAIL', 11003],
    ['ENODATA', 11004],
  ])('%s is %i in the log', (errno, number) => {
    const error = socketError(failure(errno), context);
    expect(error).toMatchObject({ lastCode: number, phase: 'connect', sessionLost: true });
    expect(error.message).toBe(`acme:21: ${errno}`);
    expect(winsockErrnoNames()).toContain(errno);
  });

  it('has a row of the specification for each name that it knows', () => {
    expect(winsockErrnoNames()).toHaveLength(26);
  });

  it('names our own setting where the address to connect from is not ours', () => {
    expect(socketError(failure('EADDRNOTAVAIL'), context)).toMatchObject({
      side: 'us',
      advice: expect.stringContaining('bindAddress') as string,
    });
  });

  it('lets the first of several addresses speak', () => {
    const several = new AggregateError([failure('EHOSTUNREACH'), failure('ECONNREFUSED')], '');
    expect(socketError(several, context)).toMatchObject({ code: 'UNREACHABLE', lastCode: 10065 });
  });

  it('takes the number given for what the table does not know', () => {
    expect(socketError(new Error('odd'), { ...context, fallbackCode: 10053 }).lastCode).toBe(10053);
  });
});
