import { spawn, type ChildProcess } from 'node:child_process';
import type { Clock } from '../../core/clock.js';
import type { ProgramEnd, ProgramOrder, Programs } from '../../runs/run-services.js';
import type { CommandRunner } from '../../settings/command-runner.js';

/** Of our own environment, what every program may see. */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'SystemRoot', 'TEMP', 'TMP', 'PATHEXT'];

/** From the polite end of a program to the other one. */
const KILL_DELAY_MS = 5_000;

/** Programs of this machine, each in a process group of its own, so that its children end with it. */
export function createNodePrograms(
  clock: Clock,
  environment: Readonly<Record<string, string | undefined>>,
  commands: CommandRunner,
): Programs {
  const passedOn = Object.fromEntries(
    PASSED_ON.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
  return { run: (order) => runProgram(order, { clock, passedOn, commands }) };
}

interface Machine {
  readonly clock: Clock;
  readonly passedOn: Readonly<Record<string, string>>;
  readonly commands: CommandRunner;
}

function runProgram(order: ProgramOrder, machine: Machine): Promise<ProgramEnd> {
  const [program, ...args] = order.command;
  const isWindows = process.platform === 'win32';
  return new Promise((resolve, reject) => {
    const child = spawn(program ?? '', args, {
      ...(order.folder === undefined ? {} : { cwd: order.folder }),
      env: { ...machine.passedOn, ...order.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: false,
      detached: !isWindows,
      windowsHide: true,
    });
    const ending = new Ending(child, machine, isWindows);
    const stdout = new Kept(order.maxOutputBytes);
    const stderr = new Kept(order.maxOutputBytes);
    child.stdout?.on('data', (chunk: Buffer) => stdout.take(chunk));
    child.stderr?.on('data', (chunk: Buffer) => stderr.take(chunk));
    const limit = machine.clock.startTimer(order.timeoutMs, () => ending.begin('timeLimit'));
    const onAbort = () => ending.begin('cancel');
    order.signal.addEventListener('abort', onAbort, { once: true });
    if (order.signal.aborted) onAbort();
    const settle = () => {
      limit.cancel();
      ending.over();
      order.signal.removeEventListener('abort', onAbort);
    };
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    // `exit`, not `close`: a child in the background may hold the pipes for ever.
    child.once('exit', (code, signal) => {
      settle();
      const endedBy = ending.reason ?? (signal === null ? 'itself' : 'signal');
      // What was written before the end is in the pipes by now, and is read in the next turns.
      setImmediate(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve({
          exitCode: code ?? undefined,
          endedBy,
          stdout: stdout.text(),
          stderr: stderr.text(),
          droppedBytes: stdout.droppedBytes + stderr.droppedBytes,
        });
      });
    });
  });
}

/** First asks, then kills; the whole group. */
class Ending {
  readonly #child: ChildProcess;
  readonly #machine: Machine;
  readonly #isWindows: boolean;
  #reason: 'timeLimit' | 'cancel' | undefined;
  #timer: { cancel(): void } | undefined;

  constructor(child: ChildProcess, machine: Machine, isWindows: boolean) {
    this.#child = child;
    this.#machine = machine;
    this.#isWindows = isWindows;
  }

  get reason(): 'timeLimit' | 'cancel' | undefined {
    return this.#reason;
  }

  begin(reason: 'timeLimit' | 'cancel'): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#signal('SIGTERM');
    this.#timer = this.#machine.clock.startTimer(KILL_DELAY_MS, () => this.#signal('SIGKILL'));
  }

  /** The program is gone; what it left running of a group that had to be ended goes too. */
  over(): void {
    this.#timer?.cancel();
    if (this.#reason !== undefined) this.#signal('SIGKILL');
  }

  #signal(name: 'SIGTERM' | 'SIGKILL'): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    if (this.#isWindows) {
      const limits = { timeoutMs: KILL_DELAY_MS, maxBytes: 65_536 };
      this.#machine.commands
        .run(['taskkill', '/PID', String(pid), '/T', '/F'], limits)
        .catch(() => this.#child.kill());
      return;
    }
    try {
      process.kill(-pid, name);
    } catch {
      // ESRCH: all of them have ended meanwhile.
    }
  }
}

/** The first bytes of an output; the rest is read and dropped, so that the program never waits for us. */
class Kept {
  readonly #maxBytes: number;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  droppedBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  take(chunk: Buffer): void {
    const room = this.#maxBytes - this.#bytes;
    const kept = chunk.subarray(0, Math.max(0, room));
    if (kept.length > 0) this.#chunks.push(kept);
    this.#bytes += kept.length;
    this.droppedBytes += chunk.length - kept.length;
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
