/** What every answer carries, so that a browser makes nothing of it that we did not mean. */
export function securityHeaders(isEncrypted: boolean): Readonly<Record<string, string>> {
  return {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    ...(isEncrypted ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };
}
