import { MAX_PROFILES } from "../charging-profiles";
import { LIST_BLOCKS } from "../local-list";
import { PLACES } from "../message-queue";

/** Entries of the queue that are none, in every way that JSON allows. */
const ENTRIES = [
  "[",
  "[1]",
  "{}",
  "null",
  '"text"',
  '[1,"S",1,"t",5,null]',
  '[1,"M",1,"t",5,null]',
  '["1","S",1,"t",5,["A",""]]',
  '[1,"S",0.5,"t",5,["A",""]]',
  '[1,2,1,"t",5,["A",""]]',
  '[1,"S",1,2,5,["A",""]]',
  '[1,"S",1,"t",5,[1,""]]',
  '[1,"S",1,"t",5,["A",2]]',
  '[1,"S",1,"t",5,["A","","7"]]',
  '[1,"E",1,"t",5,["A","","7","t"]]',
  '[1,"E",1,"t",5,["A","",7,8]]',
  '[1,"M",1,"t",5,[1,2,3,4]]',
  '[1,"M",1,"t",5,["P","2",3,4]]',
  '[1,"M",1,"t",5,["P",2]]',
];

/** Everything that the program keeps, damaged. */
export function damagedFlash(): Record<string, string> {
  const saved: Record<string, string> = {
    reg: "x",
    tx: "{",
    txNo: "?",
    map: "1",
    seq: "z",
    boot: "-",
    rsv: "[1,2]",
    lv: "9",
  };
  for (let i = 0; i < 40; i += 1) saved[`c${i}`] = "no";
  for (let i = 0; i < MAX_PROFILES; i += 1) saved[`p${i}`] = "9,9,9";
  for (let i = 0; i < LIST_BLOCKS; i += 1) saved[`l${i}`] = "?".repeat(i + 1);
  for (let i = 0; i < PLACES; i += 1) saved[`q${i}`] = ENTRIES[i % ENTRIES.length] ?? "";
  return saved;
}
