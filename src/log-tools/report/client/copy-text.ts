/** Puts text into the clipboard. Resolves with false where the browser does not allow it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // A page opened from a file may have no clipboard: the user can still select the text.
    return false;
  }
}
