// Files as a table in C++, for a server to bring along: texts, which compile in no time.

const plain = /[ !#->@-[\]-~]/ // printable, but for quotes, backslashes and question marks

const escapes = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte)
  return plain.test(character) ? character : '\\' + byte.toString(8).padStart(3, '0')
})

const bytesInALine = 4096

function text(bytes) {
  if (!bytes) return 'std::string_view()'
  const lines = []
  for (let at = 0; at < bytes.length; at += bytesInALine) {
    let line = ''
    for (const byte of bytes.subarray(at, at + bytesInALine)) line += escapes[byte]
    lines.push(`"${line}"`)
  }
  return `std::string_view(${lines.join('\n') || '""'}, ${bytes.length})`
}

export function table(files) {
  const rows = files.map((file) => {
    const forms = [file.content, file.gzip, file.brotli].map(text)
    return `sambung::static_file("${file.name}", ${forms.join(', ')})`
  })
  return `// Made by the build of what is in examples/server/web.
#include "server/page_files.hpp"

namespace command_line {

std::span<sambung::static_file const> built_page() {
  static constexpr sambung::static_file files[] = {${rows.join(',\n')}};
  return files;
}

}  // namespace command_line
`
}
