/** The 4 or 16 bytes of an IPv4 or IPv6 address; undefined for anything else, names and scoped addresses included. */
export function ipBytes(text: string): Buffer | undefined {
  return text.includes(':') ? ipv6Bytes(text) : ipv4Bytes(text);
}

function ipv4Bytes(text: string): Buffer | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const numbers = parts.map(Number);
  return numbers.every((number) => number <= 255) ? Buffer.from(numbers) : undefined;
}

/** RFC 4291, section 2.2. */
function ipv6Bytes(text: string): Buffer | undefined {
  const [head, tail, ...more] = text.split('::');
  if (head === undefined || more.length > 0) return undefined;
  const front = groupBytes(head, tail === undefined);
  const back = tail === undefined ? Buffer.alloc(0) : groupBytes(tail, true);
  if (front === undefined || back === undefined) return undefined;
  const missing = 16 - front.length - back.length;
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined;
  return Buffer.concat([front, Buffer.alloc(missing), back]);
}

/** Groups of four hex digits; the last two may be written as an IPv4 address. */
function groupBytes(text: string, mayEndInIpv4: boolean): Buffer | undefined {
  if (text === '') return Buffer.alloc(0);
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    const isLast = index === groups.length - 1;
    const ipv4 = mayEndInIpv4 && isLast ? ipv4Bytes(group) : undefined;
    if (ipv4 !== undefined) bytes.push(...ipv4);
    else if (/^[0-9a-f]{1,4}$/i.test(group))
      bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff);
    else return undefined;
  }
  return bytes.length <= 16 ? Buffer.from(bytes) : undefined;
}
