// The packed report against bytes that another program made: python3 -c 'import gzip, base64; …gzip.compress(text, mtime=0)'.
import assert from "node:assert/strict";
import { test } from "node:test";
import { unpack } from "../src/report/unpack";

const packed = "H4sIAAAAAAACA6tWKsksyUlVslJKTkw7vFLBRr84uSizoMRO4VHDCqVaAMZk5cQfAAAA";

test("unpacks text of all scripts", () => {
  assert.equal(unpack(packed), '{"title":"café </script> \u2028"}');
  assert.equal(unpack(`\n${packed}\n`), '{"title":"café </script> \u2028"}');
});

test("text that is cut off, empty or not packed is refused", () => {
  assert.throws(() => unpack(packed.slice(0, 24)));
  assert.throws(() => unpack(""));
  assert.throws(() => unpack('{"title": 1}'));
});
