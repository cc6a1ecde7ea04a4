/** Facts about this machine's processes and programs that the runners ask for. */
export interface Processes {
  /** Cores that work can be spread over. */
  readonly cores: number
  /** The absolute path of a program on PATH, or undefined. */
  find(program: string): Promise<string | undefined>
  /** The user the bot runs as: numeric id and name. */
  readonly user: { readonly id: number; readonly name: string }
  /** The values of the named environment variables that are set. */
  environment(names: readonly string[]): Readonly<Record<string, string>>
}
