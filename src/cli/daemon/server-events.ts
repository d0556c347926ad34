import { TransferError } from '../../core/transfer-error.js';

const MAX_BLOCK = 1024 * 1024;

/** One event of a stream of server-sent events. */
export interface ServerEvent {
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
}

/** Reads the stream as far as our daemon writes it: `id`, `event` and one line of JSON as `data`; the rest is passed over. */
export async function* readServerEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let pending = '';
  for await (const chunk of chunks) {
    pending += decoder.decode(chunk, { stream: true });
    const blocks = pending.split('\n\n');
    pending = blocks.pop() ?? '';
    if (pending.length > MAX_BLOCK) throw tooLong();
    for (const block of blocks) {
      const event = eventOf(block);
      if (event !== undefined) yield event;
    }
  }
}

function eventOf(block: string): ServerEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const [, name, value] = /^(id|event|data): ?(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) fields.set(name, value);
  }
  const data = fields.get('data');
  if (data === undefined) return undefined;
  return {
    id: fields.get('id') ?? '',
    type: fields.get('event') ?? 'message',
    data: JSON.parse(data) as unknown,
  };
}

function tooLong(): TransferError {
  return new TransferError({
    code: 'LIMIT_EXCEEDED',
    lastCode: -1,
    phase: 'read',
    message: `an event of the daemon's stream is longer than ${MAX_BLOCK} characters`,
  });
}
