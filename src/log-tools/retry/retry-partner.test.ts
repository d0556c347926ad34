import { describe, expect, it } from 'vitest';
import {
  choiceText,
  findPartner,
  parseConnectionChoice,
  type ConnectionChoice,
  type LineEndpoint,
  type RetryPartner,
} from './retry-partner.js';

const acme: RetryPartner = {
  name: 'acme',
  host: 'SFTP.acme.example',
  port: 22,
  user: 'orders',
  protocol: 'sftp',
};
const line: LineEndpoint = { protocol: 'sftp', host: 'sftp.ACME.example', port: 22, user: 'orders' };

const find = (
  changes: Partial<LineEndpoint>,
  partners: readonly RetryPartner[] = [acme],
  ...choices: readonly string[]
) => findPartner({ ...line, ...changes }, partners, choices.map(choice));

function choice(text: string): ConnectionChoice {
  const read = parseConnectionChoice(text);
  if (typeof read === 'string') throw new TypeError(read);
  return read;
}

describe('the connection of a line', () => {
  it('is the one with its host, port and user, the host in any case', () => {
    expect(find({})).toEqual({ kind: 'found', partner: acme });
  });

  it('is found though the line leaves port or user empty', () => {
    expect(find({ port: undefined, user: '' })).toEqual({ kind: 'found', partner: acme });
  });

  it('is none where port or user differ, and the ones of the host are named', () => {
    expect(find({ port: 2222 })).toEqual({ kind: 'none', near: [acme] });
    expect(find({ user: 'other' })).toEqual({ kind: 'none', near: [acme] });
    expect(find({ host: 'elsewhere' })).toEqual({ kind: 'none', near: [] });
    expect(find({ host: '' })).toEqual({ kind: 'none', near: [] });
  });

  it('is never guessed between two', () => {
    const twin = { ...acme, name: 'acme2' };
    expect(find({}, [acme, twin])).toEqual({ kind: 'several', partners: [acme, twin] });
    const other = { ...acme, name: 'invoices', user: 'invoices' };
    expect(find({ user: '' }, [acme, other])).toEqual({ kind: 'several', partners: [acme, other] });
    expect(find({}, [acme, other])).toEqual({ kind: 'found', partner: acme });
  });

  it('speaks the protocol of the line', () => {
    const plain = { ...acme, name: 'plain', protocol: 'ftp' } as const;
    const secured = { ...acme, name: 'secured', protocol: 'ftps' } as const;
    expect(find({ protocol: 'ftps' }, [plain, secured])).toEqual({ kind: 'found', partner: secured });
    expect(find({ protocol: 'ftps' }, [plain])).toEqual({ kind: 'other-protocol', partner: plain });
  });

  it('is chosen by the user, whatever host, port, user and protocol it has', () => {
    expect(find({ protocol: 'ftp', host: 'old.example', port: 21 }, [acme], 'old.example=acme')).toEqual({
      kind: 'found',
      partner: acme,
    });
    expect(find({ host: 'old.example', port: 21 }, [acme], 'old.example:22=acme')).toMatchObject({
      kind: 'none',
    });
  });

  it('is chosen by the most specific choice, in whatever order they stand', () => {
    const beta = { ...acme, name: 'beta' };
    const gamma = { ...acme, name: 'gamma' };
    const choices = ['sftp.acme.example=acme', 'sftp.acme.example:22=beta', 'orders@sftp.acme.example=gamma'];
    for (const order of [choices, choices.toReversed()]) {
      expect(find({}, [acme, beta, gamma], ...order)).toMatchObject({ partner: gamma });
      expect(find({ user: 'x' }, [acme, beta, gamma], ...order)).toMatchObject({ partner: beta });
      expect(find({ user: 'x', port: 23 }, [acme, beta, gamma], ...order)).toMatchObject({ partner: acme });
    }
  });

  it('is this machine for a local line', () => {
    expect(find({ protocol: 'local' })).toEqual({ kind: 'local' });
  });
});

describe('a choice', () => {
  it.each([
    ['h=a', { user: undefined, host: 'h', port: undefined, name: 'a' }],
    ['H.example:22=a', { user: undefined, host: 'h.example', port: 22, name: 'a' }],
    ['u@x@h:22=a', { user: 'u@x', host: 'h', port: 22, name: 'a' }],
    ['[::1]:2222=a', { user: undefined, host: '::1', port: 2222, name: 'a' }],
    ['fe80::1=a', { user: undefined, host: 'fe80::1', port: undefined, name: 'a' }],
  ])('%s', (text, expected) => expect(parseConnectionChoice(text)).toEqual(expected));

  it.each(['', 'h', '=a', 'h=', 'h:x=a', 'h h=a', 'u@=a'])('%j is refused', (text) => {
    expect(parseConnectionChoice(text)).toMatch(/^must be /);
  });

  it('is offered in a form that is read again', () => {
    for (const endpoint of [line, { ...line, host: '::1' }, { ...line, port: undefined, user: '' }]) {
      const { user, port } = endpoint;
      expect(parseConnectionChoice(choiceText(endpoint, 'acme'))).toEqual({
        user: user === '' ? undefined : user,
        host: endpoint.host.toLowerCase(),
        port,
        name: 'acme',
      });
    }
  });
});
