/** Errors of the client's own that nobody can wait for. */

/**
 * Whether this came of a connection that was cut while the client introduced itself on it. The client has begun the next
 * connection by then, and goes on with that one (`identify` of @discordjs/ws, whose promise is dropped).
 */
export function isCutIntroduction(error: unknown): error is Error {
  return error instanceof Error && /^WebSocket is not open: readyState \d/.test(error.message)
}
