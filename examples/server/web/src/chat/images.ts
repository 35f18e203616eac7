// Pictures for a message, as data: URLs. All of a message has 1 MiB at most, so large ones are made smaller.
export type Picture = { key: number; url: string; name: string; description: string }

export const maxPictures = 4
export const acceptedTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif']
const maxCharacters = 900_000 // of all pictures of a message, as URLs
const largestSide = 2_048 // models look at no more
const smallestSide = 256

let made = 0

// Null for what is no picture, or none that can be made small enough.
export async function readPicture(file: File): Promise<Picture | null> {
  const most = Math.floor(maxCharacters / maxPictures)
  try {
    const url = await fitted(file, most)
    return url === null ? null : { key: ++made, url, name: file.name, description: '' }
  } catch {
    return null
  }
}

async function fitted(file: File, most: number): Promise<string | null> {
  const image = await createImageBitmap(file)
  try {
    const isSmall = file.size * (4 / 3) + 100 <= most
    if (isSmall && acceptedTypes.includes(file.type)) return await urlOf(file)
    return await shrunk(image, most)
  } finally {
    image.close()
  }
}

// Smaller and smaller until it fits.
async function shrunk(image: ImageBitmap, most: number): Promise<string | null> {
  let side = Math.min(largestSide, Math.max(image.width, image.height))
  for (; side >= smallestSide; side = Math.floor(side * 0.8)) {
    const url = await urlOf(await drawn(image, side))
    if (url.length <= most) return url
  }
  return null
}

async function drawn(image: ImageBitmap, side: number): Promise<Blob> {
  const scale = Math.min(1, side / Math.max(image.width, image.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(image.width * scale))
  canvas.height = Math.max(1, Math.round(image.height * scale))
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no canvas')
  context.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/webp', 0.85),
  )
}

function urlOf(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error ?? new Error('unreadable'))
    reader.readAsDataURL(blob)
  })
}

// Of what was pasted or dropped.
export const picturesIn = (data: DataTransfer | null): File[] =>
  [...(data?.files ?? [])].filter(({ type }) => type.startsWith('image/'))
