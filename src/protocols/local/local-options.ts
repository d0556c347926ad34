/** A local folder or share. */
export interface LocalOptions {
  readonly kind: 'local';
}
