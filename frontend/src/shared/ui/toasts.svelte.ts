/** Short messages about something that has just been done. Never the only sign of an error. */
export interface Message {
  id: number;
  text: string;
  tone: 'good' | 'bad' | 'info';
}
const SHOWN_MS = 6_000;
let next = 0;
let messages = $state.raw<Message[]>([]);

export const toasts = {
  get all(): Message[] {
    return messages;
  },
  show(text: string, tone: Message['tone'] = 'good'): void {
    const id = (next += 1);
    messages = [...messages.slice(-2), { id, text, tone }];
    setTimeout(() => toasts.dismiss(id), SHOWN_MS);
  },
  dismiss(id: number): void {
    messages = messages.filter((message) => message.id !== id);
  },
};
