/** The titles by which the stories of one release find its question and its result, on every platform. */

export const GATE = '#1: submit harbour 3.1.3+001 to the AUR?'
export const DONE = '#1: Harbour 3.1.3+001 is released'
