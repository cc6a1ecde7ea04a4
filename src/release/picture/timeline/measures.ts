/** Where everything stands in the timeline, in pixels. */

export const WIDTH = 1200
export const MARGIN = 24
/** Of the titles of steps. */
export const LABEL_WIDTH = 300
/** Where time begins, and how far it reaches. */
export const CHART = 340
export const CHART_WIDTH = 620
/** The right edges of the two columns of figures. */
export const TOOK = 1070
export const PLANNED = WIDTH - MARGIN

export const BAND_HEIGHT = 28
export const LINE = 19
export const SMALL_LINE = 16
export const SIZE = 15
export const SMALL = 12

export const MINUTE = 60_000
