import type { Fault } from '../../src/simulator/faults.js';
import type { FtpDeed } from '../../src/simulator/ftp-session.js';
import { startFtpPartner, type FtpPartner } from '../../src/simulator/ftp-partner.js';
import { diskTree } from './disk-tree.js';
import type { MemoryDisk } from './memory-disk.js';
import { PASSWORD } from './simulated-machine.js';

export type PartnerTrouble = keyof typeof TROUBLES;

const TROUBLES = {
  down: [{ at: { command: 'CONNECT' }, do: { kind: 'reset' } }],
  silent: [{ at: { command: 'CONNECT' }, do: { kind: 'silence' } }],
  'refuses login': [{ at: { command: 'PASS' }, do: { kind: 'reply', code: 530, text: 'Login incorrect' } }],
} as const satisfies Readonly<Record<string, readonly Fault<FtpDeed>[]>>;

/** What happens to one command. */
const ONCE: readonly Fault<FtpDeed>[] = [
  // Done, and the answer is lost.
  { at: { command: 'RNTO', nth: 1, moment: 'answer' }, do: { kind: 'reset' } },
  { at: { command: 'DELE', nth: 1, moment: 'answer' }, do: { kind: 'reset' } },
  { at: { command: 'STOR', nth: 1, moment: 'answer' }, do: { kind: 'close' } },
  { at: { command: 'STOR', nth: 1 }, do: { kind: 'afterBytes', bytes: 20, do: { kind: 'reset' } } },
  { at: { command: 'RETR', nth: 1 }, do: { kind: 'afterBytes', bytes: 20, do: { kind: 'reset' } } },
  { at: { command: 'STOR', nth: 1 }, do: { kind: 'diskFull', afterBytes: 10 } },
  { at: { command: 'STOR', nth: 1 }, do: { kind: 'loseWrites' } },
  { at: { command: 'RETR', nth: 1 }, do: { kind: 'truncate', afterBytes: 15 } },
  { at: { command: '*', nth: 3 }, do: { kind: 'noAnswer' } },
];

/** ACME: an FTP server that serves `/partner` of the simulated disk. */
export class SimulatedPartner {
  readonly #partner: FtpPartner;
  readonly #suffered = new Set<PartnerTrouble>();

  private constructor(partner: FtpPartner) {
    this.#partner = partner;
  }

  static async start(disk: MemoryDisk): Promise<SimulatedPartner> {
    disk.makePath('/partner/in');
    disk.makePath('/partner/out');
    const root = diskTree(disk, '/partner');
    return new SimulatedPartner(
      await startFtpPartner({ root, user: 'tally', password: PASSWORD, dataWaitMs: 2_000 }),
    );
  }

  get url(): string {
    return this.#partner.url;
  }

  /** Connections taken since the start. */
  get connections(): number {
    return this.#partner.acceptedConnections;
  }

  /** From now on, also sessions that are open; until what it gives is called. */
  suffer(trouble: PartnerTrouble): () => void {
    this.#suffered.add(trouble);
    this.#arm();
    void this.#partner.interrupt({ kind: 'reset' });
    return () => {
      this.#suffered.delete(trouble);
      this.#arm();
    };
  }

  /** One fault of the list at its next command. */
  failOnce(which: number): void {
    const fault = ONCE[which % ONCE.length];
    if (fault !== undefined) this.#partner.inject(fault);
  }

  /** Everything is well again. */
  mend(): void {
    this.#suffered.clear();
    this.#arm();
  }

  stop(): Promise<void> {
    return this.#partner.stop();
  }

  #arm(): void {
    this.#partner.clearFaults();
    for (const trouble of this.#suffered) {
      for (const fault of TROUBLES[trouble]) this.#partner.inject(fault);
    }
  }
}
