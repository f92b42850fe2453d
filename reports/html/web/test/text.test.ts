// Text of others: CSV that no spreadsheet runs, ids that meet nothing else, characters that hide.
import assert from "node:assert/strict";
import { test } from "node:test";
import { anchor, anchorOfHash, Anchors } from "../src/text/anchors";
import { csv, fileName } from "../src/text/csv";
import { shortened, visible } from "../src/text/visible";

test("CSV quotes what must be quoted and keeps every digit of a number", () => {
  assert.equal(csv(["a,b", "c"], [["x\"y", 0.1 + 0.2], ["line\nbreak", -1e-9]]),
    '"a,b",c\r\n"x""y",0.30000000000000004\r\n"line\nbreak",-1e-9\r\n');
});

test("text that a spreadsheet would run gets an apostrophe, numbers do not", () => {
  assert.equal(csv(["=a"], [["=1+1"], ["+1"], ["-1"], ["@x"], ["\t=1"], ["\r=1"], [-1], ["a=b"]]),
    "'=a\r\n'=1+1\r\n'+1\r\n'-1\r\n'@x\r\n'\t=1\r\n\"'\r=1\"\r\n-1\r\na=b\r\n");
});

test("a missing number is neither 0 nor blank", () => {
  assert.equal(csv(["a", "b"], [[null, ""], [0]]), "a,b\r\nNaN,\r\n0,NaN\r\n");
});

test("file names hold nothing that a file system reads into them", () => {
  assert.equal(fileName("../../etc/passwd"), "etc-passwd");
  assert.equal(fileName("accuracy/ndcg@10"), "accuracy-ndcg-10");
  assert.equal(fileName("\u202e"), "data");
  assert.ok(fileName("x".repeat(500)).length <= 100);
});

test("anchors of different texts differ, and carry only harmless characters", () => {
  const texts = ["a b", "a~20~b", "a%20b", "a/b", "a\u202eb", "<a>", "\"", "'", "", "~", "~~", "a", "A", "\ud83d\ude00", "\ud83d"];
  const anchors = texts.map((text) => anchor("finding", text));
  assert.equal(new Set(anchors).size, texts.length);
  for (const id of anchors) assert.match(id, /^finding-[A-Za-z0-9._/@=~-]*$/);
  assert.equal(anchor("finding", "accuracy/best-system"), "finding-accuracy/best-system");
});

test("a text that comes again gets an anchor of its own", () => {
  const anchors = new Anchors();
  const ids = ["x", "x", "x~~2", "x"].map((text) => anchors.next("finding", text));
  assert.equal(new Set(ids).size, 4);
});

test("a broken hash leads nowhere", () => {
  assert.equal(anchorOfHash("#finding-a%2Fb"), "finding-a/b");
  assert.equal(anchorOfHash("#%E0%A4%A"), "");
  assert.equal(anchorOfHash(""), "");
});

test("controls that nobody sees become visible, letters and joiners stay", () => {
  assert.equal(visible("safe\u202eexe.txt"), "safe⟨U+202E⟩exe.txt");
  assert.equal(visible("a\u200bb\u2066c\u0000d\u{e0041}"), "a⟨U+200B⟩b⟨U+2066⟩c⟨U+0000⟩d⟨U+E0041⟩");
  assert.equal(visible("שלום\nنص\tमी\u200dक \u{1f469}\u200d\u{1f52c}"), "שלום\nنص\tमी\u200dक \u{1f469}\u200d\u{1f52c}");
});

test("long labels keep their beginning and their end", () => {
  assert.equal(shortened("short", 10), "short");
  assert.equal(shortened("a very long name of a model v2", 12), "a very l… v2");
  assert.equal(Array.from(shortened("\u{1f600}".repeat(40), 9)).length, 9);
});
