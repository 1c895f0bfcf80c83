/** Try, before the clock runs, what the attempt will need: the server, the socket, the memory of this device. */
import { pause } from '$shared/api/client';
import { socketUrl } from '$shared/live/topics';
import { openStore } from './store';

const LIMIT_MS = 5_000;

/** The round trip in ms, or null. */
export async function checkServer(): Promise<number | null> {
  try {
    await fetch('/livez', { cache: 'no-store', signal: AbortSignal.timeout(LIMIT_MS) });
    const sentAt = performance.now();
    const response = await fetch('/livez', { cache: 'no-store', signal: AbortSignal.timeout(LIMIT_MS) });
    return response.ok ? Math.round(performance.now() - sentAt) : null;
  } catch {
    return null;
  }
}

export async function checkSocket(): Promise<boolean> {
  const socket = new WebSocket(socketUrl('/ws/topics'));
  const opened = new Promise<boolean>((resolve) => {
    socket.onopen = () => resolve(true);
    socket.onclose = () => resolve(false);
  });
  const isOpen = await Promise.race([opened, pause(LIMIT_MS).then(() => false)]);
  socket.close();
  return isOpen;
}

export async function checkDevice(): Promise<boolean> {
  return (await openStore('check')).isDurable;
}
