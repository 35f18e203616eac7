// Who may sign up by themselves at this moment; `first_user`: nobody is there yet, and whoever comes owns the server.
import { request } from './request'

export type SignUpPolicy = 'closed' | 'first_user' | 'open'

class Asked {
  policy = $state<SignUpPolicy | null>(null)
}

export const signingUp = new Asked()

// A server that does not say is tried.
export async function askSignUpPolicy(): Promise<void> {
  try {
    signingUp.policy = (await request<{ signUp: SignUpPolicy }>('auth/getSignUpPolicy')).signUp
  } catch {
    signingUp.policy ??= 'open'
  }
}
