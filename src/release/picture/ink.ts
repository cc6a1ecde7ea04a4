/** The colours of the pictures: told apart by lightness too, each readable on the ground (4.5 to 1 for text). */
export const INK = {
  ground: '#ffffff',
  edge: '#c9d1d9',
  band: '#eef2f6',
  grid: '#e3e8ed',
  text: '#1b2733',
  faint: '#566573',
  ran: '#2f81c7',
  fix: '#128a74',
  failed: '#c22f2f',
  good: '#1f7a3d',
  planned: '#8895a3',
  wait: '#e5b567',
  waitLight: '#fbf1dd',
  critical: '#4b2a85',
  gold: '#8a6414',
} as const
