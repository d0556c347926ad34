import type { Random } from '../../core/random.js';
import type { BodyFrame } from './http-body.js';

const BOUNDARY_LENGTH = 32;

export interface MultipartFrame {
  readonly frame: BodyFrame;
  /** The value of Content-Type. */
  readonly contentType: string;
}

/** What stands around a file in multipart/form-data (RFC 7578; names as the WHATWG's HTML standard escapes them). */
export function multipartFrame(field: string, fileName: string, random: Random): MultipartFrame {
  const boundary = `tallyman-${random.token(BOUNDARY_LENGTH)}`;
  const head = [
    `--${boundary}`,
    `Content-Disposition: form-data; name="${escaped(field)}"; filename="${escaped(fileName)}"`,
    'Content-Type: application/octet-stream',
    '',
    '',
  ];
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    frame: { before: Buffer.from(head.join('\r\n')), after: Buffer.from(`\r\n--${boundary}--\r\n`) },
  };
}

/** HTML standard, "multipart/form-data encoding algorithm": nothing in a name can end its quotes or its line. */
function escaped(name: string): string {
  return name.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22');
}
