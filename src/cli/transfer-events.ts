import type { FileObserver } from '../transfers/transfer-observer.js';
import type { Output } from './output.js';
import { outcomeData } from './progress/json-events.js';

/** `--jsonl`: each settled file as one line of data, besides what `inner` shows. */
export function fileEvents(inner: FileObserver, output: Output): FileObserver {
  return {
    ...inner,
    fileSettled: (file, outcome) => {
      inner.fileSettled?.(file, outcome);
      const { source, target, sizeBytes } = file;
      void output.write(
        `${JSON.stringify({ type: 'file', source, target, sizeBytes, outcome: outcomeData(outcome) })}\n`,
      );
    },
  };
}
