// Shortcuts: what is pressed, what is changed, who is called.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { loadSvelte, pretendBrowser } from '../support/load_svelte.mjs'

const browser = pretendBrowser()
const { shortcut, shortcuts, keysOf, parsed, shown } = await loadSvelte('src/ui/shortcuts.svelte.ts', 'src/ui/keys.ts')

const pressed = (key, { code = '', ctrl = false, alt = false, shift = false, meta = false } = {}) => ({
  key, code, ctrlKey: ctrl, altKey: alt, shiftKey: shift, metaKey: meta, defaultPrevented: false, isComposing: false,
  preventDefault() { this.defaultPrevented = true },
})
const press = (...of) => {
  const event = pressed(...of)
  browser.listeners.get('keydown')(event)
  return event.defaultPrevented
}

test('every default has a modifier that keeps it apart from typing, and is nobody else’s', () => {
  const keys = shortcuts.all.map((one) => one.keys)
  assert.equal(new Set(keys).size, keys.length)
  for (const one of shortcuts.all) {
    assert.ok(parsed(one.keys), one.keys)
    assert.ok(one.label && one.shown)
  }
})

test('keys are known by their letter and by their place', () => {
  assert.ok(keysOf(pressed('k', { code: 'KeyK', ctrl: true }), false).includes('Mod+K'))
  assert.ok(keysOf(pressed('Ç', { code: 'KeyC', alt: true, shift: true }), true).includes('Alt+Shift+C'))
  assert.ok(keysOf(pressed('k', { code: 'KeyK', meta: true }), true).includes('Mod+K'))
  assert.equal(keysOf(pressed('Shift', { shift: true }), false), null)
  assert.equal(keysOf(pressed('k'), false), null)
  assert.equal(shown('Mod+Shift+O', false), 'Ctrl+Shift+O')
  assert.equal(shown('Mod+Shift+O', true), '⌘⇧O')
  for (const none of ['K', 'Shift+K', 'Hyper+K', 'Mod+Mod+K']) assert.equal(parsed(none), null)
})

test('the newest of those who offer it is called, until it goes', () => {
  const called = []
  const first = shortcut('search', () => called.push('first'))
  const second = shortcut('search', () => called.push('second'))
  const key = ['k', { code: 'KeyK', ctrl: true }]
  assert.ok(press(...key))
  second()
  assert.ok(press(...key))
  first()
  assert.ok(!press(...key), 'the browser has it then')
  assert.deepEqual(called, ['second', 'first'])
})

test('one is changed, turned off, kept and set back', () => {
  const called = []
  const end = shortcut('stop', () => called.push('stop'))
  assert.ok(!shortcuts.change('stop', 'Mod+K'), 'that is the search')
  assert.ok(!shortcuts.change('stop', 'S'), 'that is a letter')
  assert.ok(shortcuts.change('stop', 'Mod+Shift+S'))
  assert.ok(press('S', { code: 'KeyS', ctrl: true, shift: true }))
  assert.deepEqual(shortcuts.changes(), { stop: 'Mod+Shift+S' })
  assert.ok(shortcuts.change('stop', null))
  assert.ok(!press('S', { code: 'KeyS', ctrl: true, shift: true }))
  shortcuts.take({ stop: 'Alt+Shift+X', nobody: 'Mod+1', copy: 5, edit: null })
  assert.deepEqual(shortcuts.changes(), { stop: 'Alt+Shift+X', edit: null })
  shortcuts.reset()
  assert.deepEqual(shortcuts.changes(), {})
  assert.deepEqual(called, ['stop'])
  end()
})
