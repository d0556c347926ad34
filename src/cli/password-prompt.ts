import { Secret } from '../core/secret.js';
import { TransferError } from '../core/transfer-error.js';

/**
 * Asks on the terminal without showing what is typed. Rejects CANCELLED on Ctrl-C or the end of the input.
 * The terminal is as before afterwards.
 */
export function promptWithoutEcho(
  question: string,
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
): Promise<Secret> {
  return new Promise((resolve, reject) => {
    let typed = '';
    const settle = (result: Secret | TransferError) => {
      input.off('data', onData).off('end', onEnd);
      input.setRawMode(false);
      input.pause();
      output.write('\n');
      if (result instanceof Secret) resolve(result);
      else reject(result);
    };
    const onEnd = () => settle(cancelled());
    const onData = (chunk: Buffer | string) => {
      for (const character of chunk.toString()) {
        if (character === '\r' || character === '\n') return settle(new Secret(typed));
        if (character === '\u0003' || character === '\u0004') return settle(cancelled());
        if (character === '\u007f' || character === '\b') typed = [...typed].slice(0, -1).join('');
        else typed += character;
      }
    };
    // Before the question: what is typed at once must not be shown either.
    input.setRawMode(true);
    input.setEncoding('utf8');
    input.on('data', onData).on('end', onEnd);
    input.resume();
    output.write(question);
  });
}

function cancelled(): TransferError {
  return new TransferError({
    code: 'CANCELLED',
    lastCode: -1,
    phase: 'login',
    message: 'no password was given',
  });
}
