/**
 * Whether a private key needs a passphrase: PEM (PKCS#1 and PKCS#8), OpenSSH's own form, PuTTY's PPK. False for what
 * is none of them: the session then says what is wrong with it.
 */
export function isEncryptedKey(text: string): boolean {
  if (/^PuTTY-User-Key-File-\d+:/m.test(text)) return /^Encryption:\s*(?!none)\S/m.test(text);
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----/.test(text)) return true;
  if (/^Proc-Type:\s*4,\s*ENCRYPTED/m.test(text)) return true;
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END/.exec(text)?.[1];
  return body !== undefined && opensshCipher(Buffer.from(body, 'base64')) !== 'none';
}

const OPENSSH_MAGIC = 'openssh-key-v1\0';

/** The cipher's name stands first behind the magic, as a string with its length (PROTOCOL.key of OpenSSH). */
function opensshCipher(bytes: Buffer): string {
  const start = OPENSSH_MAGIC.length + 4;
  if (bytes.length < start || bytes.toString('latin1', 0, OPENSSH_MAGIC.length) !== OPENSSH_MAGIC)
    return 'none';
  return bytes.toString('latin1', start, start + bytes.readUInt32BE(OPENSSH_MAGIC.length));
}
