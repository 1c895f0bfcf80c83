/** Live topics over one socket: newest state only, reconnecting with full jitter, and saying so when something was missed. */
import { jitter } from '../api/client';

export type Epoch = number | string;
export interface Tick<T = unknown> {
  topic: string;
  epoch: Epoch;
  version: number;
  as_of: string;
  data: T;
}
export interface Listener<T> {
  onTick(tick: Tick<T>): void;
  /** What was missed cannot be replayed: fetch the snapshot again. */
  onReset(): void;
  /** Called when the link is lost and when it is back; also right after subscribing. */
  onLink?(isUp: boolean): void;
  /** What the page already shows, so that an older tick is not drawn over it. */
  seen?: [Epoch, number];
}
type ServerMessage = ({ t: 'tick' } & Tick) | { t: 'reset'; topic: string } | { t: 'err' | 'pong' | 'hello' };

const IDLE_CLOSE_MS = 3_000;
const PING_MS = 25_000;

export class TopicSocket {
  private socket: WebSocket | null = null;
  private readonly listeners = new Map<string, Set<Listener<never>>>();
  private readonly seen = new Map<string, [Epoch, number]>();
  private failures = 0;
  private timer = 0;
  private heartbeat = 0;

  constructor(private readonly url: () => string) {}

  /** Follow a topic until the returned function is called. */
  subscribe<T>(topic: string, listener: Listener<T>): () => void {
    const known = this.listeners.get(topic);
    if (listener.seen) this.remember(topic, ...listener.seen);
    this.listeners.set(topic, (known ?? new Set()).add(listener));
    listener.onLink?.(this.isUp);
    if (this.isUp && !known) this.sendSub([topic]);
    else if (!this.socket) this.connect();
    return () => {
      const set = this.listeners.get(topic);
      if (!set?.delete(listener) || set.size > 0) return;
      this.listeners.delete(topic);
      this.seen.delete(topic);
      if (this.isUp) this.send({ t: 'unsub', topics: [topic] });
      if (this.listeners.size === 0) setTimeout(() => this.closeIfIdle(), IDLE_CLOSE_MS);
    };
  }

  private get isUp(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  private send(message: object): void {
    this.socket?.send(JSON.stringify(message));
  }

  private sendSub(topics: string[]): void {
    const seen = Object.fromEntries(topics.flatMap((topic) => (this.seen.has(topic) ? [[topic, this.seen.get(topic)]] : [])));
    this.send({ t: 'sub', topics, seen });
  }

  private remember(topic: string, epoch: Epoch, version: number): void {
    const old = this.seen.get(topic);
    if (!old || old[0] !== epoch || old[1] < version) this.seen.set(topic, [epoch, version]);
  }

  private connect(): void {
    clearTimeout(this.timer);
    if (this.socket || this.listeners.size === 0) return;
    const socket = (this.socket = new WebSocket(this.url()));
    socket.onopen = () => {
      this.failures = 0;
      this.sendSub([...this.listeners.keys()]);
      this.tellLink(true);
      this.heartbeat = window.setInterval(() => this.isUp && this.send({ t: 'ping' }), PING_MS);
    };
    socket.onmessage = (event) => this.receive(JSON.parse(String(event.data)) as ServerMessage);
    socket.onclose = () => {
      clearInterval(this.heartbeat);
      this.socket = null;
      this.tellLink(false);
      if (this.listeners.size === 0) return;
      this.timer = window.setTimeout(() => this.connect(), 300 + jitter(this.failures, 1_000, 30_000));
      this.failures += 1;
    };
  }

  private receive(message: ServerMessage): void {
    if (message.t === 'reset') {
      this.seen.delete(message.topic);
      this.each(message.topic, (listener) => listener.onReset());
    } else if (message.t === 'tick') {
      const old = this.seen.get(message.topic);
      const isNewEpoch = old !== undefined && old[0] !== message.epoch;
      if (old && !isNewEpoch && message.version <= old[1]) return;
      this.seen.set(message.topic, [message.epoch, message.version]);
      this.each(message.topic, (listener) => (isNewEpoch ? listener.onReset() : listener.onTick(message as unknown as Tick<never>)));
    }
  }

  private each(topic: string, act: (listener: Listener<never>) => void): void {
    for (const listener of [...(this.listeners.get(topic) ?? [])]) act(listener);
  }

  private tellLink(isUp: boolean): void {
    for (const topic of [...this.listeners.keys()]) this.each(topic, (listener) => listener.onLink?.(isUp));
  }

  private closeIfIdle(): void {
    if (this.listeners.size === 0) this.socket?.close(1000);
  }
}

export const socketUrl = (path: string): string => `${location.origin.replace(/^http/, 'ws')}${path}`;
export const topics = new TopicSocket(() => socketUrl('/ws/topics'));
