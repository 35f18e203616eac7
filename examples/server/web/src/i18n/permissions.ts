// What a token may do, in words: one text for each permission of docs/reference/http.md.
import { catalogue } from './language.svelte'

export const permissionText = catalogue({
  chat_read: { en: 'read chats', ms: 'membaca perbualan', id: 'membaca obrolan' },
  chat_write: { en: 'write chats and send', ms: 'menulis perbualan dan menghantar', id: 'menulis obrolan dan mengirim' },
  model_use: { en: 'call models', ms: 'memanggil model', id: 'memanggil model' },
  content_read: { en: 'read prompts', ms: 'membaca gesaan', id: 'membaca prompt' },
  content_write: { en: 'write prompts', ms: 'menulis gesaan', id: 'menulis prompt' },
  content_publish: { en: 'share prompts', ms: 'berkongsi gesaan', id: 'membagikan prompt' },
  content_manage: { en: 'change shared prompts', ms: 'mengubah gesaan kongsi', id: 'mengubah prompt bersama' },
  token_own: { en: 'manage your tokens', ms: 'mengurus token anda', id: 'mengelola token Anda' },
  key_own: { en: 'manage your provider keys', ms: 'mengurus kunci penyedia anda', id: 'mengelola kunci penyedia Anda' },
  key_tenant: {
    en: 'manage the workspace’s keys',
    ms: 'mengurus kunci ruang kerja',
    id: 'mengelola kunci ruang kerja',
  },
  usage_own: { en: 'see your usage', ms: 'melihat penggunaan anda', id: 'melihat pemakaian Anda' },
  usage_tenant: { en: 'see everybody’s usage', ms: 'melihat penggunaan semua orang', id: 'melihat pemakaian semua orang' },
  quota_manage: { en: 'set quotas', ms: 'menetapkan kuota', id: 'mengatur kuota' },
  tenant_read: { en: 'see the workspace', ms: 'melihat ruang kerja', id: 'melihat ruang kerja' },
  tenant_manage: { en: 'rename the workspace', ms: 'menamakan semula ruang kerja', id: 'mengganti nama ruang kerja' },
  tenant_delete: { en: 'suspend and delete the workspace', ms: 'menggantung dan memadam ruang kerja', id: 'menangguhkan dan menghapus ruang kerja' },
  member_manage: { en: 'manage members', ms: 'mengurus ahli', id: 'mengelola anggota' },
  audit_read: { en: 'read the audit log', ms: 'membaca log audit', id: 'membaca log audit' },
})
