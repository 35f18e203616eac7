// Where the outbox is kept: the browser's IndexedDB; where there is none (some private windows), memory.
import type { OutboxItem, OutboxStorage } from './outbox'

const table = 'outbox'

function settled<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('IndexedDB'))
  })
}

function open(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1)
  request.onupgradeneeded = () => request.result.createObjectStore(table, { keyPath: 'id' })
  return settled(request)
}

class IndexedStorage implements OutboxStorage {
  #database: Promise<IDBDatabase>

  constructor(name: string) {
    this.#database = open(name)
  }

  load(): Promise<OutboxItem[]> {
    return this.#run('readonly', (store) => store.getAll() as IDBRequest<OutboxItem[]>)
  }

  async put(item: OutboxItem): Promise<void> {
    await this.#run('readwrite', (store) => store.put(item))
  }

  async replace(item: OutboxItem): Promise<void> {
    const database = await this.#database
    const store = database.transaction(table, 'readwrite').objectStore(table)
    if ((await settled(store.count(item.id))) > 0) await settled(store.put(item))
  }

  async remove(id: string): Promise<void> {
    await this.#run('readwrite', (store) => store.delete(id))
  }

  async clear(): Promise<void> {
    await this.#run('readwrite', (store) => store.clear())
  }

  async #run<Value>(mode: IDBTransactionMode, what: (store: IDBObjectStore) => IDBRequest<Value>): Promise<Value> {
    const database = await this.#database
    return settled(what(database.transaction(table, mode).objectStore(table)))
  }
}

export class MemoryStorage implements OutboxStorage {
  #items = new Map<string, OutboxItem>()

  load = async (): Promise<OutboxItem[]> => [...this.#items.values()]

  async put(item: OutboxItem): Promise<void> {
    this.#items.set(item.id, item)
  }

  async replace(item: OutboxItem): Promise<void> {
    if (this.#items.has(item.id)) this.#items.set(item.id, item)
  }

  async remove(id: string): Promise<void> {
    this.#items.delete(id)
  }

  async clear(): Promise<void> {
    this.#items.clear()
  }
}

// What cannot be written is sent all the same: it is only not kept over a reload.
export class Forgiving implements OutboxStorage {
  #first: OutboxStorage
  #second = new MemoryStorage()

  constructor(first: OutboxStorage) {
    this.#first = first
  }

  load = (): Promise<OutboxItem[]> => this.#first.load().catch(() => this.#second.load())
  put = (item: OutboxItem): Promise<void> => this.#first.put(item).catch(() => this.#second.put(item))

  async replace(item: OutboxItem): Promise<void> {
    await this.#second.replace(item)
    await this.#first.replace(item).catch(() => {})
  }

  async remove(id: string): Promise<void> {
    await this.#second.remove(id)
    await this.#first.remove(id).catch(() => {})
  }

  async clear(): Promise<void> {
    await this.#second.clear()
    await this.#first.clear().catch(() => {})
  }
}

export function outboxStorage(): OutboxStorage {
  try {
    return new Forgiving(new IndexedStorage('sambung'))
  } catch {
    return new MemoryStorage()
  }
}
