import { parseLocation } from '../../core/location.js';
import type { TransferError } from '../../core/transfer-error.js';
import { publicKeyPin } from '../../net/tls-certificate.js';
import type { TlsLook } from '../../net/tls-look.js';
import { showPlace } from '../../net/tcp-dialer.js';
import { pinKeyOf, pinsOf, securityOf, type PartnerOptions } from '../../protocols/partner-options.js';
import { lookAtServer, type SeenHostKey } from '../../protocols/server-look.js';
import { resolveLook } from '../../settings/resolve-look.js';
import { settingsError } from '../../settings/settings-error.js';
import { certificateFacts, type CertificateFacts } from '../certificate-facts.js';
import { connectionText } from '../connection-text.js';
import type { SettingsInForce, Surroundings } from '../surroundings.js';

/** What a server shows now, and how it stands against what is trusted. */
export interface TrustView {
  /** The connection's name; undefined for a URL. */
  readonly connection: string | undefined;
  /** `host:port` */
  readonly place: string;
  /** Where pins of it stand in a connection, and by which flag they are given. */
  readonly key: 'hostKeys' | 'pins';
  /** Pins in force: of a flag, else of the connection. */
  readonly pinned: readonly string[];
  /** Of an SSH server each of its keys, of a TLS server the public key of its certificate. */
  readonly shown: readonly ShownKey[];
  /** Of a TLS server, its own certificate first. */
  readonly chain: readonly CertificateFacts[];
  /** What ended the look early: there may be more keys. */
  readonly failure: TransferError | undefined;
}

export interface ShownKey {
  /** `ssh-ed25519`; of a certificate `RSA`, `EC`. */
  readonly type: string;
  /** `SHA256:...` */
  readonly fingerprint: string;
  /**
   * `trusted`: by a CA. `refused`: by none, or for another reason. `further`: not trusted itself, but shown by a server
   * that has another key which is.
   */
  readonly standing: SeenHostKey['standing'] | 'further' | 'trusted' | 'refused';
  /** Where a known key stands; why a certificate is refused; empty else. */
  readonly reason: string;
  /** The keys that are trusted in its stead. */
  readonly instead: readonly string[];
}

/** Fetches what a server shows, without a login. Rejects when nothing was to be seen. */
export async function seeTrust(
  text: string,
  inForce: SettingsInForce,
  { platform }: Pick<Surroundings, 'platform'>,
  signal: AbortSignal,
): Promise<TrustView> {
  const location = parseLocation(connectionText(text));
  const { endpoint } = await resolveLook(connectionText(text), inForce.places);
  const options = endpoint.options as PartnerOptions;
  if (location.kind === 'local' || securityOf(options) === 'none') {
    throw settingsError({ kind: 'location', text }, 'is not secured by SSH or TLS, so it shows no key');
  }
  const { ssh, tls, failure } = await lookAtServer(options, platform, { signal, allHostKeys: true });
  if (ssh === undefined && tls === undefined && failure !== undefined) throw failure;
  return {
    connection: location.kind === 'connection' ? location.connection : undefined,
    place: showPlace(options.host, options.port),
    key: pinKeyOf(options),
    pinned: pinsOf(options),
    shown: tls === undefined ? shownHostKeys(ssh?.hostKeys ?? []) : shownCertificate(tls, options),
    chain: (tls?.chain ?? []).map(certificateFacts),
    // After the key was seen, what the server does next says nothing about it.
    failure: ssh === undefined ? undefined : failure,
  };
}

function shownHostKeys(hostKeys: readonly SeenHostKey[]): readonly ShownKey[] {
  const isTrusted = hostKeys.some(({ standing }) => standing === 'pinned' || standing === 'known');
  return hostKeys.map(({ type, fingerprint, standing, place, instead }) => ({
    type,
    fingerprint,
    standing: isTrusted && (standing === 'changed' || standing === 'unknown') ? 'further' : standing,
    reason: place ?? '',
    instead,
  }));
}

function shownCertificate(
  { chain, isPinned, problem }: TlsLook,
  options: PartnerOptions,
): readonly ShownKey[] {
  const [certificate] = chain;
  if (certificate === undefined) return [];
  const pins = pinsOf(options);
  const standing = isPinned
    ? 'pinned'
    : problem === undefined
      ? 'trusted'
      : pins.length > 0
        ? 'changed'
        : 'refused';
  return [
    {
      type: (certificate.publicKey.asymmetricKeyType ?? 'unknown').toUpperCase(),
      fingerprint: publicKeyPin(certificate),
      standing,
      reason: problem ?? '',
      instead: pins.map((pin) => `${pin}, pinned`),
    },
  ];
}
