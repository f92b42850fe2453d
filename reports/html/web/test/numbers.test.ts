// Numbers must not say more, less or something else than what was measured.
import assert from "node:assert/strict";
import { test } from "node:test";
import { count, intervalTitle, number, percent, range, short, signed } from "../src/text/numbers";

test("numbers have four significant digits, whole ones all of theirs", () => {
  assert.equal(number(0.342149), "0.3421");
  assert.equal(number(12.34567), "12.35");
  assert.equal(number(12345.67), "12,346");
  assert.equal(number(1000209), "1,000,209");
  assert.equal(number(9999.4), "9,999");
  assert.equal(number(0), "0");
  assert.equal(number(-0), "0");
  assert.equal(number(0.0001), "0.0001000");
  assert.equal(number(0.0000321412), "3.214e\u22125");
  assert.equal(number(2.5e20), "2.500e20");
  assert.equal(number(-0.25), "\u22120.2500");
});

test("what is no number is called undefined", () => {
  for (const value of [null, undefined, NaN, Infinity]) assert.equal(number(value), "undefined");
  assert.equal(signed(null), "undefined");
  assert.equal(percent(null), "undefined");
  assert.equal(range({ low: null, high: 0.5, confidence: 0.95, method: "" }), "[undefined, 0.5000]");
});

test("differences carry a sign, zero does not", () => {
  assert.equal(signed(0.0123), "+0.01230");
  assert.equal(signed(-0.0123), "\u22120.01230");
  assert.equal(signed(0), "0");
});

test("the short form drops zeros at the end of fractions only", () => {
  assert.equal(short(0.2), "0.2");
  assert.equal(short(0.0006), "0.0006");
  assert.equal(short(100), "100");
  assert.equal(short(2000), "2,000");
  assert.equal(short(0.00002), "2e\u22125");
  assert.equal(short(0), "0");
});

test("shares, counts and intervals in words", () => {
  assert.equal(percent(0.95), "95 %");
  assert.equal(percent(0.9990000001), "99.9 %");
  assert.equal(count(1, "user"), "1 user");
  assert.equal(count(6040, "user"), "6,040 users");
  assert.equal(intervalTitle({ low: 0.1, high: 0.30000000000000004, confidence: 0.95, method: "bootstrap" }),
    "95 % interval [0.1, 0.30000000000000004], bootstrap");
});
