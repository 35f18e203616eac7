// The tree of an answer: what is drawn, and what two drawings are compared by.

/** Where links lead that are named only: by label, in lower case. Their titles are shown where they are defined. */
export type References = Map<string, string>

export type Inline =
  | { type: 'text'; text: string }
  | { type: 'code'; text: string }
  | { type: 'math'; text: string; display: boolean; source: string }
  | { type: 'break' }
  | { type: 'em' | 'strong' | 'del' | 'sub' | 'sup'; children: Inline[] }
  | { type: 'link'; href: string; title: string; children: Inline[] }
  | { type: 'image'; href: string; title: string; alt: string }

export type Align = '' | 'left' | 'center' | 'right'

export type BlockNode =
  | { type: 'paragraph'; source: string }
  | { type: 'plain'; source: string }
  | { type: 'heading'; source: string; level: number }
  | { type: 'rule'; source: '' }
  | { type: 'code'; source: string; info: string; closed: boolean }
  | { type: 'math'; source: string }
  | { type: 'definition'; source: string; label: string; href: string; title: string }
  | { type: 'quote'; source: string; children: BlockNode[] }
  | { type: 'list'; source: string; ordered: boolean; start: number; loose: boolean; children: BlockNode[] }
  | { type: 'item'; source: string; task: '' | 'open' | 'done'; children: BlockNode[] }
  | { type: 'table'; source: string; aligns: Align[]; head: string[]; children: BlockNode[] }
  | { type: 'row'; source: string; cells: string[]; aligns: Align[] }
