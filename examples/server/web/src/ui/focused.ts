// {@attach focused}: where a page or a dialog begins to be typed in.
export const focused = (element: HTMLElement): void => element.focus()
