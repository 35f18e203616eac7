// The list of chats, its menus and dialogs.
import { plain } from './base_page.mjs'
import { Reading } from './reading.mjs'

export class ListPage extends Reading {
  get chatItems() { return this.get('chat-item') }

  chatItem(id) {
    return this.page.locator(`[data-testid=chat-item][data-chat-id="${id}"]`).first()
  }

  async chatTitles() {
    return (await this.chatItems.allInnerTexts()).map(plain)
  }

  // By the mouse, or as the menu key does.
  async openChatMenu(id, { by = 'mouse' } = {}) {
    const item = this.chatItem(id)
    const button = this.get('row-menu', item)
    if (by === 'mouse') {
      await item.hover()
      await button.click()
    } else {
      await this.tabTo(button)
      await this.keyboard.press('Enter')
    }
    await this.page.getByRole('menu').waitFor()
  }

  async chooseFromMenu(name) {
    await this.page.getByRole('menu').getByRole('menuitem', { name }).click()
  }

  // The field in which a chat is called otherwise.
  async beginRename(id) {
    await this.openChatMenu(id)
    await this.chooseFromMenu('Rename')
    const field = this.page.locator('input[data-testid=row-rename]')
    await field.waitFor()
    return field
  }

  async rename(id, title) {
    const field = await this.beginRename(id)
    await field.fill(title)
    await field.press('Enter')
  }

  async openDeleteDialog(id, how) {
    await this.openChatMenu(id, how)
    if (how?.by === 'keyboard') {
      await this.keyboard.press('End')
      await this.keyboard.press('Enter')
    } else await this.chooseFromMenu('Delete')
    await this.page.getByRole('dialog').waitFor()
  }

  async deleteChat(id) {
    await this.openDeleteDialog(id)
    await this.get('confirm-remove').click()
    await this.page.getByRole('dialog').waitFor({ state: 'hidden' })
  }

  async signOut() {
    await this.get('account-menu').click()
    await this.get('sign-out').click()
  }
}
