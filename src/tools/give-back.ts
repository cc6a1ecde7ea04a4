/**
 * Gives the memory of a buffer back at once: V8 lets 64 MB of buffers wait for its collector. To be called by the only holder,
 * who has no more use for it. One that shares the pool of small buffers with others (`Buffer.poolSize`) is left to the collector.
 */
export function giveBack({ buffer, byteLength }: Buffer): void {
  const isPooled = byteLength !== buffer.byteLength && byteLength < Buffer.poolSize / 2
  if (byteLength > 0 && !isPooled && buffer instanceof ArrayBuffer) buffer.transfer(0)
}
