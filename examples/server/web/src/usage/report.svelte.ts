// What the usage page shows of a time: sums, read anew when the time or the person is another.
import { faultOf, type Fault } from '../api/fault'
import { summary, type Range, type UsageOf, type UsageSum } from './calls'

export type Sums = { total: UsageSum; days: UsageSum[]; models: UsageSum[]; users: UsageSum[]; keys: UsageSum[] }

export class Report {
  sums = $state.raw<Sums | null>(null)
  range = $state.raw<Range | null>(null) // of the sums
  of = $state<UsageOf>('self')
  reading = $state(false)
  fault = $state.raw<Fault | null>(null)
  #round = 0

  async read(of: UsageOf, range: Range): Promise<void> {
    const round = ++this.#round
    this.reading = true
    this.fault = null
    try {
      const [totals, days, models, keys, users] = await Promise.all([
        summary(of, range, 'none'),
        summary(of, range, 'day'),
        summary(of, range, 'model'),
        summary(of, range, 'key'),
        of === 'tenant' ? summary(of, range, 'user') : [],
      ])
      const [total] = totals
      if (round !== this.#round || !total) return
      this.sums = { total, days, models, keys, users }
      this.range = range
      this.of = of
    } catch (error) {
      if (round === this.#round) this.fault = faultOf(error)
    } finally {
      if (round === this.#round) this.reading = false
    }
  }
}
