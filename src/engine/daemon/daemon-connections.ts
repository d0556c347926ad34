import { nameUnknown } from '../../core/name-unknown.js';
import type { RunServices } from '../../runs/run-services.js';
import { probeConnection, type ProbeReport } from '../connection-probe/probe-connection.js';
import { listConnections } from '../connection-list.js';
import type { SettingsInForce } from '../surroundings.js';
import type { ConnectionStatus, DaemonConnections } from './daemon-face.js';
import type { PartnerGuardOfStore } from '../../runs/partner-guard-of-store.js';

export interface DaemonConnectionsParts {
  readonly services: RunServices;
  readonly guard: PartnerGuardOfStore;
  readonly inForce: () => SettingsInForce;
}

/** The connections of the settings in force, and what the guard says of each. */
export class ConnectionsOfDaemon implements DaemonConnections {
  readonly #parts: DaemonConnectionsParts;

  constructor(parts: DaemonConnectionsParts) {
    this.#parts = parts;
  }

  list(): readonly ConnectionStatus[] {
    const { guard, inForce } = this.#parts;
    return listConnections(inForce()).map((connection) => {
      const { failures, lastReason } = guard.stateOf(connection.name);
      return {
        ...connection,
        admission: guard.admits(connection.name),
        failures,
        ...(lastReason === undefined ? {} : { lastReason }),
      };
    });
  }

  release(connection: string, by: string): Promise<boolean> {
    this.#expect(connection);
    return this.#parts.guard.release(connection, by);
  }

  async test(connection: string, signal: AbortSignal): Promise<ProbeReport> {
    this.#expect(connection);
    const { services, inForce } = this.#parts;
    const order = { location: `${connection}:`, write: false };
    return probeConnection(order, inForce(), services, { signal, step: () => undefined });
  }

  #expect(connection: string): void {
    const { loaded } = this.#parts.inForce();
    if (loaded.settings.connections?.[connection] !== undefined) return;
    throw nameUnknown(
      `the settings have no connection ${connection}`,
      'tally connections list shows those that there are.',
    );
  }
}
