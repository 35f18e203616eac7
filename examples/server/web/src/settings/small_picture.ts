// A picture as a data: URL that a profile may hold: square, small, and under the server's limit.
const side = 160
const mostBytes = 65_536 // the server's limit of user.image
const qualities = [0.85, 0.7, 0.5]

// Rejects for what the browser cannot read as a picture.
export async function smallPicture(file: Blob): Promise<string> {
  const picture = await createImageBitmap(file)
  try {
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = side
    const pen = canvas.getContext('2d')
    if (!pen) throw new Error('no canvas')
    const edge = Math.min(picture.width, picture.height)
    pen.drawImage(picture, (picture.width - edge) / 2, (picture.height - edge) / 2, edge, edge, 0, 0, side, side)
    for (const quality of qualities) {
      const url = canvas.toDataURL('image/webp', quality)
      if (url.length <= mostBytes) return url
    }
    throw new Error('too large')
  } finally {
    picture.close()
  }
}
