import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Reading many rules leaves garbage of several times their size, and V8 keeps it as long as the process does little: of
 * 10,000 rules 150 MiB. So it is collected once, when the daemon has started; that takes a tenth of a second.
 */
export function collectStartGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
}
