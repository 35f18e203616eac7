// C1's peer: LangChain cuts a chat that is in memory to 32,000 tokens, four bytes each.
//
//   node trim.mjs COUNT    prints one line of JSON: microseconds for chats of 100, 1,000 and 10,000 messages
import { AIMessage, HumanMessage, trimMessages } from "@langchain/core/messages";

const count = Number(process.argv[2]);
const text = "word ".repeat(300);
const tokenCounter = (messages) => messages.reduce((sum, one) => sum + Math.ceil(one.content.length / 4) + 4, 0);

const took = {};
for (const length of [100, 1_000, 10_000]) {
  const messages = [];
  for (let i = 0; i < length; i++) messages.push(i % 2 ? new AIMessage(text) : new HumanMessage(text));
  const all = [];
  for (let i = 0; i < count; i++) {
    const started = process.hrtime.bigint();
    const kept = await trimMessages(messages, { maxTokens: 32_000, strategy: "last", tokenCounter });
    all.push(Number(process.hrtime.bigint() - started) / 1000);
    if (kept.length < 80 || kept.length > 100) throw new Error(`${kept.length} messages`);
  }
  all.sort((a, b) => a - b);
  took[length] = all[Math.floor(all.length / 2)];
}
console.log(JSON.stringify(took));
