// Whether what the page is there for has been painted. What stands beside it comes then, so that nobody waits for both.
const longest = 5_000 // in a tab that nobody looks at nothing is painted

const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve))
const pause = (milliseconds: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, milliseconds))

let tell: () => void = () => {}
const drawn = new Promise<void>((resolve) => (tell = resolve))

export const shown = (): void => tell()

export const painted: Promise<unknown> = Promise.race([drawn.then(frame).then(frame), pause(longest)])
