import { TransferError } from '../../core/transfer-error.js';
import type { TrustView } from './see-trust.js';

/** What pinning what a server shows would do. */
export type PinPlan =
  | { readonly kind: 'nothing-new' }
  /** Keys come to those that are pinned; none goes. */
  | { readonly kind: 'add'; readonly fingerprints: readonly string[] }
  /** The server shows none of the keys that are trusted: those go. */
  | { readonly kind: 'replace'; readonly fingerprints: readonly string[] };

/** Plans from what the server shows and what the connection itself pins. Throws for a key that is revoked. */
export function planPins(view: TrustView, written: readonly string[]): PinPlan {
  const revoked = view.shown.find(({ standing }) => standing === 'revoked');
  if (revoked !== undefined) throw revokedError(view, revoked.fingerprint);
  const shown = view.shown.map(({ fingerprint }) => fingerprint);
  const present = new Set(written.map(plain));
  const fresh = shown.filter((fingerprint) => !present.has(fingerprint));
  if (fresh.length === 0) return { kind: 'nothing-new' };
  const isTrusted = view.shown.some(({ standing }) => ['pinned', 'known', 'trusted'].includes(standing));
  const isChanged = view.shown.some(({ standing }) => standing === 'changed');
  if (!isTrusted && isChanged) return { kind: 'replace', fingerprints: shown };
  return { kind: 'add', fingerprints: [...written, ...fresh] };
}

/** The list with keys added and removed by hand; `missing` are those to be removed that are not there. */
export function changedPins(
  written: readonly string[],
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): { readonly fingerprints: readonly string[]; readonly missing: readonly string[] } {
  const present = new Set(written.map(plain));
  const gone = new Set(remove.map(plain));
  const kept = written.filter((fingerprint) => !gone.has(plain(fingerprint)));
  const fresh = add.map(plain).filter((fingerprint) => !present.has(fingerprint) && !gone.has(fingerprint));
  return {
    fingerprints: [...kept, ...new Set(fresh)],
    missing: remove.filter((fingerprint) => !present.has(plain(fingerprint))),
  };
}

/** Padding says nothing. */
function plain(fingerprint: string): string {
  return fingerprint.replace(/=+$/, '');
}

function revokedError({ place }: TrustView, fingerprint: string): TransferError {
  return new TransferError({
    code: 'HOST_KEY_REVOKED',
    lastCode: 10053,
    phase: 'connect',
    message: `${place}: the server shows ${fingerprint}, which is marked as revoked; it is not pinned`,
  });
}
