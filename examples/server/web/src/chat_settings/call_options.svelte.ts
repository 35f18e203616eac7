// How the next messages of a chat are asked for: what message.stream takes beside the text. Kept by chat on this device.
export type CallSettings = { temperature?: number; topP?: number; maxTokens?: number; tools?: string[]; maxSteps?: number }

export function callSettings(_chatId: string): CallSettings {
  return {}
}
