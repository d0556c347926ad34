import type { Clock } from '../../src/core/clock.js';
import type { Files, OpenFile } from '../../src/core/files.js';
import type { Platform } from '../../src/core/platform.js';
import type { Store } from '../../src/store/store.js';

/** Whether the call in which the process dies has an effect: its answer is lost either way. */
export type DeathKind = 'before' | 'after';

/**
 * The death of a process at the n-th thing that it changes in the world: a write of the store, a line, a file operation.
 * From then on nothing that it calls ever answers, and none of its timers rings.
 */
export class Doom {
  readonly death: Promise<void>;
  /** Called for each change that had its effect. Nothing is kept of them here: a life may have millions. */
  changed: (what: string) => void = () => undefined;
  /** What it was to change last: where it died. */
  last = '';
  #changes = 0;
  #isDead = false;
  #isBuried = false;
  readonly #open = new Set<OpenFile>();
  readonly #underWay = new Set<Promise<unknown>>();
  #die: () => void = () => undefined;
  readonly #at: number;
  readonly #kind: DeathKind;

  /** `at` from 1; 0 = it lives. */
  constructor(at: number, kind: DeathKind) {
    this.#at = at;
    this.#kind = kind;
    this.death = new Promise((resolve) => {
      this.#die = () => {
        this.#isDead = true;
        resolve();
      };
    });
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** One change of the world. */
  async change<T>(what: string, call: () => Promise<T>): Promise<T> {
    if (this.#isDead) return never();
    this.last = what;
    this.#changes += 1;
    const isLast = this.#changes === this.#at;
    if (isLast && this.#kind === 'before') return this.#end();
    this.changed(what);
    const answer = call();
    this.#underWay.add(answer);
    try {
      return await this.#answer(answer, isLast);
    } finally {
      this.#underWay.delete(answer);
    }
  }

  /** A look, which changes nothing. */
  look<T>(call: () => Promise<T>): Promise<T> {
    return this.#isDead ? never() : this.#answer(call(), false);
  }

  /** A file that the process has open until it closes it. */
  async opened(file: OpenFile): Promise<void> {
    if (this.#isBuried) await file.close();
    else this.#open.add(file);
  }

  async closing(file: OpenFile): Promise<void> {
    this.#open.delete(file);
    await file.close();
  }

  /** What was under way as it died comes to its end, and the system closes what it had open: before another begins. */
  async bury(): Promise<void> {
    this.#isBuried = true;
    await Promise.allSettled(this.#underWay);
    await Promise.all([...this.#open].map((file) => file.close()));
    this.#open.clear();
  }

  async #answer<T>(answer: Promise<T>, isLast: boolean): Promise<T> {
    const [settled] = await Promise.allSettled([answer]);
    if (isLast) return this.#end();
    if (this.#isDead) return never();
    if (settled.status === 'rejected') throw settled.reason;
    return settled.value;
  }

  #end<T>(): Promise<T> {
    this.#die();
    return never();
  }
}

function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}

const LOOKS: ReadonlySet<string> = new Set([
  ...[
    'stat',
    'lstat',
    'readAll',
    'realPath',
    'read',
    'get',
    'list',
    'counts',
    'ruleOf',
    'waiting',
    'nextDueMs',
  ],
  ...[
    'ofEvent',
    'abandoned',
    'steps',
    'nothingCounts',
    'pauses',
    'quarantined',
    'triggerState',
    'unlogged',
    'find',
  ],
  ...['ofRun', 'ofTarget', 'parks', 'breakers', 'open alarms', 'tokens', 'audits', 'check', 'schemaVersion'],
]);

type Method = (...args: unknown[]) => unknown;

/** The same platform for a process that will die; `pid` tells its processes apart. */
export function doomedPlatform(platform: Platform, doom: Doom, pid: number): Platform {
  return {
    ...platform,
    clock: doomedClock(platform.clock, doom),
    files: doomedFiles(platform.files, doom),
    host: { ...platform.host, pid, isProcessAlive: (other) => other === pid },
  };
}

function doomedClock(clock: Clock, doom: Doom): Clock {
  return {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    startTimer: (delayMs, run) => clock.startTimer(delayMs, () => void (doom.isDead || run())),
    sleep: (delayMs, signal) => doom.look(() => clock.sleep(delayMs, signal)),
  };
}

function doomedFiles(files: Files, doom: Doom): Files {
  return intercepted(files, (name, call, args) => {
    if (name === 'list') return call();
    const what = `${name} ${args.filter((arg) => typeof arg === 'string').join(' ')}`;
    if (name !== 'open') return throughDoom(doom, { name, what }, call);
    const open = async () => {
      const file = (await call()) as OpenFile;
      await doom.opened(file);
      return doomedFile(file, doom, String(args[0]));
    };
    return args[1] === 'read' ? doom.look(open) : doom.change(what, open);
  });
}

function doomedFile(file: OpenFile, doom: Doom, path: string): OpenFile {
  return intercepted(file, (name, call) => {
    const answer = name === 'close' ? () => doom.closing(file) : call;
    return throughDoom(doom, { name, what: `${name} ${path}` }, answer);
  });
}

/** The same store for a process that will die. Its facts outlive it, so closing does nothing. */
export function doomedStore(store: Store, doom: Doom): Store {
  const rooms = Object.fromEntries(
    (['runs', 'events', 'transfers', 'ledger', 'partners', 'alarms', 'access', 'upkeep'] as const).map(
      (room) => [
        room,
        intercepted(store[room], (name, call) => {
          const isLook = LOOKS.has(name) || (room === 'alarms' && name === 'open');
          return throughDoom(doom, { name: isLook ? 'get' : name, what: `store.${room}.${name}` }, call);
        }),
      ],
    ),
  );
  return { ...(rooms as unknown as Store), close: async () => undefined };
}

function throughDoom(
  doom: Doom,
  { name, what }: { name: string; what: string },
  call: () => unknown,
): unknown {
  const answer = () => call() as Promise<unknown>;
  return LOOKS.has(name) ? doom.look(answer) : doom.change(what, answer);
}

/** Every method goes through `around`. */
function intercepted<T extends object>(
  target: T,
  around: (name: string, call: () => unknown, args: readonly unknown[]) => unknown,
): T {
  return new Proxy(target, {
    get(inner, name) {
      const value: unknown = Reflect.get(inner, name, inner);
      if (typeof value !== 'function' || typeof name !== 'string') return value;
      return (...args: unknown[]) => around(name, () => (value as Method).apply(inner, args), args);
    },
  });
}
