import { describe, expect, it } from 'vitest';
import { TransferError } from '../../core/transfer-error.js';
import type { PartnerAdmission } from '../partner-guard.js';
import type { ActionContext, ActionEnd } from '../action-context.js';
import { atPartner } from './at-partner.js';

const place = { place: { endpoint: { label: 'acme' } } } as never;

/** `admissions`: what the guard says, one after another. */
function contextWith(admissions: readonly PartnerAdmission[]): ActionContext {
  const left = [...admissions];
  const guard = { admits: () => (left.length > 1 ? left.shift() : left[0]) };
  return {
    services: { guard, platform: { clock: { now: () => 0 } } },
    signal: new AbortController().signal,
  } as never;
}

function failed(code: 'CONNECT_REFUSED' | 'PERMISSION_DENIED', filesSucceeded = 0): ActionEnd {
  const error = new TransferError({ code, lastCode: 10061, phase: 'connect', message: code });
  return { kind: 'failed', error, filesSucceeded };
}

const probe = { kind: 'probe' } as const;
const open = { kind: 'open' } as const;
const shut = { kind: 'shut', untilMs: 60_000, reason: 'its last 6 connections failed' } as const;

describe('a run that tries whether a partner is up again', () => {
  it('waits on when it is not', async () => {
    const end = await atPartner(place, contextWith([probe, probe, shut]), async () =>
      failed('CONNECT_REFUSED'),
    );
    expect(end).toMatchObject({ kind: 'postponed', untilMs: 60_000 });
  });

  it('fails by its file when the partner is up', async () => {
    const end = await atPartner(place, contextWith([probe, probe, open]), async () =>
      failed('PERMISSION_DENIED'),
    );
    expect(end).toMatchObject({ kind: 'failed', error: { code: 'PERMISSION_DENIED' } });
  });

  it('fails when some of its files have gone: they are told', async () => {
    const end = await atPartner(place, contextWith([probe, probe, shut]), async () =>
      failed('CONNECT_REFUSED', 1),
    );
    expect(end.kind).toBe('failed');
  });

  it('any other run fails as before', async () => {
    const end = await atPartner(place, contextWith([open, open, shut]), async () =>
      failed('CONNECT_REFUSED'),
    );
    expect(end.kind).toBe('failed');
  });
});
