// What one more turn costs a LangGraph chat with the SQLite checkpointer.
//
//   node langgraph.mjs FILE TURNS MEASURED    a chat of TURNS turns, then MEASURED more; prints one line of JSON
import { readFileSync } from "node:fs";
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { SqliteSaver } from "@langchain/langgraph-checkpoint-sqlite";

const [file, turns, measured] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const question = "q".repeat(200);
const answer = "a".repeat(800);

const saver = SqliteSaver.fromConnString(file);
saver.db.pragma("synchronous = FULL");
const graph = new StateGraph(MessagesAnnotation)
  .addNode("model", () => ({ messages: [new AIMessage(answer)] }))
  .addEdge(START, "model")
  .addEdge("model", END)
  .compile({ checkpointer: saver });
const thread = { configurable: { thread_id: "bench" } };

// The chat so far in one checkpoint: turn by turn it would take hours.
const past = [];
for (let i = 0; i + 1 < turns; i++) past.push(new HumanMessage(question), new AIMessage(answer));
await graph.invoke({ messages: [...past, new HumanMessage(question)] }, thread);

const written = () => Number(/wchar: (\d+)/.exec(readFileSync("/proc/self/io", "utf8"))[1]);
const took = [];
const before = written();
let state;
for (let i = 0; i < measured; i++) {
  const started = process.hrtime.bigint();
  state = await graph.invoke({ messages: [new HumanMessage(question)] }, thread);
  took.push(Number(process.hrtime.bigint() - started) / 1000);
}
const bytes = (written() - before) / (measured * (question.length + answer.length));
if (state.messages.length !== 2 * (turns + measured)) throw new Error(`${state.messages.length} messages`);
took.sort((a, b) => a - b);
console.log(JSON.stringify({ us: took[Math.floor(took.length / 2)], bytes }));
