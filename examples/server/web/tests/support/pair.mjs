// Two servers on one PostgreSQL behind nginx, as people deploy them. Only where SAMBUNG_TEST_POSTGRES_ADMIN_URL names a PostgreSQL
// (scripts/services.sh) and nginx is installed.
import { execFile, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { startServer } from './server.mjs'
import { until } from './until.mjs'

const adminUrl = process.env.SAMBUNG_TEST_POSTGRES_ADMIN_URL
const migratorUrl = process.env.SAMBUNG_TEST_POSTGRES_MIGRATOR_URL
const appUrl = process.env.SAMBUNG_TEST_POSTGRES_URL

export const canPair = Boolean(adminUrl) && hasNginx()

function hasNginx() {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore', env: withSbin() })
    return true
  } catch {
    return false
  }
}

function withSbin() {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` }
}

// As a server of server.mjs: `url` is nginx's, `servers` are the two.
export async function startPair(vendor, variables = {}) {
  const database = `page_${randomBytes(6).toString('hex')}`
  await sql(adminUrl, `CREATE DATABASE ${database} OWNER sambung_owner`)
  const shared = {
    SAMBUNG_DATABASE_URL: named(appUrl, database), SAMBUNG_MIGRATOR_URL: named(migratorUrl, database),
    SAMBUNG_SECRET: randomBytes(48).toString('base64'), ...variables,
  }
  const first = await startServer(vendor, shared)
  const second = await startServer(vendor, shared)
  const front = await startNginx([first.port, second.port])
  return {
    servers: [first, second],
    url: front.url,
    token: first.token,
    get log() { return `${first.log}\n--- the other ---\n${second.log}` },
    async remove() {
      await front.close()
      await Promise.all([first.remove(), second.remove()])
      await sql(adminUrl, `DROP DATABASE ${database} WITH (FORCE)`)
    },
  }
}

const named = (url, database) => Object.assign(new URL(url), { pathname: `/${database}` }).href

const sql = (url, command) => promisify(execFile)('psql', [url, '-qXc', command])

async function startNginx(ports) {
  const folder = await mkdtemp(join(tmpdir(), 'sambung-nginx-'))
  const port = await freePort()
  await writeFile(join(folder, 'nginx.conf'), configuration(folder, port, ports))
  const child = spawn('nginx', ['-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf')], { env: withSbin(), stdio: 'ignore' })
  const exited = once(child, 'exit')
  const url = `http://127.0.0.1:${port}`
  await until('nginx answers', async () => (await fetch(`${url}/healthz`)).ok)
  return {
    url,
    async close() {
      child.kill('SIGTERM')
      await exited
      await rm(folder, { recursive: true })
    },
  }
}

const configuration = (folder, port, ports) => `
daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  map $http_upgrade $connection_header { default upgrade; '' ''; }
  upstream sambung { ${ports.map((one) => `server 127.0.0.1:${one} max_fails=0;`).join(' ')} }
  server {
    listen 127.0.0.1:${port};
    client_max_body_size 32m;
    location / {
      proxy_pass http://sambung; proxy_http_version 1.1; proxy_buffering off; proxy_read_timeout 1h;
      proxy_next_upstream error timeout http_503 non_idempotent; proxy_connect_timeout 1s;
      proxy_set_header Host $http_host; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_header;
    }
  }
}
`

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  return port
}
