// A file may neither come nor fail: whoever waits for one goes on after a while.
export const patience = {
  start: 4_000, // until the page begins in another language
  change: 8_000, // of whoever chooses a language and sees the one before it
  part: 10_000, // for the texts of a part that has come itself
}

// What comes, or an error once the time is over; it may come all the same.
export async function within<Of>(milliseconds: number, coming: Promise<Of>): Promise<Of> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${milliseconds} ms`)), milliseconds)
  })
  return Promise.race([coming, over]).finally(() => clearTimeout(timer))
}
