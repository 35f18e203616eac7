// The time, as far as the names of days need it: "today" becomes "yesterday" while a page is open.
class Today {
  now = $state.raw(new Date())

  watch(): () => void {
    const timer = setInterval(() => {
      if (new Date().getDate() !== this.now.getDate()) this.now = new Date()
    }, 60_000)
    return () => clearInterval(timer)
  }
}

export const today = new Today()
