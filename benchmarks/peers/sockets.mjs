// R1's and R2's peers, `ws` and Socket.IO: prints its port, then takes the commands `each` and `all` of
// event_server.cpp.
//
//   node sockets.mjs ws|socketio
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { Server as SocketIO } from "socket.io";
import { WebSocketServer } from "ws";

const nowUs = () => Number(process.hrtime.bigint() / 1000n);
const told = (at, n) => ({ type: "told", name: "bench", body: { at, n, table: "beats", change: "created" } });

const http = createServer();
const kinds = {
  ws() {
    const server = new WebSocketServer({ server: http, perMessageDeflate: false });
    return {
      sockets: () => [...server.clients],
      one: (socket, event) => socket.send(JSON.stringify(event)),
      all(event) {
        const text = JSON.stringify(event);
        for (const socket of server.clients) socket.send(text);
      },
    };
  },
  socketio() {
    const server = new SocketIO(http, { transports: ["websocket"], perMessageDeflate: false, serveClient: false });
    return {
      sockets: () => [...server.sockets.sockets.values()],
      one: (socket, event) => socket.emit("told", event),
      all: (event) => server.emit("told", event),
    };
  },
};
const server = kinds[process.argv[2]]();
let rounds = 0;

// Calls back once each of `times` events is due, and says how many there were.
function paced(times, everyUs, tell) {
  const begin = nowUs();
  return new Promise((resolve) => {
    let next = 0;
    const go = () => {
      for (const now = nowUs(); next < times && begin + next * everyUs <= now; ++next)
        tell(next, Math.round(begin + next * everyUs));
      if (next === times) resolve();
      else setTimeout(go, Math.max(1, (begin + next * everyUs - nowUs()) / 1e3));
    };
    go();
  });
}

const commands = {
  async each(seconds) {
    const sockets = server.sockets();
    const times = seconds * sockets.length;
    await paced(times, 1e6 / sockets.length, (i, due) =>
      server.one(sockets[i % sockets.length], told(due, rounds + Math.floor(i / sockets.length))));
    rounds += seconds;
    return times;
  },
  async all(rate, seconds) {
    await paced(rate * seconds, 1e6 / rate, (_, due) => server.all(told(due, rounds++)));
    return rate * seconds;
  },
};

createInterface(process.stdin).on("line", async (line) => {
  const [verb, ...numbers] = line.split(" ");
  console.log(await commands[verb](...numbers.map(Number)));
});
http.listen(0, "127.0.0.1", 4096, () => console.log(http.address().port));
