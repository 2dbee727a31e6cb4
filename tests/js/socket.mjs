/** Stands where the page has socket.io's client: a socket whose messages the test sends. */
export const sockets = [];

export function io() {
  const heard = new Map();
  const socket = {
    active: true,
    connected: true,
    onAny: (listener) => heard.set("any", listener),
    on: (name, listener) => heard.set(name, listener),
    close() { this.connected = false; },
    connect() { return this; },
    disconnect() { return this; },
    says: (name, message) => heard.get("any")(name, message),
    breaks: (reason) => heard.get("disconnect")(reason),
  };
  sockets.push(socket);
  return socket;
}
