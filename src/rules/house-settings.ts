import type { SecretReference } from './triggers/trigger.js';

/** `commands:`: the only programs that rules may run. */
export interface CommandSettings {
  /** Absolute paths; one that ends with `/` allows no more than the programs directly in it. */
  readonly allow: readonly string[];
}

/** `mail:`: how e-mail leaves. */
export interface MailSettings {
  readonly host: string;
  readonly port: number;
  readonly security: 'none' | 'starttls' | 'tls';
  readonly user?: string;
  readonly password?: SecretReference;
  readonly ca?: string;
  readonly from: string;
  /** Who is told of alarms; nobody when empty. */
  readonly alarmsTo: readonly string[];
}

/** `api:` */
export interface ApiSettings {
  readonly enabled: boolean;
  /** Default 127.0.0.1; another wants TLS. */
  readonly address: string;
  readonly port: number;
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Proxies whose X-Forwarded-For counts. */
  readonly trustedProxies: readonly string[];
  /** Names by which it may be called besides localhost, its address and the machine's name: a proxy in front passes them on. */
  readonly hostNames: readonly string[];
  readonly requestsPerMinute: number;
}

/** `store:` */
export interface StoreSettings {
  /** Absolute path of the SQLite file; by default `store.sqlite` in the state folder. */
  readonly file?: string;
  readonly keepFailuresMs: number;
  readonly keepSuccessesMs: number;
  readonly keepAuditMs: number;
}

export const DEFAULT_API_SETTINGS: ApiSettings = {
  enabled: true,
  address: '127.0.0.1',
  port: 4480,
  trustedProxies: [],
  hostNames: [],
  requestsPerMinute: 600,
};

const DAY_MS = 86_400_000;

export const DEFAULT_STORE_SETTINGS: StoreSettings = {
  keepFailuresMs: 90 * DAY_MS,
  keepSuccessesMs: 30 * DAY_MS,
  keepAuditMs: 365 * DAY_MS,
};
