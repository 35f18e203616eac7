// The reference server with the page, a vendor and a database of a flow's own. SAMBUNG_SERVER is its program, SAMBUNG_WEB a folder
// with the page in place of the one that is built in.
import { ownServer } from '../../../../../tests/clients/own_server.mjs'

export function startServer(vendor, variables = {}) {
  return ownServer(vendor, {
    SAMBUNG_ADMIN_ADDRESS: 'off', SAMBUNG_SIGN_UP: 'first_user', SAMBUNG_UPSTREAM_RETRIES: '0', SAMBUNG_LEASE: '1',
    ...(process.env.SAMBUNG_WEB ? { SAMBUNG_WEB: process.env.SAMBUNG_WEB } : {}),
    ...variables,
  })
}
