// C3's peer: Handlebars. Prints one line of JSON: nanoseconds a rendering, and to compile.
import Handlebars from "handlebars";

const variables = 20;
const sentence = "Answer in the way that is asked for here, and mind what was said of it before: ";
const numbers = [...Array(variables).keys()];
const text = numbers.map((i) => `${sentence}{{variable_${i}}}.\n`).join("");
const values = Object.fromEntries(numbers.map((i) => [`variable_${i}`, `value number ${i}`]));

function bestNs(times, once) {
  let best = Infinity;
  for (let round = 0; round < 9; ++round) {
    const begin = process.hrtime.bigint();
    for (let i = 0; i < times; ++i) once();
    best = Math.min(best, Number(process.hrtime.bigint() - begin) / times);
  }
  return best;
}

const options = { noEscape: true, strict: true };
const template = Handlebars.compile(text, options);
const expected = numbers.map((i) => `${sentence}value number ${i}.\n`).join("");
if (template(values) !== expected) throw new Error("the output is wrong");
const compile = () => Handlebars.compile(text, options)(values); // it compiles when it is first rendered
console.log(JSON.stringify({ render_ns: bestNs(5000, () => template(values)), compile_ns: bestNs(50, compile) }));
