// A name that every file system takes.
export function fileName(title: string): string {
  const plain = title.replace(/[\p{Cc}\p{Cf}<>:"/\\|?*]+/gu, ' ').replace(/\s+/g, ' ')
  return plain.trim().replace(/^\.+|\.+$/g, '').slice(0, 80).trim() || 'chat'
}
