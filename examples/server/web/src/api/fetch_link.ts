// Loaded where a socket will not do.
import { RPCLink } from '@orpc/client/fetch'

import type { Link } from './dispatch'

export const fetchLink = (): Link => new RPCLink({ url: `${location.origin}/rpc` })
