/** Memory of the kernel: a bump allocator that never frees, as one instance serves one pass over a log. */

let heapTop: usize = 0;

/** `bytes` of zeroed memory, aligned to 16. */
export function allocate(bytes: usize): usize {
  if (heapTop == 0) heapTop = (__heap_base + 15) & ~15;
  const at = heapTop;
  heapTop = (at + bytes + 15) & ~15;
  const missing = <i32>((heapTop + 0xffff) >> 16) - memory.size();
  if (missing > 0 && memory.grow(missing) < 0) unreachable();
  return at;
}

/** How much has been handed out. */
export function allocatedBytes(): usize {
  return heapTop;
}
