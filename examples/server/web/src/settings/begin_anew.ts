// After the workspace that one acts in has gone or stopped: the page is loaded anew, so that nothing of it is left.
export function beginAnew(path = '/'): void {
  location.assign(path)
}
